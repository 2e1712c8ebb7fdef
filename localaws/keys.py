"""The access key of a local cloud: random for each, known to whoever started it."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field

LONG_TERM = "AKIA"
"""How the ids of long-term keys begin:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html."""


@dataclass(frozen=True)
class Keys:
    """An access key."""

    access_key_id: str
    secret_access_key: str = field(repr=False)

    @classmethod
    def random(cls) -> Keys:
        """One that no one else on this machine can guess."""
        return cls(LONG_TERM + base64.b32encode(secrets.token_bytes(10)).decode(), secrets.token_urlsafe(30))

    def environment(self) -> dict[str, str]:
        """What AWS's clients read."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
        }
