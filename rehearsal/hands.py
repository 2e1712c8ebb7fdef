"""What the acts work with, and what they record for the evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from canary.unit.act.act import kill_environment
from canary.unit.flags.documents import is_killed
from canary.unit.release.take_back import read_alias

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from localaws.local_cloud import LocalCloud
    from rehearsal.engine import Engine
    from rehearsal.inbox import Inbox
    from rehearsal.postgres import PostgresServer
    from rehearsal.timeline import Scenario
    from rehearsal.traffic import Pace


@dataclass
class Hands:
    """A running stack and everything around it.

    Attributes:
        scenario: The scenario that is played.
        target: The unit.
        clients: AWS clients of the local cloud.
        database: The database behind the canary.
        engine: The engine that runs the stack.
        cloud: The local cloud.
        inbox: What the unit told people.
        outputs: File with the stack's outputs, for the CLI.
        pace: The request rate.
        say: Tells a reader what happens within an act.
        noted: What each step recorded, by the step's name.
        aliases: The version that users got after each step, by the step's name.
        running: CLI commands that run beside the traffic, by the step's name.
    """

    scenario: Scenario
    target: Target
    clients: Clients
    database: PostgresServer
    engine: Engine
    cloud: LocalCloud
    inbox: Inbox
    outputs: Path
    pace: Pace
    say: Callable[[str], None]
    noted: dict[str, Any] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    def killed(self) -> bool:
        """Whether the kill switch is served as on."""
        return is_killed(kill_environment(self.target.settings(), self.clients).served())

    def alias(self) -> str:
        """Return the version that the alias points to."""
        return read_alias(self.target.settings(), self.clients).version

    def end(self) -> None:
        """End the commands that still run beside the traffic."""
        for process in self.running.values():
            process.kill()
            process.communicate()
