"""Pseudonyms: what stands for a user id outside this function.

The key is derived once per execution environment from a KMS HMAC key that never leaves KMS
(https://docs.aws.amazon.com/kms/latest/developerguide/hmac.html). So no secret is kept in the environment
variables, in the state or in a parameter, and all execution environments derive the same key.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

DERIVED_FROM = b"pseudonym-v1"
"""Message that the key is derived from. Changing it changes every pseudonym."""


@dataclass(frozen=True)
class Key:
    """Key of the pseudonyms and of the value hashes.

    Attributes:
        secret: The key.
        why: Why the key is this execution environment's own; ``""`` if it is derived.
    """

    secret: bytes
    why: str = ""

    def of(self, user_id: str) -> str:
        """Return a user's pseudonym: 16 hexadecimal digits."""
        text = user_id.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, key=self.secret, digest_size=8, person=b"user").hexdigest()


def derive(kms: Any, key_id: str, random_bytes: Callable[[int], bytes]) -> Key:
    """Derive the key; never raises.

    If KMS does not answer, the key is random: pseudonyms can then be joined only within this execution
    environment, but every user is still answered.

    Args:
        kms: A KMS client.
        key_id: The KMS HMAC key.
        random_bytes: Returns as many random bytes as asked for.
    """
    try:
        mac = kms.generate_mac(KeyId=key_id, MacAlgorithm="HMAC_SHA_256", Message=DERIVED_FROM)["Mac"]
    except ClientError as error:
        return Key(random_bytes(32), f"KMS refused: {error.response['Error']['Code']}")
    except Exception as error:  # noqa: BLE001 - no fault of KMS may keep users from an answer
        return Key(random_bytes(32), f"KMS unreachable: {type(error).__name__}")
    return Key(bytes(mac))
