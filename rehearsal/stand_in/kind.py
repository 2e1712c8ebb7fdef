"""What the stand-in knows about one resource type."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rehearsal.stand_in.wire import Props


@dataclass(frozen=True)
class Context:
    """What calls are made with.

    Attributes:
        client: Makes a boto3 client of a service.
        account: The account's id.
        region: The region.
        root: The program's folder, for archives.
    """

    client: Callable[[str], Any]
    account: str
    region: str
    root: Path



def _nothing(_context: Context, _identifier: str, _props: Props) -> None:
    """Nothing to delete: it goes with its parent."""


@dataclass(frozen=True)
class Kind:
    """One resource type.

    Attributes:
        resource: The SDK's class.
        token: Its type token.
        create: Makes it; returns id and outputs besides the inputs.
        read: Outputs and changed inputs of an existing one, ``None`` when it is gone.
        delete: Removes it; one that is gone already is no error.
        update: Changes it in place; ``None`` where every change replaces it.
        replace_on: Inputs whose change replaces it.
        changes_with_update: Outputs that an update gives new values, unknown in its preview.
        named: Whether it gets a physical name when none is given.
    """

    resource: type
    token: str
    create: Callable[[Context, Props], tuple[str, Props]] | None = None
    read: Callable[[Context, str, Props], Props | None] | None = None
    delete: Callable[[Context, str, Props], None] = _nothing
    update: Callable[[Context, str, Props, Props], Props] | None = None
    replace_on: frozenset[str] = frozenset()
    changes_with_update: frozenset[str] = field(default_factory=frozenset)
    named: bool = False
