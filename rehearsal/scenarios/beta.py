"""The sheet's three hours: one hour of shadow, one of canary, and one in which the backend breaks."""

from rehearsal.claims import always, rolling_back, shadowing, splitting
from rehearsal.timeline import HOUR, MINUTE, Phase, Scenario, Step

BETA = Scenario(
    name="beta",
    shows="the whole three-hour beta; the backend breaks in its third hour",
    phases=(
        Phase(
            "H+0-1 shadow",
            0,
            HOUR,
            "everybody gets the mock's answer; every request is shadowed and compared",
        ),
        Phase("H+1-2 canary 1 %", HOUR, 2 * HOUR, "1 % of users read from Prisma"),
        Phase("H+2-3 decide", 2 * HOUR, 3 * HOUR, "the backend breaks; nobody touches anything"),
    ),
    steps=(
        Step(40 * MINUTE, "seed-difference", "one price in PostgreSQL is changed: the shadow must find it"),
        Step(45 * MINUTE, "mend-difference", "the price is put back"),
        Step(HOUR, "canary-on", "prismaAdapter goes to 1 % by an AppConfig deployment", value=1.0),
        Step(2 * HOUR + 5 * MINUTE, "stop-database", "PostgreSQL is stopped"),
        Step(2 * HOUR + 40 * MINUTE, "start-database", "PostgreSQL is started again"),
    ),
    breaks="stop-database",
    claims=(
        *always.BEFORE,
        always.every_request_answered,
        shadowing.shadow_hour_mock_only,
        shadowing.every_request_shadowed,
        shadowing.equal_data_no_diff,
        shadowing.seeded_difference_named,
        splitting.flag_by_deployment,
        splitting.share_fits,
        splitting.nobody_changed_side,
        rolling_back.failure_unseen,
        rolling_back.alarm_went_off,
        rolling_back.switched_off_alone,
        rolling_back.off_stays_off,
        rolling_back.alias_stayed,
        rolling_back.verdict_no_go,
        *always.AFTER,
    ),
)
