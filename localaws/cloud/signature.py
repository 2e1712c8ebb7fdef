"""Check the signatures of requests the way AWS does.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. botocore
computes the expected signature from the request as it arrived.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from localaws.cloud.credentials import TEMPORARY, session_secret
from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localaws.keys import Keys

FRESH = timedelta(minutes=5)
"""Largest difference between the time of signing and now. Signatures outside it are refused:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html."""
UNSIGNED = "UNSIGNED-PAYLOAD"
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<date>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)"
    r"/aws4_request,\s*SignedHeaders=(?P<headers>[^,]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class Arrived:
    """A request as it arrived over HTTP, before anything is decoded.

    Attributes:
        target: Path and query string, still percent-encoded.
        headers: Headers by name in lower case.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class Signatures:
    """Checks the signatures of requests.

    Args:
        keys: The cloud's access key, from which the keys of its sandboxes are derived.
        now: Returns the real time, since clients sign with it. Defaults to the system clock.
    """

    def __init__(self, keys: Keys, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._keys, self._now = keys, now

    def check(self, request: Arrived) -> None:
        """Check that a request is signed with a key of this cloud.

        Raises:
            ServiceError: The signature is missing, wrong or expired, or its key is unknown.
        """
        found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
        if found is None:
            raise ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token", 403)
        names = found["headers"].split(";")
        token = request.headers.get("x-amz-security-token", "")
        secret = self._secret(found["key"], token)
        if secret is None:
            message = "The security token included in the request is invalid."
            raise ServiceError("UnrecognizedClientException", message, 403)
        self._check_time(request.headers.get("x-amz-date", ""), found["date"])
        if "host" not in names or not _hashes(request):
            raise _wrong()
        auth = (S3SigV4Auth if found["service"] == "s3" else SigV4Auth)(
            Credentials(found["key"], secret, token or None), found["service"], found["region"]
        )
        if not hmac.compare_digest(_signature(auth, request, names), found["signature"]):
            raise _wrong()

    def _secret(self, key: str, token: str) -> str | None:
        if key.startswith(TEMPORARY):
            return session_secret(self._keys, key, token)
        return self._keys.secret_access_key if key == self._keys.access_key_id else None

    def _check_time(self, stamp: str, date: str) -> None:
        try:
            signed = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        except ValueError as error:
            raise _wrong() from error
        if stamp[:8] != date or abs(self._now() - signed) > FRESH:
            raise ServiceError("InvalidSignatureException", f"Signature expired: {stamp}", 403)


def _hashes(request: Arrived) -> bool:
    """Return whether the body has the hash that ``X-Amz-Content-Sha256`` names.

    A request without that header passes, and so does one that says ``UNSIGNED-PAYLOAD``.
    """
    said = request.headers.get("x-amz-content-sha256")
    return said in {None, UNSIGNED, hashlib.sha256(request.body).hexdigest()}


def _signature(auth: SigV4Auth, request: Arrived, names: list[str]) -> str:
    again = AWSRequest(
        method=request.method,
        url=f"http://{request.headers.get('host', '')}{request.target}",
        data=request.body,
        headers={name: request.headers.get(name, "") for name in names},
    )
    again.context["timestamp"] = request.headers["x-amz-date"]
    return str(auth.signature(auth.string_to_sign(again, auth.canonical_request(again)), again))


def _wrong() -> ServiceError:
    message = "The request signature we calculated does not match the signature you provided."
    return ServiceError("InvalidSignatureException", message, 403)
