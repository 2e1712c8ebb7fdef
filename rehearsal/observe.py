"""Observes a beta while it runs, and collects the evidence before the stack is destroyed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from canary.cli.verdict import judged
from canary.unit.alarm_states import states
from canary.unit.metrics.counts import read_counts
from rehearsal import readback
from rehearsal.claims.moments import moments
from rehearsal.evidence import Evidence
from rehearsal.progress import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from localaws.local_cloud import LocalCloud
    from rehearsal.evidence import EngineEvidence
    from rehearsal.hands import Hands
    from rehearsal.ledger import Ledger
    from rehearsal.progress import Progress
    from rehearsal.timeline import Clock, Scenario

WINDOW_S = 900.0
"""Length in cloud seconds of the window that the status line covers."""

BASELINE = 1
"""Number of the deployment that the stack itself makes in each environment."""

SUMS = ("ShadowSent", "ShadowCompared", "ShadowLost", "ShadowDiffs")


@dataclass
class Watch:
    """Shows a person a status line each cloud minute and what the cloud did by itself.

    Attributes:
        failures: Why a tick failed. The run goes on, and the next tick tries again.
    """

    cloud: LocalCloud
    clients: Clients
    target: Target
    ledger: Ledger
    scenario: Scenario
    clock: Clock
    progress: Progress
    failures: list[str] = field(default_factory=list)
    _events_read: int = 0
    _flags_told: dict[str, int] = field(default_factory=dict)

    def tick(self, cloud_s: float) -> None:
        """Report new events and flags, and show the status."""
        try:
            self._tell_events()
            self._tell_flags()
            self.progress.status(self._status(cloud_s))
        except (ClientError, BotoCoreError, OSError) as error:
            self.failures.append(f"{cloud_s:.0f} s: {error}")

    def _tell_events(self) -> None:
        for event in self.cloud.get(f"events?since={self._events_read}")["events"]:
            self._events_read = event["n"]
            text = _told(event)
            if text:
                self.progress.event(self.clock.cloud(event["t"]), text, bad="ALARM" in text)

    def _tell_flags(self) -> None:
        """Report newly served flag values: the moments at which users may notice something."""
        target = self.target
        environments = {
            "kill switch": (target.kill_environment_id, target.kill_profile_id),
            "ramp": (target.ramp_environment_id, target.flag_profile_id),
        }
        for name, (environment, profile) in environments.items():
            told = self._flags_told.get(name, BASELINE)
            for found in readback.deployments(
                self.clients.appconfig, target.appconfig_application_id, environment, profile, after=told
            ):
                self._flags_told[name] = found.number
                self.progress.event(self.clock.cloud(found.started), _served(name, found.content))

    def _status(self, cloud_s: float) -> Status:
        end = datetime.now(UTC)
        start = end - timedelta(seconds=WINDOW_S / self.clock.factor)
        counts = read_counts(
            self.clients.cloudwatch, self.target.metrics_namespace, self.target.mock_function, start, end
        )
        named = {name: role for role, name in self.target.alarms.items()}
        seen = states(self.clients.cloudwatch, list(named))
        return Status(
            cloud_s=cloud_s,
            phase=self.scenario.phase_at(cloud_s + self.clock.saved).name,
            sent=self.ledger.sent,
            share_percent=100 * counts.canary_requests / counts.requests if counts.requests else 0.0,
            error_percent=100 * counts.canary_errors / counts.canary_requests
            if counts.canary_requests
            else None,
            p95_mock_ms=counts.mock_p95_ms,
            p95_canary_ms=counts.canary_p95_ms,
            diffs=counts.diffs,
            alarms={named[name]: state for name, state in seen.items()},
        )


def _told(event: dict[str, Any]) -> str:
    """Describe a cloud event in words; return an empty string for an event that is not shown."""
    detail = event["detail"]
    match event["kind"]:
        case "alarm":
            return f"alarm {event['name']}: {detail.get('from', '?')} -> {detail.get('to', '?')}"
        case "codedeploy" | "appconfig":
            said = ", ".join(f"{name} {value}" for name, value in detail.items())
            return f"{event['kind']} {event['name']}: {said}"
    return ""


def _served(name: str, content: Mapping[str, Any]) -> str:
    """Describe a flag document in words."""
    flags = ", ".join(
        f"{flag} {'on' if value['enabled'] else 'off'}"
        + (f" at {value['percentage']:g} %" if value.get("percentage") else "")
        for flag, value in content.items()
    )
    return f"{name} serves {flags}"


@dataclass(frozen=True)
class Played:
    """What is known only to the code that played the scenario.

    Attributes:
        hands: The acts' tools, with what the acts recorded.
        done: Wall clock time at which each step was done.
        ended: Wall clock time at which the scenario was over.
        alias_before: Version that the alias pointed to before anything happened.
        first_request: Wall clock time of the very first request, including those that warmed the sandboxes.
    """

    hands: Hands
    clock: Clock
    done: dict[str, float]
    ended: float
    ledger: Ledger
    alias_before: str
    first_request: float


def collect(played: Played, engine: EngineEvidence) -> Evidence:
    """Collect all evidence while the stack still exists."""
    hands = played.hands
    clients, target, scenario = hands.clients, hands.target, hands.scenario
    start, end = played.first_request - 1, time.time() + 1
    application = target.appconfig_application_id
    lines = readback.lines(clients, target)
    judged_step = scenario.judged
    seen = Evidence(
        scenario=scenario,
        clock=played.clock,
        done=played.done,
        ended=played.ended,
        noted=hands.noted,
        aliases=hands.aliases,
        ledger=played.ledger,
        lines=lines,
        sums=readback.sums(clients.cloudwatch, target, start, SUMS),
        transitions=readback.transitions(clients.cloudwatch, list(target.alarms.values())),
        ramp=readback.deployments(
            clients.appconfig, application, target.ramp_environment_id, target.flag_profile_id
        ),
        kill=readback.deployments(
            clients.appconfig, application, target.kill_environment_id, target.kill_profile_id
        ),
        decisions=readback.decisions(clients, target),
        releases=readback.releases(clients.codedeploy, target),
        alias_before=played.alias_before,
        alias_after=hands.alias(),
        traces=readback.traces(clients.xray, start, end),
        verdict=None,
        engine=engine,
        configured_percent=(judged_step.value or 0.0) if judged_step else 0.0,
        peak_memory_mb=0.0,
        told=[message for message in hands.inbox.read() if "rolled back" in message["Subject"]],
    )
    if judged_step is not None:
        seen.verdict = hands.noted.get("verdict") or _verdict(
            clients, target, seen, played.done[judged_step.name]
        )
    return seen


def _verdict(clients: Clients, target: Target, seen: Evidence, since: float) -> Any:
    """Return the verdict on the step, from the canary being turned on until the kill switch turned it off."""
    off = (moments(seen).kill_on if seen.scenario.breaks else None) or seen.ended
    return judged(
        clients,
        target,
        since=datetime.fromtimestamp(since, UTC),
        until=datetime.fromtimestamp(off, UTC),
        percentage=seen.configured_percent,
    ).verdict
