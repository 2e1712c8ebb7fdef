"""Makes a flag environment serve a wanted document, whatever is being deployed there.

`next_move` decides from what was seen, without I/O. A naive version would fail on AppConfig's behaviour:

- An environment allows one deployment at a time, baking included (409).
- StopDeployment restores the *previous* version, which in a ramp from 1 to 5 % is 1 %. So a stop is always
  followed by a deployment and never relied upon.
- The monitor that fired also watches the deployment that turns the flag off, and rolls it back. So that
  deployment waits until the alarm is no longer red.

https://docs.aws.amazon.com/appconfig/latest/APIReference/API_StopDeployment.html,
https://docs.aws.amazon.com/appconfig/latest/userguide/monitoring-deployments.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from canary.stored import UnreadableError
from canary.unit.act.outcome import Outcome, Status
from canary.unit.flags.environment import IN_PROGRESS
from canary.unit.patience import FAULTS, code, passing

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.unit.flags.environment import Deployment, FlagEnvironment
    from canary.unit.patience import Patience


ODD_ANSWERS = 3
"""Answers per run that are tolerated although they are not AppConfig's. After more of them the run gives up,
and the next run tries again."""


@dataclass(frozen=True)
class Seen:
    """State of an environment at one moment.

    Attributes:
        latest: The newest deployment; ``None`` if there is none.
        latest_fits: Whether the newest deployment's document is a wanted one.
        served: Whether the document that is served is a wanted one; ``None`` if it could not be read.
        red: Names of the monitoring alarms that are in ALARM.
    """

    latest: Deployment | None
    latest_fits: bool
    served: bool | None
    red: tuple[str, ...] = ()


@dataclass(frozen=True)
class Done:
    """The wanted document is in force."""

    detail: str


@dataclass(frozen=True)
class Wait:
    """Look again later; ``long`` if that is a matter of minutes."""

    detail: str
    long: bool = False


@dataclass(frozen=True)
class Stop:
    """Stop the deployment that is in the way."""

    number: int
    revert: bool


@dataclass(frozen=True)
class Deploy:
    """Deploy the wanted document, unless someone has deployed since ``latest`` was the newest."""

    latest: Deployment | None


Move = Done | Wait | Stop | Deploy


def next_move(seen: Seen) -> Move:
    """Decide the next move. Repeating it until `Done` makes any environment serve the wanted document."""
    latest = seen.latest
    if latest is not None and latest.state in IN_PROGRESS:
        return _in_the_way(latest, fits=seen.latest_fits)
    complete = latest is not None and latest.state == "COMPLETE"
    settled = complete and seen.latest_fits
    # What is served is believed unless the newest deployment is complete and has another document. Then the
    # reading is old, or something in between has answered it.
    if seen.served and not (complete and not seen.latest_fits):
        return Done("served")
    if settled:
        return (
            Done("deployed; could not be read back")
            if seen.served is None
            else Wait("deployed, not yet served")
        )
    if seen.red:
        return Wait(f"{', '.join(seen.red)} is red and would roll the deployment back", long=True)
    return Deploy(latest)


def _in_the_way(latest: Deployment, *, fits: bool) -> Move:
    if latest.state in {"ROLLING_BACK", "VALIDATING"}:
        return Wait(f"deployment {latest.number} is {latest.state}")
    if fits:
        return Wait(f"deployment {latest.number} of the wanted document is {latest.state}")
    return Stop(latest.number, revert=latest.state == "BAKING")


@dataclass
class Replacement:
    """Replaces the document that an environment serves with a wanted one.

    Attributes:
        environment: The flag environment.
        what: Name of the wanted document, for labels and messages.
        strategy: Id of the deployment strategy.
        description: Description of the deployment: why it is made.
        fits: Whether flag values, as served, are wanted ones.
        document: Makes the document to deploy from the one that was deployed last (``None`` if unreadable).
        red: Returns the names of the monitoring alarms that are in ALARM; none for an environment without
            monitors.
        patience: How long the run may wait.
    """

    environment: FlagEnvironment
    what: str
    strategy: str
    description: str
    fits: Callable[[dict[str, Any]], bool]
    document: Callable[[dict[str, Any] | None], dict[str, Any]]
    red: Callable[[], tuple[str, ...]]
    patience: Patience

    def run(self) -> Outcome:
        """Make moves until done, until only waiting for minutes would help, or until no time is left."""
        pauses = self.patience.pauses()
        odd = 0
        while True:
            try:
                move = next_move(self.look())
                if isinstance(move, Done):
                    return Outcome(Status.DONE, move.detail)
                if isinstance(move, Wait) and move.long:
                    return Outcome(Status.WAITING, move.detail)
                last = self._do(move)
            except FAULTS as error:
                # A deployment that has just ended can no longer be stopped: that is news, not a fault.
                if not passing(error) and code(error) != "BadRequestException":
                    return Outcome(Status.FAILED, f"{type(error).__name__}: {error}")
                last = str(error)
            except (LookupError, TypeError, AttributeError, ValueError) as error:
                # An answer that lacks what AppConfig's answers have is not AppConfig's. A few may be chance.
                odd += 1
                last = f"{type(error).__name__}: {error}"
                if odd > ODD_ANSWERS:
                    return Outcome(Status.FAILED, f"AppConfig's answer is none: {last}")
            if not pauses.take():
                return Outcome(Status.WAITING, f"out of time: {last}")

    def look(self) -> Seen:
        """Look at the environment now. Alarms are read only if they could roll a deployment back."""
        newest = next(iter(self.environment.deployments()), None)
        fits = newest is not None and self._version_fits(newest.version)
        served = self._served()
        return Seen(newest, fits, served, () if served and fits else self.red())

    def _do(self, move: Move) -> str:
        match move:
            case Stop(number, revert):
                self.environment.stop(number, revert=revert)
                return f"stopped deployment {number}"
            case Deploy(latest):
                version = self._version(self._document(latest.version) if latest else None)
                number = latest.number if latest else 0
                started = self.environment.deploy(version, self.strategy, self.description, number)
                return f"deployment {started} of {self.what} was started"
        return move.detail

    def _version(self, continued: dict[str, Any] | None) -> str:
        """Make a hosted version of the wanted document.

        If AppConfig refuses it together with what is kept from the document before, a bare version is made.
        """
        try:
            return self.environment.version_of(self.document(continued), self.what)
        except ClientError as error:
            if continued is None or code(error) != "BadRequestException":
                raise
            return self.environment.version_of(self.document(None), self.what)

    def _served(self) -> bool | None:
        try:
            return self.fits(self.environment.served())
        except Exception:  # noqa: BLE001 - what was deployed tells enough
            return None

    def _version_fits(self, version: str) -> bool:
        document = self._document(version)
        return document is not None and self.fits(document.get("values", {}))

    def _document(self, version: str) -> dict[str, Any] | None:
        """Read a version's document; ``None`` if the version is gone or is no flag document."""
        try:
            return self.environment.document(version)
        except UnreadableError:
            return None
        except ClientError as error:
            if passing(error):
                raise
            return None
