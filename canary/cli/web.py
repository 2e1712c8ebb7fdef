"""One GET, as a client of the API makes it: no retries, which would hide a fault.

Names below ``localhost``, as a local AWS gives its APIs, are this machine whatever the resolver says:
https://www.rfc-editor.org/rfc/rfc6761#section-6.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import urllib3

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_S = 10.0
LOOPBACK = "127.0.0.1"


class Web:
    """Connections that are kept.

    Args:
        connections: How many at once.
    """

    def __init__(self, connections: int = 1) -> None:
        self._pool = urllib3.PoolManager(maxsize=connections, retries=False, timeout=TIMEOUT_S)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> int:
        """Status of the answer.

        Raises:
            OSError: No answer came.
        """
        where, extra = located(url)
        try:
            return int(self._pool.request("GET", where, headers={**(headers or {}), **extra}).status)
        except urllib3.exceptions.HTTPError as error:
            raise OSError(str(error)) from error


def located(url: str) -> tuple[str, dict[str, str]]:
    """Where to connect, and what the request has to say about it."""
    parts = urlsplit(url)
    if not (parts.hostname or "").endswith(".localhost"):
        return url, {}
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=LOOPBACK + port)), {"host": parts.netloc}
