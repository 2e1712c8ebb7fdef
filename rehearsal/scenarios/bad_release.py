"""A bad release of the entry function is checked, shifted, caught by the alarm and permanently taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rehearsal.claims import always
from rehearsal.claims.claim import Claim
from rehearsal.timeline import HOUR, MINUTE, Phase, Scenario, Step

if TYPE_CHECKING:
    from rehearsal.evidence import Evidence
    from rehearsal.log_lines import Read


def _by_version(seen: Evidence, version: str) -> list[Read]:
    """Return the requests that a version answered; Lambda writes the version into the log stream's name."""
    return [read for read in seen.lines.reads if f"[{version}]" in read.sandbox]


def published_not_moved(seen: Evidence) -> Claim:
    """The bad version was published, according to the engine's summary, and the alias did not move."""
    changed = seen.noted["publish-bad"]["what"]
    return Claim(
        "`pulumi up` published the bad version and left the alias alone",
        any("mock-read-function" in what for what in changed)
        and seen.aliases["publish-bad"] == seen.alias_before,
        {"changed": changed, "alias": seen.aliases["publish-bad"]},
    )


def checked_then_shifted(seen: Evidence) -> Claim:
    """The new version was checked and then got traffic.

    The evidence is the deployment's lifecycle events and the sandboxes that answered users.
    """
    events = seen.releases[0]["lifecycle"] if seen.releases else {}
    bad = _by_version(seen, "2")
    return Claim(
        "CodeDeploy checked the new version before any traffic, then shifted some of it",
        events.get("BeforeAllowTraffic") == "Succeeded" and bool(bad),
        {"lifecycle": events, "requests_on_the_new_version": len(bad)},
    )


def taken_back(seen: Evidence) -> Claim:
    """The release was taken back, according to CodeDeploy, the CLI's output and the alias."""
    first = seen.releases[0] if seen.releases else {}
    said = seen.noted["await-bad"]
    return Claim(
        "the alarm went off, the alias returned to the version before, and `canary release` ended with 1",
        first.get("status") in {"Stopped", "Failed"}
        and said["exit_code"] == 1
        and seen.aliases["await-bad"] == seen.alias_before
        and any("error-rate" in t.alarm for t in seen.transitions if t.state == "ALARM"),
        {
            "status": first.get("status"),
            "why": first.get("error"),
            "rolled_back_by": first.get("rollback"),
            "exit_code": said["exit_code"],
            "said": said["talk"],
            "alias": seen.aliases["await-bad"],
        },
    )


def damage_bounded(seen: Evidence) -> Claim:
    """Users saw no more errors than the bad version had requests, and none before or after the shift."""
    bad = _by_version(seen, "2")
    start, end = seen.done["release-bad"], seen.done["await-bad"]
    outcomes = seen.ledger.outcomes()
    outside = [
        entry for entry in seen.ledger.entries if entry.outcome != "mock" and not start <= entry.sent_at < end
    ]
    errors, shifted = outcomes["error"], len(bad)
    during = len(seen.ledger.between(start, end))
    return Claim(
        "only requests that the shift had moved could fail, and none before it or after it",
        0 < errors <= shifted and not outside and outcomes["unanswered"] + outcomes["other"] == 0,
        {
            **outcomes,
            "on_the_new_version": shifted,
            "during_the_shift": during,
            "failed_percent": round(100 * errors / during, 2) if during else None,
        },
    )


def stays_back(seen: Evidence) -> Claim:
    """The alias did not move with any later `pulumi up`, one of them with a refresh."""
    later = {name: seen.aliases[name] for name in ("up-again", "publish-good")}
    return Claim(
        "no later `pulumi up` moved the alias",
        set(later.values()) == {seen.alias_before} and seen.noted["up-again"]["changed"] == {},
        {"aliases": later, "changed_by_a_refresh": seen.noted["up-again"]["what"]},
    )


def mended_release_goes_out(seen: Evidence) -> Claim:
    """The fixed version was released the same way."""
    said, good = seen.noted["await-good"], _by_version(seen, seen.alias_after)
    failed = [read for read in good if read.served not in {"mock", "prisma"}]
    return Claim(
        "the mended version was released the same way, and the alias moved to it",
        said["exit_code"] == 0 and seen.alias_after == "3" and bool(good) and not failed,
        {
            "exit_code": said["exit_code"],
            "alias": seen.alias_after,
            "requests": len(good),
            "said": said["talk"],
        },
    )


BAD_RELEASE = Scenario(
    name="bad-release",
    shows="a release of the entry function that fails on half of the creators",
    phases=(
        Phase("version 1", 0, 5 * MINUTE, "users are served as before"),
        Phase("bad release", 5 * MINUTE, 50 * MINUTE, "published, checked, shifted, taken back"),
        Phase("taken back", 50 * MINUTE, 100 * MINUTE, "`pulumi up` again, then the mended package"),
        Phase("mended release", 100 * MINUTE, 2 * HOUR + 10 * MINUTE, "shifted to the end"),
    ),
    steps=(
        Step(5 * MINUTE, "publish-bad", "`pulumi up` with a package that has a fault"),
        Step(6 * MINUTE, "release", "a hasty change", label="release-bad"),
        Step(50 * MINUTE, "await-release", "`canary release` has ended", label="await-bad"),
        Step(60 * MINUTE, "up-again", "`pulumi up --refresh` on what CodeDeploy left"),
        Step(90 * MINUTE, "publish-good", "`pulumi up` with the mended package"),
        Step(100 * MINUTE, "release", "the change, mended", label="release-good"),
        Step(2 * HOUR, "await-release", "`canary release` has ended", label="await-good"),
    ),
    shadow=None,
    rate=60.0,
    claims=(
        *always.BEFORE,
        published_not_moved,
        checked_then_shifted,
        taken_back,
        damage_bounded,
        stays_back,
        mended_release_goes_out,
        always.memory_bounded,
        *always.AFTER_THE_END,
    ),
)
