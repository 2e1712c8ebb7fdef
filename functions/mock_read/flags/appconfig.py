"""One configuration profile read by the AppConfig data API, with its session token.

https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_appconfigdata_GetLatestConfiguration.html:
each token is good for one call and for 24 hours, and an empty answer means nothing new. A poll before the
interval is over is refused (``BadRequestException``, ``PollIntervalNotSatisfied``):
https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_appconfigdata_BadRequestDetails.html.
"""

from __future__ import annotations

import math
from typing import Any

from botocore.exceptions import ClientError

from canary import stored
from canary.read.flags import FlagError
from canary.stored import Unreadable

LEAST_POLL_S = 15
"""https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_appconfigdata_StartConfigurationSession.html"""


class Session:
    """The remembered document of a profile in an environment.

    Args:
        client: An AppConfig data client with short time-outs and no retries.
        application: Id or name, as are the next two.
        interval_s: Seconds between two polls, which a session is opened with. Told a longer interval, the
            next reading opens a new session, since the old one's token would be refused. That costs one
            StartConfigurationSession and one whole document for each reading; without it a reading is one
            GetLatestConfiguration, mostly with an empty answer.
    """

    def __init__(
        self, client: Any, application: str, environment: str, profile: str, interval_s: float
    ) -> None:
        self._client = client
        self._start = {
            "ApplicationIdentifier": application,
            "EnvironmentIdentifier": environment,
            "ConfigurationProfileIdentifier": profile,
            "RequiredMinimumPollIntervalInSeconds": max(LEAST_POLL_S, math.floor(interval_s)),
        }
        self._interval_s = interval_s
        self._token: str | None = None
        self._document: Any = None

    def read(self) -> Any:
        """The document as it is served now.

        Raises:
            FlagError: Nothing is deployed yet, or it is nothing that every reader reads alike: the guard and
                the CLI must not take a document for another than the function does.
            Exception: Whatever botocore raises when AppConfig refuses or cannot be reached; the session
                starts anew next time, since the token may have been used up.
        """
        answer = self._latest()
        if content := answer["Configuration"].read():
            document = stored.json_of(content)
            if isinstance(document, Unreadable):
                raise FlagError(f"the document is unreadable: {document.why}")
            self._document = document
        if self._document is None:
            raise FlagError("nothing is deployed")
        # Kept only now: after any fault a new session brings the whole document again.
        if float(answer.get("NextPollIntervalInSeconds") or 0) <= self._interval_s:
            self._token = answer["NextPollConfigurationToken"]
        return self._document

    def _latest(self) -> Any:
        token, self._token = self._token, None
        if token is not None:
            try:
                return self._client.get_latest_configuration(ConfigurationToken=token)
            except ClientError as error:
                # A token that expired during a freeze, or a poll too early by AppConfig's own clock, is
                # no fault of the flags': start a new session at once.
                if error.response["Error"]["Code"] != "BadRequestException":
                    raise
        self._document = None
        token = self._client.start_configuration_session(**self._start)["InitialConfigurationToken"]
        return self._client.get_latest_configuration(ConfigurationToken=token)
