"""Tells people of a rollback once: of several runs, the one that creates the told-parameter publishes.

The parameter says which rollback people were told of. A parameter that is left over from another rollback, or
that cannot be read, says nothing about this one and is overwritten.

A run may be killed between claiming and publishing. So a claim that was not confirmed is taken over after
some time: people may then be told twice, but never not at all. A topic offers no other way: Publish supports
deduplication only for FIFO topics (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html), which
deliver to queues, not to people.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from canary import stored
from canary.stored import Unreadable
from canary.unit.act.outcome import Outcome, Status
from canary.unit.patience import FAULTS, code
from canary.unit.settings import TELL_AGAIN_AFTER_S
from canary.unit.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable

SUBJECT_LIMIT = 100
"""Maximum number of characters that SNS allows in a subject."""
LINE_LIMIT = 1_000
"""Maximum length of a line of the message in characters, since a service's error can be a whole page. SNS
takes 262,144 bytes (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html), an SMS or a phone far
less."""


@dataclass(frozen=True)
class Claim:
    """A run's claim to tell people, as the parameter holds it.

    Attributes:
        of: Identity of the rollback; empty in claims that were written before it was recorded.
        at: When the claim was made: wall clock, in seconds.
        confirmed: Whether people were told.
    """

    of: str
    at: float
    confirmed: bool


def parsed(text: Any) -> Claim | Unreadable:
    """Parse the claim in a parameter's value. Never raises."""
    value = stored.object_of(text if isinstance(text, str) else None)
    if isinstance(value, Unreadable):
        return value
    of, at, confirmed = value.get("of", ""), value.get("at"), value.get("confirmed")
    if not isinstance(of, str) or not isinstance(confirmed, bool):
        return Unreadable("it does not say of what people were told")
    if isinstance(at, bool) or not isinstance(at, int | float) or not math.isfinite(at):
        return Unreadable("it does not say when")
    return Claim(of, at, confirmed)


class People:
    """The topic, and the parameter that says whether people were told.

    Args:
        clients: Uses ssm and sns.
        topic_arn: ARN of the topic.
        told_parameter: Name of the parameter.
        now: Wall clock, in seconds.
        of: Identity of the rollback that people are told of.
        again_after_s: Seconds after which a claim that was not confirmed is taken over, default 120.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - where, whom, of what, by which clock
        self,
        clients: Any,
        topic_arn: str,
        told_parameter: str,
        now: Callable[[], float],
        of: str = "",
        again_after_s: float = TELL_AGAIN_AFTER_S,
    ) -> None:
        self._ssm = clients.ssm
        self._sns = clients.sns
        self._topic = topic_arn
        self._told = told_parameter
        self._now = now
        self._of = of
        self._again_after_s = again_after_s

    def tell(self, subject: str, *lines: str) -> Outcome:
        """Publish, unless it has been published or another run is publishing it.

        Args:
            subject: Subject; cut to what SNS allows.
            lines: Lines of the message. Each is cut at `LINE_LIMIT`, and shown so that it cannot forge
                another line.
        """
        claimed = self._claim()
        if claimed is not None:
            return claimed
        message = "\n".join(_told(line) for line in lines)
        self._sns.publish(TopicArn=self._topic, Subject=visible(subject)[:SUBJECT_LIMIT], Message=message)
        self._put(confirmed=True, overwrite=True)
        return Outcome(Status.DONE, "people were told")

    def forget(self) -> None:
        """Delete the parameter, so that the next rollback is told again."""
        try:
            self._ssm.delete_parameter(Name=self._told)
        except ClientError as error:
            if code(error) != "ParameterNotFound":
                raise

    def _claim(self) -> Outcome | None:
        """Claim to tell people; return ``None`` if this run is to publish."""
        try:
            self._put(confirmed=False, overwrite=False)
        except ClientError as error:
            if code(error) == "ParameterAlreadyExists":
                return self._claimed_before()
            if code(error) == "AccessDeniedException":
                return None  # Better told twice than not at all.
            raise
        return None

    def _claimed_before(self) -> Outcome | None:
        try:
            claim = parsed(self._ssm.get_parameter(Name=self._told)["Parameter"]["Value"])
        except ClientError as error:
            if code(error) == "ParameterNotFound":
                return Outcome(Status.WAITING, "the claim to tell people has just been cleared")
            raise
        if isinstance(claim, Unreadable) or claim.of != self._of:
            self._put(confirmed=False, overwrite=True)
            return None
        if claim.confirmed:
            return Outcome(Status.DONE, "people were told before")
        # A time in the future comes from a clock that is off. It is not waited for: that could take long.
        if abs(self._now() - claim.at) < self._again_after_s:
            return Outcome(Status.WAITING, "another run is telling people")
        return None

    def _put(self, *, confirmed: bool, overwrite: bool) -> None:
        value = json.dumps({"of": self._of, "at": self._now(), "confirmed": confirmed})
        try:
            self._ssm.put_parameter(Name=self._told, Value=value, Type="String", Overwrite=overwrite)
        except FAULTS as error:
            # Once people have been told, a failure to confirm it must not fail the step: the latch records it
            # too.
            if not confirmed or code(error) == "ParameterAlreadyExists":
                raise


def _told(line: str) -> str:
    shown = visible(line)
    return shown if len(shown) <= LINE_LIMIT else shown[: LINE_LIMIT - 1] + "…"
