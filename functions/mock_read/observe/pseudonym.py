"""Pseudonyms: what stands for a user's id outside this function.

The key is derived once a sandbox from a KMS HMAC key that never leaves KMS
(https://docs.aws.amazon.com/kms/latest/developerguide/hmac.html): nothing secret stands in the
environment, in state or in a parameter, and all sandboxes derive the same key.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

DERIVED_FROM = b"pseudonym-v1"
"""Changing this text changes every pseudonym."""


@dataclass(frozen=True)
class Key:
    """Key of pseudonyms and of value hashes; ``why`` says why it is this sandbox's own, ``""`` otherwise."""

    secret: bytes
    why: str = ""

    def of(self, user_id: str) -> str:
        """A user's pseudonym: 16 hexadecimal digits."""
        text = user_id.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, key=self.secret, digest_size=8, person=b"user").hexdigest()


def derive(kms: Any, key_id: str, random_bytes: Callable[[int], bytes]) -> Key:
    """Derive the key; never raises.

    Without KMS the key is random: pseudonyms then join within this sandbox only, and everybody is answered.
    """
    try:
        mac = kms.generate_mac(KeyId=key_id, MacAlgorithm="HMAC_SHA_256", Message=DERIVED_FROM)["Mac"]
    except ClientError as error:
        return Key(random_bytes(32), f"KMS refused: {error.response['Error']['Code']}")
    except Exception as error:  # noqa: BLE001 - no fault of KMS may keep users from their answers
        return Key(random_bytes(32), f"KMS unreachable: {type(error).__name__}")
    return Key(bytes(mac))
