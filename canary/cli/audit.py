"""The audit trail: who changed what, when, why, from what to what.

Entries are log events of a CloudWatch Logs group of their own, ``/<prefix>/read-migration/audit``. Events can
be added and never changed, by two operators at once as well, since each change has a stream of its own:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html. No stack
owns the group and nothing expires in it: it outlives the unit. What was changed without this command, in the
console or by the guard, is read from AppConfig's deployments, which keep their descriptions.
"""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from canary import stored
from canary.cli.errors import OpsError
from canary.cli.interrupted import LAST_WORDS_S, within
from canary.stored import Unreadable, encodable
from canary.unit.patience import code
from canary.unit.visible import ascii_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LIMIT = 250_000
"""Characters of an entry, all ASCII; a log event held 262,144 bytes, and more since:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html."""
LAST = 5
"""Sentences of an interrupted change that are said again."""
TOO_LONG = {"left out": "too long for a log event"}


@dataclass(frozen=True)
class Entry:
    """One line of the trail.

    Attributes:
        when: UTC, ISO 8601.
        change: Joins the lines of one change.
        stage: ``began``, then ``done``, ``refused`` or ``interrupted``.
        verb: ``enable``, ``ramp``, ``rollback`` and so on.
        who: ARN of the caller, as AWS knows it.
        why: The reason given.
        before: What was in force, where the verb knows.
        after: What is wanted when it begins; what came of it when it ends.
    """

    when: str
    change: str
    stage: str
    verb: str
    who: str
    why: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)

    def text(self) -> str:
        """One line of JSON that a log event holds; what is too long for one is left out."""
        text = ascii_json(self.as_dict())
        if len(text) > LIMIT:
            text = ascii_json({**self.as_dict(), "before": TOO_LONG, "after": TOO_LONG})
        return text

    def line(self) -> str:
        """The entry for a person."""
        change = ", ".join(
            f"{name} {_plain(self.before[name])} -> {_plain(value)}"
            if name in self.before
            else f"{name} {value}"
            for name, value in self.after.items()
            if not isinstance(value, dict | list)
        )
        return f"{self.when}  {self.verb:<9} {self.stage:<11} {self.who}: {self.why}" + (
            f" ({change})" if change else ""
        )


class Trail:
    """The log group of one unit.

    Args:
        logs: A boto3 client.
        group: Name of the group; made when something is first written.
        now: Wall clock.
    """

    def __init__(self, logs: Any, group: str, now: Callable[[], datetime]) -> None:
        self._logs = logs
        self._group = group
        self._now = now
        self._made: set[str] = set()

    def write(self, entry: Entry) -> None:
        """Add an entry.

        Raises:
            OpsError: It cannot be written.
        """
        stream = f"{entry.when[:10]}/{entry.verb}-{entry.change}"
        event = {
            "timestamp": int(self._now().timestamp() * 1000),
            "message": entry.text(),
        }
        try:
            if stream not in self._made:
                self._make(self._logs.create_log_group, logGroupName=self._group)
                self._make(self._logs.create_log_stream, logGroupName=self._group, logStreamName=stream)
                self._made.add(stream)
            self._logs.put_log_events(logGroupName=self._group, logStreamName=stream, logEvents=[event])
        except (ClientError, BotoCoreError) as error:
            raise OpsError(
                f"The audit trail {self._group} cannot be written: {error}. It needs logs:CreateLogGroup, "
                "logs:CreateLogStream and logs:PutLogEvents."
            ) from error

    def read(self, since: datetime, until: datetime) -> list[Entry]:
        """Entries of a period, oldest first; none where nothing was ever written."""
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=self._group,
            startTime=int(since.timestamp() * 1000),
            endTime=int(until.timestamp() * 1000),
        )
        try:
            found = [
                parsed(event["message"], event["timestamp"]) for page in pages for event in page["events"]
            ]
        except ClientError as error:
            if code(error) == "ResourceNotFoundException":
                return []
            raise
        return sorted(found, key=lambda entry: entry.when)

    @staticmethod
    def _make(operation: Callable[..., Any], **names: str) -> None:
        try:
            operation(**names)
        except ClientError as error:
            if code(error) != "ResourceAlreadyExistsException":
                raise


def _plain(value: Any) -> str:
    """A value as a person writes it: 1, not 1.0."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def parsed(text: str, at_ms: int) -> Entry:
    """The entry in a line of the trail; one that is none is shown as unreadable, never left out.

    Args:
        text: The line.
        at_ms: When CloudWatch Logs was given it, in milliseconds: the moment of a line that says none.
    """
    value = stored.object_of(text)
    if isinstance(value, Unreadable):
        return _unreadable(value.why, at_ms)
    texts, objects = ("when", "change", "stage", "verb", "who", "why"), ("before", "after")
    if wrong := [name for name in texts if not isinstance(value.get(name), str)]:
        return _unreadable(f"{', '.join(wrong)} is missing or no text", at_ms)
    if wrong := [name for name in objects if not isinstance(value.get(name), dict)]:
        return _unreadable(f"{', '.join(wrong)} is missing or no object", at_ms)
    said = {name: encodable(value[name]) for name in texts}
    return Entry(**said, before=value["before"], after=value["after"])


def _unreadable(why: str, at_ms: int) -> Entry:
    when = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds")
    return Entry(when, "", "unreadable", "a line", "by another than this command", why)


@dataclass
class Change:
    """A change in progress; what came of it is filled in by who makes it.

    Attributes:
        said: What its maker told on the way: all that is known of a change that is interrupted.
    """

    entry: Entry
    tell: Callable[[str], None]
    after: Mapping[str, Any] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Tell what is done, and keep it."""
        self.said.append(text.strip())
        self.tell(text)

    def so_far(self) -> str:
        """What was told, in one sentence."""
        return f"So far: {' '.join(self.said[-LAST:])}" if self.said else "Nothing was told yet."


@contextlib.contextmanager
def audited(
    trail: Trail, entry: Entry, now: Callable[[], datetime], say: Callable[[str], None]
) -> Iterator[Change]:
    """Write that a change begins, and how it ended.

    A change that cannot be written down is not begun. One that has ended is reported as it ended, whether or
    not that could be written: the first line stands, with what was wanted.

    Raises:
        OpsError: The first line cannot be written.
    """
    trail.write(entry)
    change = Change(entry, say)

    def ended(stage: str) -> None:
        when = now().isoformat(timespec="seconds")
        after = change.after or entry.after
        try:
            trail.write(Entry(**{**entry.as_dict(), "when": when, "stage": stage, "after": after}))
        except OpsError as error:
            say(f"{error} That this change is {stage} is not in the trail.")

    try:
        yield change
    except Exception as error:
        change.after = {**entry.after, "error": str(error)}
        ended("refused")
        raise
    except BaseException:
        say(f"Interrupted while `{entry.verb}` was under way. {change.so_far()} Look at `canary status`.")
        change.after = {**entry.after, "so_far": list(change.said)}
        if not within(LAST_WORDS_S, lambda: ended("interrupted")):
            say("That this change is interrupted could not be written into the trail in time.")
        raise
    ended("done")


def began(verb: str, who: str, why: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Entry:
    """The first line of a change, with an identifier of its own."""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    return Entry(when, uuid.uuid4().hex[:12], "began", verb, who, why, before, after)
