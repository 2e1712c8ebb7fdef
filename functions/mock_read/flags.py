"""Feature flags from AppConfig: canary = the ramp flag AND NOT the kill switch.

Read by the AppConfig data API with its own session tokens
(https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_appconfigdata_GetLatestConfiguration.html):
each token is good for one call, an empty answer means nothing new. Whatever cannot be read or is not
what we deploy means the mock for everybody; a kill switch that cannot be read counts as on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from mock_read.settings import Settings

CANARY_FLAG, SHADOW_FLAG, KILL_FLAG = "prismaAdapter", "prismaShadow", "prismaKill"
MAX_BACK_OFF = 8
"""Intervals: a source that stays broken is asked at most this much less often."""


class FlagError(ValueError):
    """A flag document that is not one of ours; says what is wrong with it."""


@dataclass(frozen=True)
class Flag:
    """One flag as it is served; a disabled one comes without its attributes."""

    enabled: bool = False
    percentage: float = 0.0
    allow: frozenset[str] = frozenset()
    deny: frozenset[str] = frozenset()


@dataclass(frozen=True)
class State:
    """What the flags say.

    Attributes:
        canary: The ramp flag.
        shadow: The shadow sampling flag.
        killed: The kill switch; on until it has been read as off.
        why: Why the state is the safe one, ``""`` when it was read.
        at: Wall clock of the reading.
    """

    canary: Flag = field(default_factory=Flag)
    shadow: Flag = field(default_factory=Flag)
    killed: bool = True
    why: str = "not read yet"
    at: float = float("-inf")

    @property
    def canary_on(self) -> bool:
        """Whether anybody at all may be in the canary."""
        return self.canary.enabled and not self.killed

    def shown(self) -> dict[str, Any]:
        """What the FLAG log line says; lists of users are counted, not named."""
        return {
            CANARY_FLAG: {"enabled": self.canary.enabled, "percentage": self.canary.percentage},
            SHADOW_FLAG: {"enabled": self.shadow.enabled, "percentage": self.shadow.percentage},
            "kill": self.killed,
            "why": self.why,
        }


def parse_flag(document: Any, name: str) -> Flag:
    """One flag out of a served document.

    Raises:
        FlagError: Not an object, a missing flag, wrong types, a percentage outside 0 to 100.
    """
    if not isinstance(document, dict):
        raise FlagError("the document is not an object")
    flag = document.get(name)
    if not isinstance(flag, dict):
        raise FlagError(f"{name} is missing or no object")
    enabled = flag.get("enabled")
    if not isinstance(enabled, bool):
        raise FlagError(f"{name}.enabled is not a boolean")
    if not enabled:
        return Flag()
    percentage = flag.get("percentage", 0)
    if isinstance(percentage, bool) or not isinstance(percentage, int | float) or not 0 <= percentage <= 100:  # noqa: PLR2004
        raise FlagError(f"{name}.percentage is not a number from 0 to 100")
    return Flag(True, float(percentage), _users(flag, name, "allow"), _users(flag, name, "deny"))  # noqa: FBT003


def _users(flag: dict[str, Any], name: str, attribute: str) -> frozenset[str]:
    users = flag.get(attribute, [])
    if not isinstance(users, list) or not all(isinstance(user, str) for user in users):
        raise FlagError(f"{name}.{attribute} is not a list of user ids")
    return frozenset(users)


class Session:
    """One configuration profile in one environment, with its token and its last document."""

    def __init__(self, client: Any, application: str, environment: str, profile: str) -> None:
        self._client = client
        self._start = {
            "ApplicationIdentifier": application,
            "EnvironmentIdentifier": environment,
            "ConfigurationProfileIdentifier": profile,
        }
        self._token: str | None = None
        self._document: Any = None
        self.next_poll_s = 0.0

    def read(self) -> Any:
        """The document as it is served now.

        Raises:
            FlagError: Nothing deployed yet, or no JSON.
            BotoCoreError, ClientError: AppConfig cannot be reached or refuses; the session starts anew next time.
        """
        token, self._token = self._token, None
        if token is None:
            token = self._client.start_configuration_session(**self._start)["InitialConfigurationToken"]
            self._document = None
        answer = self._client.get_latest_configuration(ConfigurationToken=token)
        content = answer["Configuration"].read()
        self._token = answer["NextPollConfigurationToken"]
        self.next_poll_s = float(answer.get("NextPollIntervalInSeconds") or 0)
        if content:
            try:
                self._document = json.loads(content)
            except ValueError as error:
                self._token = None
                raise FlagError("the document is not JSON") from error
        if self._document is None:
            raise FlagError("nothing is deployed")
        return self._document


class Flags:
    """The remembered state and when to read it again.

    Args:
        client: An AppConfig data client with short time-outs.
        settings: Where the profiles are, and the poll interval.
        now: Wall clock; a frozen sandbox wakes up with it moved on, which a monotonic clock may hide.
        draw: Jitter of the back-off.
        changed: Told whenever what the state says changes.
    """

    def __init__(
        self,
        client: Any,
        settings: Settings,
        now: Callable[[], float],
        draw: random.Random,
        changed: Callable[[State], None],
    ) -> None:
        self.state = State()
        self._ramp = Session(client, settings.appconfig_application, settings.ramp_environment, settings.flag_profile)
        self._kill = Session(client, settings.appconfig_application, settings.kill_environment, settings.kill_profile)
        self._interval_s = settings.poll_interval_s
        self._now = now
        self._draw = draw
        self._changed = changed
        self._failures = 0
        self._not_before = float("-inf")

    @property
    def interval_s(self) -> float:
        """Seconds a reading is good for: ours, or AppConfig's own minimum when that is longer."""
        return max(self._interval_s, self._ramp.next_poll_s, self._kill.next_poll_s)

    def stale(self) -> bool:
        """Whether the reading is too old to serve a canary answer on; a clock that jumped back is no excuse."""
        age = self._now() - self.state.at
        return not 0 <= age <= self.interval_s

    def due(self) -> bool:
        """Whether to read again after the response."""
        return self.stale() and self._now() >= self._not_before

    def refresh(self) -> State:
        """Read both profiles and remember what they say; never raises."""
        before = self.state
        self.state = self._read()
        if self.state.why:
            self._failures += 1
            steps = min(2 ** (self._failures - 1), MAX_BACK_OFF)
            self._not_before = self._now() + self.interval_s * steps * self._draw.uniform(0.5, 1.5)
        else:
            self._failures, self._not_before = 0, float("-inf")
        if replace(before, at=0.0) != replace(self.state, at=0.0):
            self._changed(self.state)
        return self.state

    def _read(self) -> State:
        at = self._now()
        try:
            document = self._ramp.read()
            canary, shadow = parse_flag(document, CANARY_FLAG), parse_flag(document, SHADOW_FLAG)
            killed = parse_flag(self._kill.read(), KILL_FLAG).enabled
        except FlagError as error:
            return State(why=str(error), at=at)
        except ClientError as error:
            return State(why=f"AppConfig refused: {error.response['Error']['Code']}", at=at)
        except BotoCoreError as error:
            return State(why=f"AppConfig unreachable: {type(error).__name__}", at=at)
        return State(canary, shadow, killed, "", at)
