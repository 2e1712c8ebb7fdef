"""`finish`: whether the migration is done, and exactly what can be removed then, in which order.

Removes nothing. What is printed is safe in this order only: code that no longer asks for a flag comes before
the flag, and the alarms go last, since they watch all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from canary.cli.enable import ramp_flags
from canary.cli.latched import author
from canary.cli.verdict import judged
from canary.unit.act.act import ramp_environment
from canary.unit.current_step import current
from canary.unit.latch.latch import Latches
from canary.unit.release.take_back import read_alias

if TYPE_CHECKING:
    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from canary.unit.current_step import CurrentStep

HELD_HOURS = 48.0
"""The beta sheet watches every step of its ramp for two days."""
ALL = 100.0


@dataclass(frozen=True)
class Condition:
    """Something that must hold before anything is removed."""

    what: str
    holds: bool
    found: str


@dataclass(frozen=True)
class Finish:
    """Whether it is done, and what is left to do."""

    conditions: tuple[Condition, ...]
    steps: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether every condition holds."""
        return all(condition.holds for condition in self.conditions)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "ready": self.ready,
            "conditions": [condition.__dict__ for condition in self.conditions],
            "steps": list(self.steps) if self.ready else [],
        }

    def lines(self) -> list[str]:
        """The same for a person."""
        shown = [f"{'yes' if each.holds else 'NO ':<4}{each.what}: {each.found}" for each in self.conditions]
        if not self.ready:
            return [*shown, "", "Not done yet: nothing may be removed."]
        return [*shown, "", "Done. In this order:", *(f"{n}. {step}" for n, step in enumerate(self.steps, 1))]


def finish(clients: Clients, target: Target, held_hours: float = HELD_HOURS) -> Finish:
    """Look whether everybody reads from Prisma, for long enough, and well.

    Args:
        clients: Of the account.
        target: The unit.
        held_hours: How long 100 % must have been in force.
    """
    settings = target.settings()
    ramp = ramp_environment(settings, clients)
    state, step = ramp_flags(ramp), current(settings, clients, ramp)
    latch = Latches(clients.ssm, target.latch_parameter).read()
    alias = read_alias(settings, clients)
    conditions = (
        Condition(
            "nobody has rolled back",
            latch is None,
            "no latch" if latch is None else f"rolled back {author(latch)}",
        ),
        Condition("everybody reads from Prisma", state.percentage == ALL, f"canary {state.percentage:g} %"),
        _held(step, held_hours),
        _good(clients, target, step),
        Condition(
            "no release is in progress",
            not alias.weights,
            f"alias {target.alias} at version {alias.version}"
            + (f", split {alias.weights}" if alias.weights else ""),
        ),
    )
    return Finish(conditions, _steps(target))


def _held(step: CurrentStep | None, hours: float) -> Condition:
    held = (datetime.now(UTC) - step.began).total_seconds() / 3600 if step and step.percentage == ALL else 0.0
    return Condition(f"100 % has been held for {hours:g} hours", held >= hours, f"{held:.1f} hours")


def _good(clients: Clients, target: Target, step: CurrentStep | None) -> Condition:
    if step is None or step.percentage != ALL:
        return Condition("the verdict at 100 % is GO", holds=False, found="there is no such step to judge")
    verdict = judged(clients, target, step=step).verdict
    return Condition("the verdict at 100 % is GO", verdict.decision == "GO", verdict.summary)


def _steps(target: Target) -> tuple[str, ...]:
    prefix = target.prefix
    return (
        (
            "Keep the evidence: `canary verdict --json`, `canary audit --since 30d --json`, `canary status "
            "--json`."
        ),
        (
            "Serve every user from Prisma. In functions/mock_read/backend/sides.py let `Sides.prisma` return "
            '`Served(None, "none", candidate)` where Prisma fails, which is answered with 503, and remove'
            " `Sides.mock`. In functions/mock_read/service.py let `Service._read` ask the Prisma side for"
            " every user and owe no shadow read. Remove functions/mock_read/shadow/shadow.py and "
            "functions/mock_read/shadow/judgement.py, which compare with the mock, and in "
            "functions/mock_read/handler.py what `build` makes of them. Then remove, from "
            "canary/read/contract.py, `mock`, and canary/read/seed.py with it (the "
            "rehearsal fills its database from the seed: keep a copy there). In "
            "functions/release_check/probes.py remove the mock path from `probes`, or the check refuses the"
            " release. From here on no mock answers for a failing database."
        ),
        (
            f"`pulumi up --stack {target.stack}`, then `canary release --reason …`: the alarms take it "
            "back if it fails. "
            "The flags still exist, so going back is one release as well. Hold it for as long as 100 % "
            "was held."
        ),
        (
            f"Remove the shadow function {target.shadow_function} and what the entry function may do with "
            "it from components/canary_migration.py and components/functions/mock_function.py; `pulumi up`, "
            "`canary release --reason …`."
        ),
        (
            "Remove what no request asks for any more from functions/mock_read/flags: choice.py, "
            "flag_watch.py and appconfig.py. In functions/mock_read/backend keep canary.py and breaker.py: "
            "every read goes through them now. `pulumi up`, `canary release --reason …`."
        ),
        (
            "`canary teardown`, which removes what deployments left in AppConfig application "
            f"{target.appconfig_application_id}; then, from components/canary_migration.py, `ReadFlags`, "
            f"each `strategy` and `guard_function`, the guard {target.guard_function}. In prod they are "
            "protected: `pulumi state unprotect` first, one by one, each named in the preview."
        ),
        (
            f"Alarms last: {', '.join(sorted(target.alarms.values()))}. Keep the error-rate alarm and "
            "CodeDeploy's "
            f"group {target.codedeploy_group} with it for as long as the entry function is released by it."
        ),
        (
            f"What stays: the audit trail {target.audit_group}, the log groups in prod, the dashboard "
            f"{target.dashboard_name} until you delete it, and the database. `{prefix}`'s pseudonym key "
            "is to stay until "
            "the last log line with a pseudonym has expired."
        ),
    )
