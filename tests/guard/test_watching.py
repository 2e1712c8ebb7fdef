"""One minute of the guard: what it acts on, what it only reports, and what it leaves to people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rollback_guard.events import AlarmChange, Other, SelfTest, Tick, parse

from canary.cli.resume import resume
from canary.unit.flags import documents
from canary.unit.latch.latch import Latches
from canary.unit.metrics.counts import IncompleteError
from canary.unit.metrics.tally import UNSETTLED
from canary.unit.metrics.unmeasured import LEAST, LEAST_OF_ALL, compare
from canary.unit.patience import Patience
from tests.fakes.account import target
from tests.fakes.aws import refusal
from tests.guard.minutes import ALARM, Watch, through_topic
from tests.guard.situations import fails_on_prisma

if TYPE_CHECKING:
    from tests.fakes.unit import Unit

PRISMA = ("prisma-read", "Invocations")


@pytest.fixture
def watch(unit: Unit) -> Watch:
    """The guard of the unit."""
    return Watch(unit)


def healthy(unit: Unit, canary: int = 10, minutes: int = 1) -> None:
    """Traffic at 1 % in each of the first minutes, and nothing fails."""
    unit.cloudwatch.values |= {
        ("Requests", None, "Sum"): [1000.0] * minutes,
        ("Errors", None, "Sum"): [0.0] * minutes,
        ("Requests", "prisma", "Sum"): [float(canary)] * minutes,
        ("Errors", "prisma", "Sum"): [0.0] * minutes,
    }


def test_a_failing_canary_is_off_within_the_minute(unit: Unit, watch: Watch) -> None:
    """GIVEN ten of ten canary requests failed WHEN the minute comes THEN off, with evidence."""
    unit.canary(1)
    fails_on_prisma(unit)
    watch.tick()
    assert (unit.killed, unit.off) == (True, True)
    assert watch.latch is not None
    assert watch.latch.by == "verdict"
    (evidence,) = watch.said("EVIDENCE")
    assert evidence["verdict"]["counts"]["canary_errors"] == 10


def test_a_healthy_canary_is_left_alone(unit: Unit, watch: Watch) -> None:
    """GIVEN no errors WHEN an hour goes by THEN nothing is touched, and every minute was watched."""
    unit.canary(1)
    healthy(unit)
    for _ in range(60):
        watch.tick()
    assert not unit.killed
    assert watch.latch is None
    assert watch.counted("GuardTicks") == 60


def test_a_canary_that_fails_late_is_off_after_few_failures(unit: Unit, watch: Watch) -> None:
    """GIVEN an hour with two failures of 480 WHEN six of eight fail THEN off, by the last minute alone."""
    unit.canary(5)
    canary, failed = [8.0] * 61, [0.0] * 59 + [2.0, 6.0]
    unit.cloudwatch.values |= {
        ("Requests", None, "Sum"): [160.0] * 61,
        ("Errors", None, "Sum"): failed,
        ("Requests", "prisma", "Sum"): canary,
        ("Errors", "prisma", "Sum"): failed,
    }
    unit.clock.sleep(60 * 60)
    watch.tick()
    assert (unit.killed, unit.off) == (True, True)
    (evidence,) = watch.said("EVIDENCE")
    counts = evidence["verdict"]["counts"]
    assert (counts["canary_requests"], counts["canary_since"][3]) == (488, [8, 6])
    assert "the last minute failed" in str(evidence["verdict"]["rows"][0]["why"])


def test_no_data_is_reported_and_not_rolled_back(unit: Unit, watch: Watch) -> None:
    """GIVEN a canary and no traffic at all THEN the verdict is logged as open, and nothing is done."""
    unit.canary(1)
    watch.tick()
    (verdict,) = watch.said("VERDICT")
    assert verdict["decision"] == "INCONCLUSIVE"
    assert not unit.killed


@pytest.mark.parametrize("failed", [0, 500])
def test_an_unbelievable_split_is_reported_and_excuses_no_failure(
    unit: Unit, watch: Watch, failed: int
) -> None:
    """GIVEN half of all requests in a 1 % canary THEN reported as a metric, and off only where they fail."""
    unit.canary(1)
    fails_on_prisma(unit)
    unit.cloudwatch.values |= {("Requests", "prisma", "Sum"): 500, ("Errors", "prisma", "Sum"): failed}
    unit.cloudwatch.values[("Errors", None, "Sum")] = failed
    watch.tick()
    assert watch.counted("GuardCannotJudge") == 1
    assert unit.killed == bool(failed)


def test_a_step_is_judged_when_every_sandbox_serves_it(unit: Unit) -> None:
    """GIVEN a step one minute old, its counts still the last step's, THEN nobody is alarmed by them."""
    unit.canary(50)
    healthy(unit, canary=0)
    watch = Watch(unit, settle_s=75)
    watch.tick()
    assert watch.said("SETTLING")
    assert not watch.said("VERDICT")
    assert "GuardCannotJudge" not in {name for line in watch.lines for name in line}
    watch.tick()
    (verdict,) = watch.said("VERDICT")
    assert not verdict["believable"]


