"""Finds the user: an authorizer's claim, else the configured path prefix, else the configured header."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mock_read.http import authorizer
from mock_read.settings import USER_IN_PATH

if TYPE_CHECKING:
    from mock_read.http.entry import Request

MAX_LENGTH = 256
"""Maximum length of a user id in characters. OpenID Connect allows a ``sub`` of 255."""


class NoUserError(ValueError):
    """The request names no user. The message is meant for the client."""


@dataclass(frozen=True)
class Known:
    """The user of a request, and its path without the user's part."""

    user_id: str
    path: str


class Identity:
    """Finds the user of a request.

    Args:
        header: Name of the header that holds the user id, in lower case. Anyone who can reach the function
            can set it, so put something in front that sets it.
        path: Path prefix that holds the user id, like ``/users/{user}``; ``""`` for none.
        claim: The authorizer's claim that names the user, default ``sub``.
        authorized: Whether an authorizer stands in front of the function, default no. If so, nothing else is
            believed, even if an event shows no authorizer.
    """

    def __init__(self, header: str, path: str, claim: str = "sub", *, authorized: bool = False) -> None:
        self._header, self._claim, self._authorized = header, claim, authorized
        before, _, after = path.partition(USER_IN_PATH)
        pattern = f"{re.escape(before)}(?P<user>[^/]+){re.escape(after)}(?P<rest>/.*)"
        self._path = re.compile(pattern) if path else None

    def path(self, path: str) -> str:
        """Remove the user's part from a path, if one is configured and present."""
        found = self._path.fullmatch(path) if self._path else None
        return found["rest"] if found else path

    def known(self, request: Request) -> Known:
        """Find the user. An authorizer is final: without its claim, no header is believed instead.

        Raises:
            NoUserError: The request has no user id, or its id is not valid.
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
    """Reject a header that appears twice.

    The entries join repeated headers with a comma, so it is not known which one is meant.
    """
    return None if value is None or "," in value else value


def _valid(user: Any) -> bool:
    # Spaces around an id are tolerated; other characters that strip() would remove make the id invalid.
    return isinstance(user, str) and 0 < len(user.strip(" ")) <= MAX_LENGTH and user.isprintable()
