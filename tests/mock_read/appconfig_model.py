"""AppConfig's data API as its documentation describes it, including refusals of early polls.

https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_appconfigdata_GetLatestConfiguration.html
and https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_appconfigdata_BadRequestDetails.html.
"""

# ruff: noqa: N803 - parameters have the names that AWS gives them
from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.mock_read.parts import refusal

if TYPE_CHECKING:
    from collections.abc import Callable

DAY_S = 86_400


@dataclass
class _Session:
    """What AppConfig remembers about a session."""

    profile: str
    asked_s: int
    served: bytes | None = None
    not_before: float = float("-inf")


@dataclass
class AppConfigModel:
    """AppConfig's data API. A token is good once and for a day; a poll before the stated interval is refused.

    Attributes:
        documents: Served content by profile.
        now: Clock of the service, in seconds.
        told_s: Interval in seconds that every answer states, unless the session asked for a longer one.
        sessions: Number of sessions opened so far.
        issued: Number of tokens issued so far.
    """

    documents: dict[str, Any]
    now: Callable[[], float]
    told_s: int = 15
    sessions: int = 0
    issued: int = 0
    tokens: dict[str, tuple[_Session, float]] = field(default_factory=dict)

    def start_configuration_session(
        self, *, ConfigurationProfileIdentifier: str, RequiredMinimumPollIntervalInSeconds: int, **_: str
    ) -> dict[str, Any]:
        """Open a session. It may ask for an interval of 15 to 86,400 whole seconds."""
        asked = RequiredMinimumPollIntervalInSeconds
        if not 15 <= asked <= DAY_S:
            raise refusal("BadRequestException")
        self.sessions += 1
        return {"InitialConfigurationToken": self._token(_Session(ConfigurationProfileIdentifier, asked))}

    def get_latest_configuration(self, *, ConfigurationToken: str) -> dict[str, Any]:
        """Return the document, or nothing if the session already has it."""
        session, until = self.tokens.pop(ConfigurationToken, (None, 0.0))
        if session is None or self.now() > until or self.now() < session.not_before:
            raise refusal("BadRequestException")
        content = json.dumps(self.documents[session.profile]).encode()
        fresh, session.served = content != session.served, content
        interval = max(self.told_s, session.asked_s)
        session.not_before = self.now() + interval
        return {
            "Configuration": io.BytesIO(content if fresh else b""),
            "NextPollConfigurationToken": self._token(session),
            "NextPollIntervalInSeconds": interval,
        }

    def _token(self, session: _Session) -> str:
        self.issued += 1
        token = f"token-{self.issued}"
        self.tokens[token] = (session, self.now() + DAY_S)
        return token
