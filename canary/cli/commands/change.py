"""A change as a verb makes it: confirmed in prod, then written down, then made, then written down again."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from canary.cli.audit import Change, Trail, audited, began
from canary.cli.commands.speech import confirm, say
from canary.cli.operating import who

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from canary.cli.commands.session import Session


def now() -> datetime:
    """Wall clock, UTC."""
    return datetime.now(UTC)


def trail(session: Session) -> Trail:
    """The unit's audit trail."""
    return Trail(session.clients.logs, session.target.audit_group, now)


@contextlib.contextmanager
def changing(  # noqa: PLR0913 - the words of a trail, by name
    session: Session,
    verb: str,
    reason: str,
    *,
    yes: bool,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Iterator[Change]:
    """Confirm and write down a change around its making.

    Raises:
        OpsError: It was not confirmed, or the trail cannot be written: nothing was changed.
    """
    confirm(session.target, yes=yes)
    entry = began(verb, who(session.clients), reason, before or {}, after or {})
    with audited(trail(session), entry, now, say) as change:
        yield change
