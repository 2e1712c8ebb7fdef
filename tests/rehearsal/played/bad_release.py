"""A bad release that ended well: shifted a little, taken back, and the fixed one shifted completely."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rehearsal.scenarios import bad_release
from rehearsal.scenarios.bad_release import BAD_RELEASE
from rehearsal.timeline import MINUTE
from tests.rehearsal import spoiling
from tests.rehearsal.handmade import LAMBDA_ERROR_RATE, at, evidence, read, went_off
from tests.rehearsal.spoiling import answers, leads_to, notes, sets

if TYPE_CHECKING:
    from rehearsal.evidence import Evidence
    from tests.rehearsal.spoiling import Spoil, Spoiling

SHIFTED_AT, FAILED = 8 * MINUTE, 5
SKIPPED = {"BeforeAllowTraffic": "Succeeded", "AllowTraffic": "Skipped", "AfterAllowTraffic": "Skipped"}
STOPPED: dict[str, Any] = {
    "deploymentId": "d-B7ZAWYUMI",
    "created": at(6 * MINUTE),
    "status": "Stopped",
    "error": f"One or more alarms have been activated. Activated alarms: <{LAMBDA_ERROR_RATE}>",
    "rollback": "d-IBCNDNUIQ",
    "lifecycle": SKIPPED,
}
SUCCEEDED: dict[str, Any] = {
    "deploymentId": "d-0U5FAPNCR",
    "created": at(100 * MINUTE),
    "status": "Succeeded",
    "error": None,
    "rollback": None,
    "lifecycle": dict.fromkeys(SKIPPED, "Succeeded"),
}
PUBLISHED = {"changed": {"update": 1}, "what": ["update huntaze-migration-mock-read-function"]}


def right() -> Evidence:
    """Return evidence in which ten of a hundred requests moved and half of those failed; then all moved."""
    before = [read(10.0 * n, f"u-{n}") for n in range(1, 30)]
    shift = [read(SHIFTED_AT + n, f"u-{n}", version="2" if n % 10 == 0 else "1") for n in range(100)]
    between = [read(55 * MINUTE + 10 * n, f"u-{n}") for n in range(100)]
    mended = [read(101 * MINUTE + 10 * n, f"u-{n}", version="3") for n in range(100)]
    seen = evidence(
        BAD_RELEASE,
        [*before, *shift, *between, *mended],
        noted={
            "publish-bad": PUBLISHED,
            "await-bad": {"release": "release-bad", "exit_code": 1, "said": None, "talk": ["Stopped"]},
            "up-again": {"changed": {}, "what": []},
            "publish-good": PUBLISHED,
            "await-good": {"release": "release-good", "exit_code": 0, "said": {}, "talk": ["Succeeded"]},
        },
        transitions=[went_off(LAMBDA_ERROR_RATE, SHIFTED_AT + 80)],
        releases=[STOPPED, SUCCEEDED],
        alias_after="3",
    )
    seen.aliases = {**seen.aliases, "await-good": "3"}
    hit = [one.at for one in shift if "[2]" in one.sandbox][:FAILED]
    seen.ledger.entries = [
        replace(entry, outcome="error", status=502) if entry.sent_at in hit else entry
        for entry in seen.ledger.entries
    ]
    return seen


def _first(**changes: Any) -> Spoil:
    return lambda seen: setattr(seen, "releases", [{**seen.releases[0], **changes}, *seen.releases[1:]])


def _all_of(version: str) -> Spoil:
    """Remove every request that a version answered."""
    return spoiling.without(lambda one: f"[{version}]" not in one.sandbox)


def _served_nothing(seen: Evidence) -> None:
    seen.lines.reads = [
        replace(one, served="none") if "[3]" in one.sandbox else one for one in seen.lines.reads
    ]


def _no_error(seen: Evidence) -> None:
    seen.ledger.entries = [replace(one, outcome="mock") for one in seen.ledger.entries]


SPOILED: list[Spoiling] = [
    (bad_release.published_not_moved, "nothing was published", notes("publish-bad", what=[])),
    (bad_release.published_not_moved, "it moved the alias", leads_to("publish-bad", "2")),
    (bad_release.checked_then_shifted, "no release", sets("releases", [])),
    (
        bad_release.checked_then_shifted,
        "the check found it",
        _first(lifecycle={**SKIPPED, "BeforeAllowTraffic": "Failed"}),
    ),
    (bad_release.checked_then_shifted, "it was not checked", _first(lifecycle={})),
    (bad_release.checked_then_shifted, "nobody was shifted", _all_of("2")),
    (bad_release.taken_back, "no release", sets("releases", [])),
    (bad_release.taken_back, "it went through", _first(status="Succeeded")),
    (bad_release.taken_back, "the command was content", notes("await-bad", exit_code=0)),
    (bad_release.taken_back, "the alias stayed on it", leads_to("await-bad", "2")),
    (bad_release.taken_back, "no alarm", sets("transitions", [])),
    (bad_release.damage_bounded, "nothing failed", _no_error),
    (bad_release.damage_bounded, "more failed than were moved", _all_of("2")),
    (bad_release.damage_bounded, "an error before it", answers("error", 60)),
    (bad_release.damage_bounded, "an error after it", answers("error", 60 * MINUTE)),
    (bad_release.damage_bounded, "no answer", answers("unanswered", SHIFTED_AT)),
    (bad_release.damage_bounded, "another answer", answers("other", SHIFTED_AT)),
    (bad_release.stays_back, "the refresh moved it", leads_to("up-again", "2")),
    (bad_release.stays_back, "the mended package moved it", leads_to("publish-good", "3")),
    (bad_release.stays_back, "the refresh changed something", notes("up-again", changed={"update": 1})),
    (bad_release.mended_release_goes_out, "the command failed", notes("await-good", exit_code=1)),
    (bad_release.mended_release_goes_out, "the alias stayed", sets("alias_after", "1")),
    (bad_release.mended_release_goes_out, "it answered nobody", _all_of("3")),
    (bad_release.mended_release_goes_out, "it had no answer", _served_nothing),
]
