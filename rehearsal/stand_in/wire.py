"""What the engine sends and takes: protobuf structs with marks for unknown values, secrets and archives.

https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin (MarshalOptions) names the marks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

UNKNOWN = rpc.UNKNOWN
_MARK, _SECRET, _ARCHIVE = rpc._special_sig_key, rpc._special_secret_sig, rpc._special_archive_sig  # noqa: SLF001

Props = dict[str, Any]


def read(struct: struct_pb2.Struct) -> Props:
    """A struct as plain values; whole numbers become int, secrets their plain value."""
    plain = _plain(json_format.MessageToDict(struct))
    assert isinstance(plain, dict)  # noqa: S101 - a struct is an object
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get(_MARK) == _SECRET:
            return _plain(value["value"])
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def write(props: Props) -> struct_pb2.Struct:
    """Plain values as a struct; keys without a value are left out."""
    struct = struct_pb2.Struct()
    json_format.ParseDict({name: value for name, value in props.items() if value is not None}, struct)
    return struct


def unknown(value: Any) -> bool:
    """Whether a value, or any part of it, is not known yet."""
    if isinstance(value, dict):
        return any(unknown(inner) for inner in value.values())
    if isinstance(value, list):
        return any(unknown(inner) for inner in value)
    return bool(value == UNKNOWN)


def is_archive(value: Any) -> bool:
    """Whether a value is an archive."""
    return isinstance(value, dict) and value.get(_MARK) == _ARCHIVE


def archive_bytes(value: Props, root: Path) -> bytes:
    """The bytes of a file archive, relative to the program's folder.

    Raises:
        ValueError: An archive of another kind, which this program does not use.
    """
    if not value.get("path"):
        raise ValueError("only pulumi.FileArchive of a zip file is supported")
    return (root / str(value["path"])).read_bytes()


def comparable(value: Any) -> Any:
    """A value for comparing: an archive is its content's hash, wherever it lies."""
    if is_archive(value):
        return {"hash": value.get("hash")}
    if isinstance(value, dict):
        return {name: comparable(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [comparable(inner) for inner in value]
    return value