@pytest.mark.parametrize("status", ["PartialData", "InternalError", "Forbidden"])
def test_half_an_answer_is_no_answer(unit: Unit, watch: Watch, status: str) -> None:
    """GIVEN CloudWatch answers in part THEN the run fails, as an alarm sees; nothing is done."""
    unit.canary(1)
    fails_on_prisma(unit)
    unit.cloudwatch.status = status
    with pytest.raises(IncompleteError, match=status):
        watch.tick()
    assert watch.counted("GuardTicks") == 0
    assert not unit.killed


def test_a_canary_that_nobody_measures_is_switched_off(unit: Unit, watch: Watch) -> None:
    """GIVEN Prisma is invoked and no canary request is counted THEN off, and people are told why."""
    unit.canary(1)
    unit.cloudwatch.minutes[PRISMA] = [3.0] * 10
    watch.tick()
    assert (unit.killed, unit.off) == (True, True)
    assert watch.latch is not None
    assert "not measured" in watch.latch.reason
    assert "Prisma was invoked 18 times" in unit.sns.published[0]["Message"]


def test_metrics_that_stop_while_traffic_goes_on_are_noticed(unit: Unit, watch: Watch) -> None:
    """GIVEN an hour measured and ten minutes not THEN off: the sums alone would not tell."""
    unit.canary(1)
    unit.cloudwatch.minutes[PRISMA] = [3.0] * 74
    healthy(unit, canary=3, minutes=60)
    watch.tick()
    assert unit.killed


@pytest.mark.parametrize("late", range(UNSETTLED + 1))
def test_metrics_that_are_late_are_waited_for(unit: Unit, watch: Watch, late: int) -> None:
    """GIVEN our metrics lag Lambda's by up to four minutes THEN nothing is done."""
    unit.canary(1)
    unit.cloudwatch.minutes[PRISMA] = [20.0] * 12
    healthy(unit, canary=20, minutes=12 - late)
    watch.tick()
    assert not unit.killed


def test_checks_of_ours_are_no_canary_traffic(unit: Unit, watch: Watch) -> None:
    """GIVEN fewer than ten invocations, as readiness and release checks make, THEN nothing is done."""
    unit.canary(1)
    unit.cloudwatch.minutes[PRISMA] = [1.0] * 9
    watch.tick()
    assert not unit.killed


SERIES = st.dictionaries(
    st.integers(0, 200).map(lambda n: n * 60.0), st.integers(0, 50).map(float), max_size=60
)


@given(SERIES, SERIES)
@settings(deadline=None)
def test_counting_more_than_was_asked_is_never_unmeasured(
    invoked: dict[float, float], more: dict[float, float]
) -> None:
    """GIVEN metrics that hold every invocation, and more THEN it is measured, whatever the traffic."""
    measured = {at: invoked.get(at, 0.0) + more.get(at, 0.0) for at in {*invoked, *more}}
    assert compare(invoked, measured, LEAST) is None
    assert compare(invoked, measured, LEAST_OF_ALL) is None


def test_a_guard_does_not_look_while_everything_is_off(unit: Unit, watch: Watch) -> None:
    """GIVEN flags off THEN no metric is asked for: a quiet unit costs nothing."""
    watch.tick()
    assert unit.script.calls["get_metric_data"] == 0
    assert watch.counted("GuardTicks") == 1


def test_shadow_alone_is_judged_and_never_switched_off_for_want_of_canary(unit: Unit, watch: Watch) -> None:
    """GIVEN shadow and no canary THEN invocations without canary requests are as they should be."""
    unit.deploy("ramp", documents.ramp(None, percentage=None, shadow=100))
    unit.cloudwatch.minutes[PRISMA] = [50.0] * 20
    watch.tick()
    assert len(watch.said("VERDICT")) == 1
    assert not unit.killed


@pytest.mark.parametrize(
    "event", [through_topic(state="OK"), through_topic("loss-alarm"), {}, None, {"tick": 1}]
)
def test_what_is_no_reason_to_act_is_ignored_and_no_tick(unit: Unit, watch: Watch, event: Any) -> None:
    """GIVEN an OK, an alarm that only tells people, or anything else THEN it is only logged."""
    unit.canary(1)
    assert watch.run(event)["acts"] == []
    assert len(watch.said("IGNORED")) == 1
    assert watch.counted("GuardTicks") == 0
    assert not unit.killed


