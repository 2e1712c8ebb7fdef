"""The documents' `canary` commands as a beta plays them, and why the remaining ones are not run.

A command in none of these tables fails `tests/docs`. Whoever adds a command states its outcome here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.live.acts import ATTENTION, CLEAN, DIFFERING, REFUSED, Moment, act, aside

if TYPE_CHECKING:
    from collections.abc import Mapping

OFF = Moment(
    "before anything is on",
    looks=(
        act("--help", says=r"Exit codes: 0 done"),
        act("ready", says=r"\b(\d+)/\1 ok\. Ready\."),
        act("--stack beta migrate --dry-run", says="Nothing to do"),
        act("--stack beta migrate --reason 'first tables'", says="Nothing to do"),
        act("--stack beta ready", says=r"Ready\."),
        act("--stack beta status", says=r"phase +off"),
        act("status --json", says=r'"phase": "off"'),
        act("release --reason '…'", says=r"Nothing to do\. .* is at version 1"),
        act("--stack beta release --reason 'first release' --dry-run", says="stays at version 1, the newest"),
        act("--stack beta prune --dry-run", says="would delete nothing"),
        act("finish", ATTENTION, says="Not done yet: nothing may be removed"),
        act("cost", says=r"3,000 requests in 3 hours.*Beside the sheet"),
        act("cost --requests 1000000 --hours 730 --canary 5", says=r"1,000,000 requests in 730 hours"),
        act("queries list", says=r"1-errors-per-minute\n.*8-cold-starts\n"),
        act("open traces", says=r"https://us-east-1\.console\.aws\.amazon\.com/.*#xray:traces"),
        act("verdict", 6, says="INCONCLUSIVE"),
        aside("ramp --reason early", REFUSED, says="Nothing is on, so there is nothing to judge by"),
    ),
)

SHADOW = Moment(
    "hour one: shadow only",
    changes=(act("enable --shadow 100 --reason 'H+0 shadow'", says=r"is served: canary 0 %, shadow 100 %"),),
    meanwhile=(act("traffic --requests 300 --rate 5", says="300 requests in .*: 300 x 200;"),),
    looks=(
        act("logs --filter FLAG --since 5m", says=r'"prismaShadow":\{"enabled":true,"percentage":100'),
        aside("enable --shadow 50 --percentage 101 --reason typo", 2, says="less than or equal to 100"),
        act("verdict", *CLEAN, says=r"diffs +(GO|INCONCLUSIVE) 0 of \d+ shadow answers differed"),
        act("verdict --json", *CLEAN, says='"decision": '),
        act(
            "ramp --reason rehearsal --dry-run --users beta-users.txt",
            says=r"canary 0 -> 1 %(.|\n)*100 of 10000 buckets read from Prisma at 1 %",
        ),
        act("ramp --reason look --dry-run --users beta-users.txt", says=r"of 50 users"),
        act("queries run 3 --since 15m", says=r"minute +compared +diffs +diff_pct\n20\S+ \S+ +[1-9]"),
        act("queries run 4 --since 30m", says="4-shadow-diffs-by-path, .*: 0 rows"),
    ),
)

ONE_PERCENT = Moment(
    "hour two: one percent",
    changes=(act("ramp --reason H+1 --users beta-users.txt", says=r"is served: canary 1 %"),),
    meanwhile=(act("traffic --requests 500 --rate 10", says="500 requests in .*: 500 x 200;"),),
    looks=(
        act("status", says=r"phase +canary 1 %"),
        act("traces --canary --since 5m", says=r"traces for annotation\[canary\] = true"),
        act("ramp --reason D+2 --dry-run --users beta-users.txt", says=r"canary 1 -> 5 %"),
        act("ramp --reason D+2", REFUSED, says="No step on this verdict"),
        act("ramp --reason D+2 --users beta-users.txt", REFUSED, says="No step on this verdict"),
        act("ramp --reason D+2 --at 1,2,5,10,25,50,100", REFUSED, says=r"canary 1 -> 2 %"),
        act("audit --since 1h", says=r"ramp +done .*H\+1"),
        act("logs --filter FLAG --since 10m", says=r'"prismaAdapter":\{"enabled":true,"percentage":1'),
    ),
)

HALF = Moment(
    "half of the users, and a price that differs",
    changes=(aside("enable --percentage 50 --reason more", says=r"is served: canary 50 %, shadow 100 %"),),
    looks=(
        act("queries run 2 --since 30m", says=r"\nmock +(.|\n)*\nprisma +"),
        act("queries run 4 --since 1h", says=r"subscriptionPrice +"),
        act("queries run 3 --since 1h", says=r"compared +diffs"),
        act("queries run 5 --since 1h", says=r"durationMs +served"),
        act("queries run slowest", says=r"5-slowest-canary-requests, .*: 20 rows"),
        act("queries run slowest --since 30m --json", says='"durationMs"'),
        act("queries run 6 --user 0123456789abcdef --since 1h", says=r"SUCCESS +prisma"),
        act("queries run 6 --since 3h --user PSEUDONYM", says=r"SUCCESS +prisma"),
        act("queries run 7 --since 1h", says="prismaAdapter.percentage"),
        aside("queries run 8 --since 1h", says=r"invocations +cold_starts"),
        act("logs --filter SHADOW-DIFF --since 10m", says=r'"path":"creator\.subscriptionPrice"'),
        act("logs --all --since 5m", says=r'\{"_aws"'),
        act("logs --function guard --since 10m", says=r"REPORT RequestId"),
        act("traces --canary --since 1h", says=r"[1-9]\d* (or more )?traces for annotation\[canary\] = true"),
        act("traces --slow 0.5 --canary", says=r"traces for annotation\[canary\] = true AND responsetime"),
        act("traces --canary --slow 0.5 --since 1h", says=r"traces for "),
        act("traces --user 0123456789abcdef --since 1h", says=r"traces for annotation\[userId\]"),
        act("traces --user PSEUDONYM --json", says='"traces"'),
        act("verdict --since 1h", *DIFFERING, says=r"errors +\S+ +\d+ of \d+ canary requests failed"),
    ),
)

ROLLED_BACK = Moment(
    "the database is gone, and users are taken off",
    changes=(
        act("rollback --reason '…'", says=r"kill-switch: done(.|\n)*ramp-flag: done"),
        aside("rollback --reason again", says=r"kill-switch: done"),
        aside("enable --percentage 1 --reason early", REFUSED, says=r"Rolled back by (.|\n)*canary resume"),
        aside("ramp --reason early", REFUSED, says=r"Rolled back by (.|\n)*canary resume"),
    ),
    looks=(
        aside("status", ATTENTION, says=r"phase +rolled back(.|\n)*latch +by "),
        act("traces --canary --errors --since 1h", says=r"[1-9].* traces for (.|\n)*function-error"),
        act("traces --canary --errors --since 30m", says=r"[1-9].* traces for "),
        act("traces --errors --since 30m", says=r"[1-9].* traces for "),
        act("queries run 1 --since 1h", says=r"error_pct\n(.|\n)* [1-9]\d* +\d"),
        act("queries run 1 --since 30m", says=r"error_pct"),
        act("audit --since 1d", says=r"ROLLED_BACK|rollback +done"),
        act("audit --since 30d", says=r"rollback +done"),
        act("audit --since 3h --json", says='"rollback"'),
        act("--stack beta audit --since 90d --json", says='"rollback"'),
        act("verdict --since 2h --until 1h", 6, says="INCONCLUSIVE"),
        act("logs --function prisma --since 10m --filter ERROR", says="ERROR"),
    ),
)

RESUMED = Moment(
    "mended, and begun again",
    changes=(
        act("resume --reason 'index restored, shadow clean'", says="The rollback has ended; the ramp is off"),
        act("enable --shadow 100 --reason 'after rollback'", says=r"is served: canary 0 %, shadow 100 %"),
        aside("enable --percentage 1 --reason 'one percent'", says=r"is served: canary 1 %, shadow 100 %"),
        act("enable --percentage 0 --reason '…'", says=r"is served: canary 0 %, shadow 100 %"),
        act("enable --shadow 0 --reason diffs", says=r"is served: canary 0 %, shadow 0 %"),
        act("enable --percentage 0 --shadow 0 --reason 'key rotation'", says=r"canary 0 %, shadow 0 %"),
        act("enable --percentage 0 --shadow 0 --reason 'swept up'", says=r"Nothing changes: canary 0 %"),
        act("--stack beta enable --percentage 0 --shadow 0 --reason uninstalling", says="shadow 0 %"),
        act("resume --reason '…'", says=r"No rollback stands"),
    ),
)

RELEASED = Moment(
    "a second version is published, released, and taken back",
    changes=(
        act("--stack beta migrate --reason 'version 1.4'", says="Nothing to do"),
        act(
            "--stack beta release --reason 'version 1.4' --dry-run", says=r"huntaze-mock-read:live +1 -> 2\n"
        ),
        act("--stack beta release --reason 'version 1.4'", says=r"Released\. \S+ is at version 2\."),
        act("release --reason back --to 12", says=r"Released\. \S+ is at version 1\."),
        act("release --reason 'key rotation'", says=r"Released\. \S+ is at version 2\."),
    ),
)

MOMENTS = (OFF, SHADOW, ONE_PERCENT, HALF, ROLLED_BACK, RESUMED, RELEASED)

ELSEWHERE: Mapping[str, str] = {
    "logs --follow": "goes on for ever: test_live_monitor runs it",
    "verdict --from verdict.json": "test_live_documents runs it on what another verdict printed",
    "monitor --watch": "goes on for ever: test_live_monitor runs it, on a terminal and off one",
    "--stack beta preflight": "before a stack is up: test_live_preflight runs it, and on one that is",
    "--prefix huntaze preflight": "the same",
    "--stack beta teardown": "ends the unit: test_live_uninstalling runs it last, before `pulumi destroy`",
    "teardown": "the verb's name; the same",
    "preflight": "the verb's name; run above for a stack and for a prefix",
    "migrate": "the verb's name; run above with a reason",
    "audit": "the verb's name; run above with a window",
    "release": "the verb's name; run above with a reason",
    "resume": "the verb's name; run above with a reason",
    "queries run 1": "the query's name; run above with a window",
}
"""`canary` commands that the story does not run, and where they are run instead."""
