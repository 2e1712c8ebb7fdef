"""`preflight`: what is there already under a stack's names, before anything is created. Only reads.

Pulumi compares with its own state alone. Where a name is taken, AWS refuses some resources, so that the first
`up` stops half-way, and takes others for an update: PutMetricAlarm and PutDashboard overwrite without a word
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html and
API_PutDashboard.html), CreateTopic returns the topic that is there (https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from canary.cli.preflight.looks import Place, find
from canary.cli.preflight.names import Physical, Then

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from canary.cli.preflight.looks import Tags
    from canary.cli.preflight.stack_state import Held

PROJECT = "huntaze-read-migration"
"""Value of the tag Project on everything that the program makes and that bears tags."""
OURS = "this stack's"


@dataclass(frozen=True)
class Found:
    """A name that is taken, or could not be looked for.

    Attributes:
        whose: ``this stack's``, another stack's or a stranger's; ``cannot be told`` without tags and state.
        how: What comes of it.
    """

    what: str
    name: str
    whose: str
    how: str

    @property
    def in_the_way(self) -> bool:
        """Whether a person has to decide about it."""
        return self.whose != OURS


@dataclass(frozen=True)
class Preflight:
    """Everything that is there.

    Attributes:
        looked: How many names were looked for.
    """

    prefix: str
    region: str
    account: str
    looked: int
    found: tuple[Found, ...]

    @property
    def clear(self) -> bool:
        """Whether nothing is in the way."""
        return not any(one.in_the_way for one in self.found)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "clear": self.clear,
            "prefix": self.prefix,
            "region": self.region,
            "account": self.account,
            "looked_for": self.looked,
            "found": [{**one.__dict__, "in_the_way": one.in_the_way} for one in self.found],
        }

    def lines(self) -> list[str]:
        """The same for a person."""
        taken = [one for one in self.found if one.in_the_way]
        own = len(self.found) - len(taken)
        shown = [f"{one.what} {one.name}: {one.whose}; {one.how}." for one in taken]
        where = f"{self.looked} names of {self.prefix} in {self.region}, account {self.account}"
        kept = f", {own} of them this stack's own" if own else ""
        if self.clear:
            return [f"{where}{kept}: nothing is in the way of `pulumi up`."]
        last = f"{where}{kept}: {len(taken)} in the way. Remove or rename them, or take another prefix."
        return [*shown, "", last]


def preflight(  # noqa: PLR0913 - where, what, and by what it is known as ours
    place: Place,
    names: Sequence[Physical],
    prefix: str,
    *,
    stack: str | None,
    held: Held,
    tell: Callable[[str], None],
) -> Preflight:
    """Look for every name.

    Args:
        place: Where to look.
        names: What for.
        prefix: Theirs.
        stack: The stack that is to have them; ``None`` where it is not known: then all that is there is in
            the way.
        held: What is in its state already.
        tell: Told of each kind as it begins.
    """
    found: list[Found] = []
    kind = ""
    for one in names:
        if _what(one) != kind:
            kind = _what(one)
            tell(kind)
        try:
            there = find(place, one.token, one.name)
        except (ClientError, BotoCoreError) as error:
            why = " ".join(str(error).split())
            found.append(Found(_what(one), one.name, "cannot be told", f"it could not be looked for: {why}"))
            continue
        found += [Found(_what(one), one.name, _whose(one, tags, stack, held), one.then) for tags in there]
    return Preflight(prefix, place.region, place.account, len(names), tuple(found))


def _what(one: Physical) -> str:
    """A resource's kind as a person says it."""
    service, _, rest = one.token.removeprefix("aws:").partition("/")
    return f"{service} {rest.partition(':')[2]}" if one.token else "ssm Parameter"


def _whose(one: Physical, tags: Tags, stack: str | None, held: Held) -> str:
    if stack is not None and (one.token, one.name) in held and one.then is not Then.TWICE:
        return OURS
    if tags is None:
        in_state = stack is not None and (one.token, one.name) in held
        return OURS if in_state else "cannot be told"
    if tags.get("Project") != PROJECT:
        return "a stranger's"
    owner = tags.get("Stack", "")
    return OURS if stack is not None and owner == stack.rpartition("/")[2] else f"stack {owner or '?'}'s"