WORDS = st.sampled_from(["tick", "selfTest", "alarmData", "Records", "Sns", "Message", "state"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner)
)


@given(ANYTHING)
def test_parsing_never_fails(event: Any) -> None:
    """GIVEN anything at all THEN it is read as events the guard knows, or as one it ignores."""
    assert all(isinstance(found, AlarmChange | Tick | SelfTest | Other) for found in parse(event))


# --- while the latch stands -------------------------------------------------------------------------


def test_a_kill_switch_taken_off_by_hand_is_put_on_again(unit: Unit, watch: Watch) -> None:
    """GIVEN a rollback WHEN somebody takes the kill switch off by hand THEN it is on in a minute."""
    unit.canary(1)
    watch.run(ALARM)
    watch.until_finished()
    unit.deploy("kill", documents.kill(None, on=False), "trying")
    watch.tick()
    assert unit.killed
    assert len(watch.said("KILL-SWITCH-OFF-UNDER-LATCH")) == 1
    assert len(unit.sns.published) == 1


def test_a_flag_turned_on_by_hand_under_the_latch_reaches_nobody(unit: Unit, watch: Watch) -> None:
    """GIVEN a rollback WHEN somebody turns the canary on by hand THEN the kill switch holds."""
    unit.canary(1)
    watch.run(ALARM)
    watch.until_finished()
    unit.canary(5)
    watch.tick()
    assert unit.killed


@pytest.mark.parametrize("operation", ["put_parameter", "get_parameter"])
def test_an_act_that_lost_its_latch_is_taken_up(unit: Unit, watch: Watch, operation: str) -> None:
    """GIVEN SSM is down for the whole run, and the flag has to wait, WHEN it is back THEN the act goes on."""
    unit.canary(1)
    unit.cloudwatch.alarms["canary-alarm"] = "ALARM"

    def down(name: str) -> None:
        if name == operation:
            raise refusal("InternalServerError", status=500)

    unit.script.before = down
    watch.run(ALARM)
    assert (unit.killed, unit.off) == (True, False)
    unit.script.before = lambda _name: None
    unit.cloudwatch.alarms["canary-alarm"] = "OK"
    watch.until_finished()
    assert unit.off


def test_a_kill_switch_turned_on_by_a_person_is_left_to_them(unit: Unit, watch: Watch) -> None:
    """GIVEN a kill switch turned on in the console over a canary THEN the guard claims no latch for it."""
    unit.canary(1)
    unit.deploy("kill", documents.kill(None, on=True), "just to be safe")
    fails_on_prisma(unit)
    watch.tick()
    assert watch.latch is None


# --- resume -----------------------------------------------------------------------------------------


