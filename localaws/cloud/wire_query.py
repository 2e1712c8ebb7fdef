"""Encode and decode AWS's query protocol, which RDS speaks.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html: requests are forms, answers are XML. Both
follow the shapes of the API model, which may give a member another name on the wire.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from xml.etree.ElementTree import Element, SubElement, tostring

from botocore.model import ListShape, Shape, StructureShape

if TYPE_CHECKING:
    from collections.abc import Callable


def form(body: bytes) -> dict[str, str]:
    """Parse the form in a request's body."""
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def decode(fields: dict[str, str], shape: Shape, prefix: str = "") -> Any:
    """Decode the value of a shape from a form.

    Args:
        fields: The form.
        shape: Shape of the value.
        prefix: Field name at which the value begins. Defaults to ``""``, the top of the form.

    Returns:
        The value, or ``None`` if the form does not have it.

    Raises:
        ValueError: A field is not a number or a time, though its shape is.
    """
    if isinstance(shape, StructureShape):
        inner = {
            name: decode(
                fields, member, f"{prefix}.{_named(member, name)}" if prefix else _named(member, name)
            )
            for name, member in shape.members.items()
        }
        found = {name: value for name, value in inner.items() if value is not None}
        return found if found or not prefix else None
    if isinstance(shape, ListShape):
        entries: list[Any] = []
        entry = f"{prefix}.{_named(shape.member, 'member')}"
        while (value := decode(fields, shape.member, f"{entry}.{len(entries) + 1}")) is not None:
            entries.append(value)
        # The protocol sends an empty list as the bare name of the list.
        return entries or ([] if prefix in fields else None)
    text = fields.get(prefix)
    return None if text is None else _SCALARS.get(shape.type_name, str)(text)


def _named(shape: Shape, otherwise: str) -> str:
    return str(shape.serialization.get("name", otherwise))


def _moment(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


_SCALARS: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "boolean": lambda text: text == "true",
    "timestamp": _moment,
}


def encode(operation: str, result: dict[str, Any], shape: Shape | None, namespace: str) -> bytes:
    """Encode the result of an operation as XML in the service's namespace."""
    root = Element(f"{operation}Response", xmlns=namespace)
    holder = SubElement(root, f"{operation}Result")
    if shape is not None:
        _fill(holder, result, shape)
    SubElement(SubElement(root, "ResponseMetadata"), "RequestId").text = "local"
    return tostring(root)


def encode_error(code: str, message: str, fault: str, namespace: str) -> bytes:
    """Encode an error as XML in the service's namespace."""
    root = Element("ErrorResponse", xmlns=namespace)
    error = SubElement(root, "Error")
    for name, text in (("Type", fault), ("Code", code), ("Message", message)):
        SubElement(error, name).text = text
    SubElement(root, "RequestId").text = "local"
    return tostring(root)


def _fill(element: Element, value: Any, shape: Shape) -> None:
    match shape:
        case StructureShape():
            for name, member in shape.members.items():
                if value.get(name) is not None:
                    _fill(SubElement(element, _named(member, name)), value[name], member)
        case ListShape():
            for entry in value:
                _fill(SubElement(element, _named(shape.member, "member")), entry, shape.member)
        case Shape(type_name="timestamp"):
            element.text = datetime.fromtimestamp(float(value), UTC).isoformat()
        case Shape(type_name="boolean"):
            element.text = "true" if value else "false"
        case _:
            element.text = str(value)
