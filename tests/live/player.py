"""Plays the documented moments on a stack that is up: changes one after another, looks two at a time."""

from __future__ import annotations

import json
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import psycopg

from rehearsal import stack
from tests.live import documented
from tests.live.acts import filled

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.live.acts import Act, Moment
    from tests.live.unit import Ran, Unit

AT_ONCE = 2
"""As many as there are cores here, because a command is mostly the start of Python."""
PSEUDONYMS = ("PSEUDONYM", "0123456789abcdef")
MOST_LOOKS, LOOK_EVERY_S = 30, 1.0


@dataclass
class Player:
    """Plays moments, and keeps the result of each command.

    Attributes:
        values: Values for what a reader has to fill in.
        ran: Results by moment and command, as the documents have it.
        long: Commands that were started and may still be running.
    """

    unit: Unit
    values: dict[str, str]
    ran: dict[tuple[str, str], Ran] = field(default_factory=dict)
    beside: ThreadPoolExecutor = field(default_factory=ThreadPoolExecutor)
    long: list[Future[None]] = field(default_factory=list)

    def play(self, moment: Moment) -> None:
        """Bring a moment about, and run every command that is asked in it."""
        if prepare := PREPARED.get(moment.name):
            prepare(self)
        for change in moment.changes:
            self._run(moment, change)
        if wait := AWAITED.get(moment.name):
            wait(self)
        self.long += [self.beside.submit(self._run, moment, act) for act in moment.meanwhile]
        with ThreadPoolExecutor(AT_ONCE) as looking:
            list(looking.map(partial(self._run, moment), moment.looks))

    def end(self) -> None:
        """Wait for the commands that take long."""
        self.beside.shutdown()
        for each in self.long:
            each.result()

    def _run(self, moment: Moment, act: Act) -> None:
        words = filled(act.words, self.values)
        named = "--stack" in words or words == ("--help",)
        self.ran[moment.name, act.text] = self.unit.canary(*words, named=named)


def player(unit: Unit) -> Player:
    """Create a player with everything filled in that can be filled in beforehand."""
    users = unit.work / "beta-users.txt"
    users.write_text("".join(f"beta-{n:03d}\n" for n in range(1, 51)))
    values = {"beta-users.txt": str(users), "…": "as the playbook says", "beta": stack.NAME, "12": "1"}
    return Player(unit, values)


def _baked(played: Player) -> None:
    """Wait until nothing bakes: `ready` runs before anything is on, and would report what still bakes."""
    unit = played.unit
    for _ in range(MOST_LOOKS):
        deployments = unit.make("appconfig").list_deployments(
            ApplicationId=unit.target.appconfig_application_id, EnvironmentId=unit.target.ramp_environment_id
        )["Items"]
        newest = max(deployments, key=lambda one: int(one["DeploymentNumber"]))
        if newest["State"] == "COMPLETE":
            return
        time.sleep(LOOK_EVERY_S)
    raise AssertionError(f"deployment {newest['DeploymentNumber']} is still {newest['State']}")


def _some_canary_user(played: Player) -> None:
    """Wait for a canary read, and take the pseudonym of its user."""
    line = played.unit.await_line('"path": ?"prisma"', "--json", "--filter", "SUCCESS")
    played.values |= dict.fromkeys(PSEUDONYMS, json.loads(line)["message"]["userId"])


def _price(sign: int) -> Callable[[Player], None]:
    def change(played: Player) -> None:
        with psycopg.connect(played.unit.database.dsn) as connection:
            connection.execute('UPDATE "Creator" SET "subscriptionPrice" = "subscriptionPrice" + %s', (sign,))

    return change


def _go(played: Player) -> None:
    """Send test traffic until the shadow may be judged, because the ramp takes its first step only on GO."""
    played.unit.canary("traffic", "--requests", "500", "--rate", "50", code=0)
    for _ in range(MOST_LOOKS):
        if played.unit.canary("verdict").code == 0:
            return
    raise AssertionError(str(played.unit.ran[-1]))


def _half(played: Player) -> None:
    _price(1)(played)
    played.unit.await_line("subscriptionPrice", "--filter", "SHADOW-DIFF")
    _some_canary_user(played)


def _database_gone(played: Player) -> None:
    """Stop the database, and continue once a canary error has been hidden from its user."""
    _price(-1)(played)
    played.unit.database.stop()
    played.unit.await_line("function-error", "--filter", "canaryError")


def _mended(played: Player) -> None:
    played.unit.database.start()


def _second_version(played: Player) -> None:
    played.unit.configure("canaryDeadlineMs", "4900")
    played.unit.engine.up()


PREPARED: dict[str, Callable[[Player], None]] = {
    documented.OFF.name: _baked,
    documented.ONE_PERCENT.name: _go,
    documented.ROLLED_BACK.name: _database_gone,
    documented.RESUMED.name: _mended,
    documented.RELEASED.name: _second_version,
}
"""Runs before a moment's commands, by moment."""
AWAITED: dict[str, Callable[[Player], None]] = {documented.HALF.name: _half}
"""Runs between a moment's changes and its looks, by moment."""
