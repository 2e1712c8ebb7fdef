"""The access key of a local cloud: random for each cloud, and known to the process that started the cloud."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field

LONG_TERM = "AKIA"
"""Prefix of the ids of long-term access keys:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html."""


@dataclass(frozen=True)
class Keys:
    """An access key: the id and the secret."""

    access_key_id: str
    secret_access_key: str = field(repr=False)

    @classmethod
    def random(cls) -> Keys:
        """Create a key that no one else on this machine can guess."""
        return cls(LONG_TERM + base64.b32encode(secrets.token_bytes(10)).decode(), secrets.token_urlsafe(30))

    def environment(self) -> dict[str, str]:
        """Return the environment variables from which AWS clients read the key."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
        }