@pytest.fixture
def _patient(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    def waiting(seconds: float) -> Patience:
        return Patience(unit.clock.now() + seconds, unit.clock.now, unit.clock.sleep)

    monkeypatch.setattr("canary.cli.resume.waiting", waiting)


@pytest.mark.usefixtures("_patient")
def test_resuming_ends_it_and_the_guard_does_not_fight_it(unit: Unit, watch: Watch) -> None:
    """GIVEN a rollback WHEN a person resumes, the guard ticking at every call, THEN it stays resumed."""
    unit.canary(1)
    watch.run(ALARM)
    watch.until_finished()
    ticking = False

    def tick(_operation: str) -> None:
        nonlocal ticking
        if not ticking:
            ticking = True
            watch.run({"tick": True})
            ticking = False

    unit.script.before = tick
    resume(unit, target(), reason="mended")  # type: ignore[arg-type]
    unit.script.before = lambda _operation: None
    watch.tick()
    assert watch.latch is None
    assert not unit.killed
    assert unit.off


@pytest.mark.usefixtures("_patient")
def test_an_alarm_during_resume_wins(unit: Unit, watch: Watch) -> None:
    """GIVEN a person resumes WHEN it fails again meanwhile THEN the new rollback stands."""
    unit.canary(1)
    watch.run(ALARM)
    watch.until_finished()
    unit.script.will("start_deployment", lambda: watch.run(ALARM))
    with pytest.raises(Exception, match="Rolled back again meanwhile by alarm canary-alarm"):
        resume(unit, target(), reason="mended")  # type: ignore[arg-type]
    watch.until_finished()
    assert unit.killed


@pytest.mark.usefixtures("_patient")
@pytest.mark.parametrize("nth", range(1, 25))
def test_resuming_may_be_cut_off_anywhere_and_repeated(unit: Unit, watch: Watch, nth: int) -> None:
    """GIVEN a resume that fails at its n-th call WHEN repeated THEN it is resumed; nobody was on Prisma."""
    unit.canary(1)
    watch.run(ALARM)
    watch.until_finished()
    made = 0

    def fails(_operation: str) -> None:
        nonlocal made
        made += 1
        if made == nth:
            raise refusal("AccessDeniedException", status=403)

    unit.script.before = fails
    try:
        resume(unit, target(), reason="mended")  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001 - whatever it is, the next resume mends it
        assert unit.off
    unit.script.before = lambda _operation: None
    resume(unit, target(), reason="mended")  # type: ignore[arg-type]
    watch.tick()
    assert Latches(unit.ssm, "/latch").read() is None
    assert (unit.killed, unit.off) == (False, True)


# --- self-test --------------------------------------------------------------------------------------


def test_a_self_test_of_a_sound_unit_passes_and_changes_nothing(unit: Unit, watch: Watch) -> None:
    """GIVEN everything in place WHEN asked THEN it is well, and says what was not tried."""
    unit.canary(1)
    before = (unit.deployments("ramp"), unit.deployments("kill"), dict(unit.ssm.parameters))
    answer = watch.run({"selfTest": True})
    assert answer["acts"] == []
    assert answer["selfTest"]["ok"], answer["selfTest"]
    assert "appconfig:StartDeployment" in answer["selfTest"]["notTried"]
    assert (unit.deployments("ramp"), unit.deployments("kill"), dict(unit.ssm.parameters)) == before
    assert unit.sns.published == []


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("list_deployments", "appconfig:ListDeployments"),
        ("start_configuration_session", "appconfig:StartConfigurationSession"),
        ("stop_deployment", "appconfig:StopDeployment"),
        ("get_parameter", "ssm:GetParameter"),
        ("describe_alarms", "cloudwatch:DescribeAlarms"),
        ("get_metric_data", "cloudwatch:GetMetricData"),
        ("get_alias", "lambda:GetAlias"),
    ],
)
def test_each_missing_permission_is_named(unit: Unit, watch: Watch, operation: str, action: str) -> None:
    """GIVEN one call that IAM refuses WHEN asked THEN not well, and the action is named."""

    def refuses(name: str) -> None:
        if name == operation:
            raise refusal("AccessDeniedException", "not authorized", 403)

    unit.script.before = refuses
    result = watch.run({"selfTest": True})["selfTest"]
    assert not result["ok"]
    failed = [one for one in result["tried"] if not one["ok"]]
    assert any(action in one["what"] and "AccessDenied" in one["detail"] for one in failed)


def test_an_alarm_that_is_gone_fails_the_self_test(unit: Unit, watch: Watch) -> None:
    """GIVEN an alarm that somebody deleted WHEN asked THEN it is named."""
    unit.cloudwatch.alarms.clear()
    result = watch.run({"selfTest": True})["selfTest"]
    assert any("no such alarm: canary-alarm" in one["detail"] for one in result["tried"])


def test_each_minute_says_in_one_line_what_it_decided_and_why(unit: Unit, watch: Watch) -> None:
    """GIVEN a canary that is healthy, then fails WHEN it ticks THEN a VERDICT line each, the last NO-GO."""
    unit.canary(1)
    healthy(unit)
    watch.tick()
    fails_on_prisma(unit)
    watch.tick()
    first, last = watch.said("VERDICT")
    assert (first["errors"]["decision"], first["believable"]) == ("INCONCLUSIVE", True)
    assert (last["decision"], last["errors"]["decision"]) == ("NO-GO", "NO-GO")
    assert last["errors"]["why"]
    assert (last["percent"], last["began"]) == (1, first["began"])
    (rollback,) = watch.said("ROLLBACK")
    assert (rollback["by"], rollback["why"], rollback["claimed"]) == ("verdict", last["errors"]["why"], True)


def test_an_alarm_says_in_one_line_that_it_decided(unit: Unit, watch: Watch) -> None:
    """GIVEN an alarm that rolls back WHEN it goes off THEN one line has its name and reason."""
    unit.canary(1)
    watch.run(ALARM)
    (line,) = watch.said("ALARM")
    assert (line["decision"], line["alarm"], line["why"]) == ("NO-GO", "canary-alarm", "5 of 5 fail")
    (rollback,) = watch.said("ROLLBACK")
    assert rollback["by"] == "alarm canary-alarm"
