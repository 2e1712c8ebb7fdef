"""What is let in: by the name of the host first, then by a signature, where users' requests need none.

Every user of this machine reaches the port, and so does every page in their browsers: by the port itself, and
under a name of its own that is made to lead here (DNS rebinding).
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
"""Names that lead to this machine and to no other: https://www.rfc-editor.org/rfc/rfc6761#section-6.3."""
API_PATH = "/_aws/execute-api/"
API_HOST = re.compile(r"[a-z0-9]+\.execute-api\.localhost(:\d{1,5})?", re.IGNORECASE)
"""Where users' requests come in, by either: an HTTP API asks for no signature."""


def check_host(host: str) -> None:
    """Let a request pass whose `Host` names this machine.

    Raises:
        ServiceError: It names another: a page of that name has sent it.
    """
    if not LOOPBACK.fullmatch(host):
        raise ServiceError("AccessDeniedException", "Host: only names of the loopback interface", 403)


def by_user(request: AwsRequest) -> bool:
    """Whether a request goes to an API, as a user's does; routes that begin with ``/_`` are no user's."""
    named = API_HOST.fullmatch(request.headers.get("host", "")) and not request.path.startswith("/_")
    return bool(named) or request.path.startswith(API_PATH)


@dataclass(frozen=True)
class Gate:
    """Lets requests in.

    Attributes:
        keys: The secret opens the rehearsal's own routes.
        signatures: Checks every other request.
    """

    keys: Keys
    signatures: Signatures

    def check(self, request: AwsRequest, scope: dict[str, Any]) -> None:
        """Let a request pass. What comes from a user is for the API alone, whatever else its headers say.

        Raises:
            ServiceError: It is refused.
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
