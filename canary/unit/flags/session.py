"""Reads one flag profile as AppConfig serves it, in a session that is kept.

A new session brings the whole document each time, and each document received is paid for. A kept session
brings the document only if it has changed. A token is valid for one call and for 24 hours, and an empty
answer means that nothing is new:
https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_appconfigdata_GetLatestConfiguration.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from canary.stored import Unreadable
from canary.unit.flags import documents
from canary.unit.patience import code

if TYPE_CHECKING:
    from collections.abc import Mapping

POLL_S = 15
"""Shortest poll interval that a session may ask for, in seconds. The guard's ticks are a minute apart."""


class FlagSession:
    """Reads the flag values of a profile in an environment, and remembers them between polls.

    Args:
        client: An AppConfig data client.
        where: Identifiers of application, environment and profile, as StartConfigurationSession takes them.
    """

    def __init__(self, client: Any, where: Mapping[str, str]) -> None:
        self._client = client
        self._where = where
        self._token: str | None = None
        self._values: dict[str, dict[str, Any]] = {}

    def read(self) -> dict[str, dict[str, Any]] | Unreadable:
        """Return the flag values that are served now; empty if nothing was ever deployed.

        After a reading that yields no values, the next one starts a new session, which brings the whole
        document again. What was read once in between, such as a proxy's page, is not kept.

        Raises:
            Exception: Whatever botocore raises, or a ``KeyError`` if the answer is not AppConfig's.
        """
        answer = self._latest()
        if content := answer["Configuration"].read():
            values = documents.values_of(content)
            if isinstance(values, Unreadable):
                return values
            self._values = values
        self._token = answer["NextPollConfigurationToken"]
        return self._values

    def _latest(self) -> Any:
        token, self._token = self._token, None
        if token is not None:
            try:
                return self._client.get_latest_configuration(ConfigurationToken=token)
            except ClientError as error:
                # The token has expired, was used up by a retry, or came too soon after the last reading, as
                # in an act that reads back what it did. A new session is served at once.
                if code(error) != "BadRequestException":
                    raise
        self._values = {}
        session = self._client.start_configuration_session(
            **self._where, RequiredMinimumPollIntervalInSeconds=POLL_S
        )
        return self._client.get_latest_configuration(ConfigurationToken=session["InitialConfigurationToken"])
