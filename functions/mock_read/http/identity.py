"""Who asks: an authorizer's claim, else the configured start of the path, else the configured header."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mock_read.http import authorizer
from mock_read.settings import USER_IN_PATH

if TYPE_CHECKING:
    from mock_read.http.entry import Request

MAX_LENGTH = 256
"""Characters: OpenID Connect allows a ``sub`` of 255."""


class NoUserError(ValueError):
    """A request that names no user; its text is for the client."""


@dataclass(frozen=True)
class Known:
    """The user of a request, and the path that is left when the user's part is taken off."""

    user_id: str
    path: str


class Identity:
    """Finds the user of a request.

    Args:
        header: Name of the header, in small letters. Whoever can reach the function can write it, so it is
            for entries behind something that sets it.
        path: Like ``/users/{user}``, or ``""``.
        claim: Which of an authorizer's claims names the user.
        authorized: Whether an authorizer stands before the function; then nothing else is believed, even
            when an event shows none.
    """

    def __init__(self, header: str, path: str, claim: str = "sub", *, authorized: bool = False) -> None:
        self._header, self._claim, self._authorized = header, claim, authorized
        before, _, after = path.partition(USER_IN_PATH)
        pattern = f"{re.escape(before)}(?P<user>[^/]+){re.escape(after)}(?P<rest>/.*)"
        self._path = re.compile(pattern) if path else None

    def path(self, path: str) -> str:
        """A path without the user's part, where one is configured and there."""
        found = self._path.fullmatch(path) if self._path else None
        return found["rest"] if found else path

    def known(self, request: Request) -> Known:
        """The user. An authorizer's word is final: without its claim no header is believed instead.

        Raises:
            NoUserError: Nobody is named, or by an id that is none.
        """
        found = self._path.fullmatch(request.path) if self._path else None
        if request.claims is not None or self._authorized:
            user = authorizer.user(request.claims or {}, self._claim)
            where = f"The authorizer's claim {self._claim}"
        elif self._path is not None:
            user, where = (found["user"] if found else None), "The path"
        else:
            user, where = _once(request.headers.get(self._header)), f"The header {self._header}"
        if not _valid(user):
            raise NoUserError(f"{where} names no user.")
        return Known(str(user).strip(" "), found["rest"] if found else request.path)


def _once(value: str | None) -> str | None:
    """A header given twice names nobody; the entries join the two with a comma."""
    return None if value is None or "," in value else value


def _valid(user: Any) -> bool:
    # Blanks around an id are the client's spelling; any other character that strip() takes off is refused.
    return isinstance(user, str) and 0 < len(user.strip(" ")) <= MAX_LENGTH and user.isprintable()
