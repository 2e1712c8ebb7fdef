"""Tell people, once: of several runs the one that creates the told-parameter publishes.

A run may be killed between claiming and publishing. So a claim that was not confirmed is taken over after
some time: people may hear of it twice then, but never not at all. (A topic has no other way: Publish knows
deduplication for FIFO topics only, https://docs.aws.amazon.com/sns/latest/api/API_Publish.html, and those
deliver to queues, not to people.)
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from rollback_guard.outcome import Outcome, Status
from rollback_guard.patience import code
from rollback_guard.settings import TELL_AGAIN_AFTER_S
from rollback_guard.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable

SUBJECT_LIMIT = 100
"""Characters that SNS allows in a subject."""


class People:
    """The topic and the parameter that says whether it was used.

    Args:
        now: Wall clock in seconds.
        again_after_s: Seconds after which a claim that was not confirmed is taken over.
    """

    def __init__(
        self,
        clients: Any,
        topic_arn: str,
        told_parameter: str,
        now: Callable[[], float],
        again_after_s: float = TELL_AGAIN_AFTER_S,
    ) -> None:
        self._ssm = clients.ssm
        self._sns = clients.sns
        self._topic = topic_arn
        self._told = told_parameter
        self._now = now
        self._again_after_s = again_after_s

    def tell(self, subject: str, message: str) -> Outcome:
        """Publish unless it was published, or is being published by another run."""
        claimed = self._claim()
        if claimed is not None:
            return claimed
        self._sns.publish(TopicArn=self._topic, Subject=visible(subject)[:SUBJECT_LIMIT], Message=message)
        self._put(confirmed=True, overwrite=True)
        return Outcome(Status.DONE, "people were told")

    def forget(self) -> None:
        """Make the next rollback tell again."""
        try:
            self._ssm.delete_parameter(Name=self._told)
        except ClientError as error:
            if code(error) != "ParameterNotFound":
                raise

    def _claim(self) -> Outcome | None:
        """``None`` when this run is to publish."""
        try:
            self._put(confirmed=False, overwrite=False)
        except ClientError as error:
            if code(error) == "ParameterAlreadyExists":
                return self._claimed_before()
            if code(error) == "AccessDeniedException":
                return None  # rather told twice than not at all
            raise
        return None

    def _claimed_before(self) -> Outcome | None:
        try:
            claim = json.loads(self._ssm.get_parameter(Name=self._told)["Parameter"]["Value"])
        except ClientError as error:
            if code(error) == "ParameterNotFound":
                return Outcome(Status.WAITING, "the claim to tell people has just been cleared")
            raise
        if claim["confirmed"]:
            return Outcome(Status.DONE, "people were told before")
        if self._now() - claim["at"] < self._again_after_s:
            return Outcome(Status.WAITING, "another run is telling people")
        return None

    def _put(self, *, confirmed: bool, overwrite: bool) -> None:
        value = json.dumps({"at": self._now(), "confirmed": confirmed})
        try:
            self._ssm.put_parameter(Name=self._told, Value=value, Type="String", Overwrite=overwrite)
        except (ClientError, BotoCoreError, OSError) as error:
            # Once people have been told, a note of it that fails must not make the step fail: the latch
            # notes it as well.
            if not confirmed or code(error) == "ParameterAlreadyExists":
                raise
