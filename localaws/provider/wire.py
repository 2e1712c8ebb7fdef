"""Converts property values from the engine's wire format and back.

The special shapes are those of the Pulumi wire protocol:
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from google.protobuf import json_format, struct_pb2

if TYPE_CHECKING:
    from collections.abc import Mapping

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a constant of the protocol, not a secret
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
BLOBS: Final = {"c44067f5952c0a294b673a41bacd8c17": "asset", "0def7320c3a5731c473e5ecbe6d01bc7": "archive"}
UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWN_TEXTS: Final = frozenset(
    {
        UNKNOWN_TEXT,  # a string; today sent for a value of any type
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # a boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # an array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # an asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # an archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # an object
    }
)
DEFAULTS: Final = "__defaults"
"""Key under which the real provider lists, in checked inputs, the keys that it filled in itself."""

Properties = dict[str, Any]


class Unknown:
    """A value that is known only during an update."""

    def __repr__(self) -> str:
        """Return the text shown in messages."""
        return "<unknown>"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, eq=False)
class Blob:
    """An asset or archive.

    Attributes:
        kind: ``asset`` or ``archive``.
        hash: Hash of the content, computed by the engine. Two blobs with the same hash are equal.
        raw: The value as it was sent: path, text, uri or assets.
    """

    kind: str
    hash: str
    raw: Mapping[str, Any]

    def __eq__(self, other: object) -> bool:
        """Compare by content hash if the engine sent one for both, otherwise by the raw value."""
        if not isinstance(other, Blob) or self.kind != other.kind:
            return False
        return self.hash == other.hash if self.hash and other.hash else self.raw == other.raw

    def __hash__(self) -> int:
        """Return a hash that is consistent with `__eq__`."""
        return hash(self.kind)


def decode(message: struct_pb2.Struct) -> Properties:
    """Convert the engine's values to plain ones.

    Secrets and outputs are unwrapped, unknown values become `UNKNOWN`, and whole numbers become integers. The
    engine itself remembers which properties were secret, because the handshake says that this provider does
    not accept secrets.

    Raises:
        ValueError: A value is of a kind that no table can use, such as a reference to a resource.
    """
    plain: Properties = _decode(json_format.MessageToDict(message))
    return plain


def _decode(value: Any) -> Any:
    match value:
        case str() if value in UNKNOWN_TEXTS:
            return UNKNOWN
        case float() if value.is_integer():
            return int(value)
        case list():
            return [_decode(item) for item in value]
        case dict() if SIGNATURE in value:
            return _special(value)
        case dict():
            return {key: _decode(item) for key, item in value.items()}
        case _:
            return value


def _special(value: dict[str, Any]) -> Any:
    kind = value[SIGNATURE]
    if kind in (SECRET, OUTPUT):
        return _decode(value["value"]) if "value" in value else UNKNOWN
    if kind in BLOBS:
        return Blob(BLOBS[kind], str(value.get("hash", "")), value)
    raise ValueError(f"A property value of a kind that this provider does not take ({kind})")


def encode(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Convert `properties` to the engine's form; properties that are None are left out."""
    message = struct_pb2.Struct()
    message.update(_encode({key: value for key, value in properties.items() if value is not None}))
    return message


def _encode(value: Any) -> Any:
    match value:
        case Unknown():
            return UNKNOWN_TEXT
        case Blob():
            return dict(value.raw)
        case dict():
            return {key: _encode(item) for key, item in value.items()}
        case list() | tuple():
            return [_encode(item) for item in value]
        case _:
            return value


def stripped(value: Any) -> Any:
    """Return `value` without the lists of filled-in keys (`DEFAULTS`), at any depth."""
    if isinstance(value, dict):
        return {key: stripped(item) for key, item in value.items() if key != DEFAULTS}
    if isinstance(value, list):
        return [stripped(item) for item in value]
    return value


def has_unknown(value: Any) -> bool:
    """Whether any part of `value` is unknown."""
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return value is UNKNOWN
