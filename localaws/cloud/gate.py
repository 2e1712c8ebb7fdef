"""Access control: which requests the cloud accepts.

A request is checked by its `Host` header first and by its signature second. Requests of an API's users need
no signature.

Every user of this machine can reach the port. So can every web page in their browsers, either by the port
itself or under a host name of the page's own that resolves to this machine (DNS rebinding).
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localaws.cloud.control import CONTROL
from localaws.cloud.request import ServiceError
from localaws.cloud.signature import Arrived

if TYPE_CHECKING:
    from localaws.cloud.request import AwsRequest
    from localaws.cloud.signature import Signatures
    from localaws.keys import Keys

LOOPBACK = re.compile(r"(127\.0\.0\.1|\[::1\]|([a-z0-9-]+\.)*localhost)(:\d{1,5})?", re.IGNORECASE)
"""Host names that always mean this machine: https://www.rfc-editor.org/rfc/rfc6761#section-6.3."""
API_PATH = "/_aws/execute-api/"
API_HOST = re.compile(r"[a-z0-9]+\.execute-api\.localhost(:\d{1,5})?", re.IGNORECASE)
"""An API's users send requests to `API_PATH` or to a host like this. An HTTP API asks for no signature."""


def check_host(host: str) -> None:
    """Check that a `Host` header names this machine.

    Args:
        host: Value of the header.

    Raises:
        ServiceError: It names another host, so a web page of that host has sent the request.
    """
    if not LOOPBACK.fullmatch(host):
        raise ServiceError("AccessDeniedException", "Host: only names of the loopback interface", 403)


def by_user(request: AwsRequest) -> bool:
    """Return whether a request goes to an API, as the requests of its users do.

    On an API's host, paths that begin with ``/_`` do not belong to the API.
    """
    named = API_HOST.fullmatch(request.headers.get("host", "")) and not request.path.startswith("/_")
    return bool(named) or request.path.startswith(API_PATH)


@dataclass(frozen=True)
class Gate:
    """Decides which requests the cloud accepts.

    Attributes:
        keys: The cloud's access key. Its secret is the bearer token of the rehearsal's own routes.
        signatures: Checks the signature of every other request that is not a user's.
    """

    keys: Keys
    signatures: Signatures

    def check(self, request: AwsRequest, scope: dict[str, Any]) -> None:
        """Check a request. A request of an API's user goes to the API only, whatever else its headers say.

        Args:
            request: The request.
            scope: Its ASGI scope, which has the path and the query string as they were sent.

        Raises:
            ServiceError: The request is refused.
        """
        check_host(request.headers.get("host", ""))
        if by_user(request):
            return
        if request.path.startswith(CONTROL):
            given = request.headers.get("authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {self.keys.secret_access_key}".encode()):
                raise ServiceError("AccessDeniedException", "This route wants the cloud's secret key", 403)
            return
        query = scope["query_string"].decode("latin-1")
        target = scope["raw_path"].decode("latin-1").partition("?")[0] + (f"?{query}" if query else "")
        self.signatures.check(Arrived(request.method, target, request.headers, request.body))
