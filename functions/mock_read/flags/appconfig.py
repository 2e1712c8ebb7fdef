"""Reads one configuration profile through the AppConfig data API, with its session tokens.

https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_appconfigdata_GetLatestConfiguration.html:
each token is valid for one call and for 24 hours, and an empty answer means that nothing is new. AppConfig
refuses a poll before the interval is over (``BadRequestException``, ``PollIntervalNotSatisfied``):
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
"""Shortest poll interval that AppConfig allows, in seconds:
https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_appconfigdata_StartConfigurationSession.html"""


class Session:
    """Reads a profile in an environment, and remembers its document between polls.

    Args:
        client: An AppConfig data client with short time-outs and no retries.
        application: Id or name of the application.
        environment: Id or name of the AppConfig environment.
        profile: Id or name of the configuration profile.
        interval_s: Seconds between two polls, with which a session is opened. If AppConfig answers with a
            longer interval, the next reading opens a new session, since the old session's token would be
            refused. Each reading then costs one StartConfigurationSession and one whole document; otherwise
            it costs one GetLatestConfiguration, mostly with an empty answer.
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
        """Return the document that is served now.

        Raises:
            FlagError: Nothing is deployed yet, or readers could disagree about what the document says. The
                guard and the CLI must not read a document differently from the function.
            Exception: Whatever botocore raises when AppConfig refuses or cannot be reached. The next reading
                starts a new session, since the token may have been used up.
        """
        answer = self._latest()
        if content := answer["Configuration"].read():
            document = stored.json_of(content)
            if isinstance(document, Unreadable):
                raise FlagError(f"the document is unreadable: {document.why}")
            self._document = document
        if self._document is None:
            raise FlagError("nothing is deployed")
        # The token is kept only now: after any fault, a new session brings the whole document again.
        if float(answer.get("NextPollIntervalInSeconds") or 0) <= self._interval_s:
            self._token = answer["NextPollConfigurationToken"]
        return self._document

    def _latest(self) -> Any:
        token, self._token = self._token, None
        if token is not None:
            try:
                return self._client.get_latest_configuration(ConfigurationToken=token)
            except ClientError as error:
                # A token that expired during a freeze, or a poll that is too early by AppConfig's own clock,
                # is no fault of the flags: start a new session at once.
                if error.response["Error"]["Code"] != "BadRequestException":
                    raise
        self._document = None
        token = self._client.start_configuration_session(**self._start)["InitialConfigurationToken"]
        return self._client.get_latest_configuration(ConfigurationToken=token)
