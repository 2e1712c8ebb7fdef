"""A hundred thousand events of all entries: none is a 500, and none is answered in another user's name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from mock_read.http.identity import Identity

from tests.fuzzing import fuzz
from tests.mock_read.entry_events import HEADER, MARK, PATH, Case, case
from tests.mock_read.parts import CANARY, SHADOW, ReadPath, read_path

if TYPE_CHECKING:
    from collections.abc import Iterator


def _paths() -> Iterator[tuple[bool, ReadPath]]:
    """Told that an authorizer names users, or not; on the mock, on Prisma and with a shadow."""
    for authorized in (False, True):
        for flags in (None, CANARY, SHADOW):
            path = read_path(flags)
            path.service.identity = Identity(HEADER, "", authorized=authorized)
            yield authorized, path


PATHS = tuple(_paths())


def _said(authorizer: Any) -> Iterator[str]:
    """Every text that stands under a name of users, at any depth."""
    for name, value in authorizer.items() if isinstance(authorizer, dict) else ():
        if name in ("sub", "principalId") and isinstance(value, str):
            yield value
        yield from _said(value)


def _sent(headers: Any) -> Iterator[str]:
    """Every value of the user's header, whatever its spelling."""
    for name, value in headers.items() if isinstance(headers, dict) else ():
        if name.lower() == HEADER:
            values = value if isinstance(value, list) else [value]
            yield from (text for text in values if isinstance(text, str))


def _allowed(made: Case, *, authorized: bool) -> set[str]:
    """Whose name the answer may bear; empty when it must be a refusal."""
    event = made.event if isinstance(made.event, dict) else {}
    context = event.get("requestContext")
    context = context if isinstance(context, dict) else {}
    identity = context.get("identity")
    signed = isinstance(identity, dict) and identity.get("userArn") is not None
    authorizer = context.get("authorizer")
    speaks = identity if authorizer is None and signed else authorizer
    if authorized or speaks is not None:
        return {made.named} if made.named else set(_said(speaks))
    sent = {*_sent(event.get("headers")), *_sent(event.get("multiValueHeaders"))}
    return sent if len(sent) == 1 else set()


@fuzz(100_000)
@given(st.integers(0, 2**48))
def test_no_event_is_a_500_or_answered_in_anothers_name(seed: int) -> None:
    """Whatever is forged, missing or wrong; and no line repeats what was sent."""
    made = case(seed)
    authorized, path = PATHS[seed % len(PATHS)]
    path.lines.text.seek(0)
    path.lines.text.truncate(0)
    answer = path.get(made.event)
    path.service.work()
    json.dumps(answer).encode()
    lines = path.lines.text.getvalue()
    who = {line["userId"] for line in path.lines.all if "userId" in line}
    allowed = _allowed(made, authorized=authorized)

    assert 200 <= answer["statusCode"] < 500
    assert MARK not in lines
    assert PATH not in lines
    assert who <= {path.service.key.of(user.strip()) for user in allowed}
    if made.kept:
        assert answer["statusCode"] == (200 if allowed else 400)
        assert len(who) == len(allowed)
