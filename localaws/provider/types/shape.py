"""Translates Pulumi's property names to those of the AWS services and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from localaws.provider.wire import Properties


def pascal(value: Any) -> Any:
    """Return `value` with all object keys in PascalCase, at any depth.

    Not for maps whose keys the user chooses.
    """
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: pascal(item) for key, item in value.items()}
    return [pascal(item) for item in value] if isinstance(value, list) else value


def camel(value: Any) -> Any:
    """Return `value` with all object keys in camelCase, at any depth; the reverse of `pascal`."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: camel(item) for key, item in value.items()}
    return [camel(item) for item in value] if isinstance(value, list) else value


def request(properties: Mapping[str, Any], names: str, **renamed: str) -> dict[str, Any]:
    """Return the arguments of a call: the named properties that are present, with PascalCase names.

    Args:
        properties: The resource's properties.
        names: Pulumi names, separated by spaces.
        renamed: Arguments whose name does not follow from the property's name: ``KMSKeyArn="kmsKeyArn"``.
    """
    pairs = {name[:1].upper() + name[1:]: name for name in names.split()} | renamed
    return {
        argument: properties[name] for argument, name in pairs.items() if properties.get(name) is not None
    }


def response(answer: Mapping[str, Any], names: str, **renamed: str) -> Properties:
    """Return the properties in an answer, the reverse of `request`; those it lacks are None."""
    pairs = {name[:1].upper() + name[1:]: name for name in names.split()} | renamed
    return {name: answer.get(argument) for argument, name in pairs.items()}


def tag_list(properties: Mapping[str, Any], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Return the resource's tags, including the provider's default tags, as a list of pairs."""
    return [{key: name, value: text} for name, text in properties.get("tagsAll", {}).items()]


def tag_map(properties: Mapping[str, Any]) -> dict[str, str]:
    """Return the resource's tags, including the provider's default tags, as a map."""
    return dict(properties.get("tagsAll", {}))


def retag(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    put: Callable[[dict[str, str]], Any],
    remove: Callable[[list[str]], Any],
) -> None:
    """Change the tags of the last update to those wanted now.

    Args:
        old: Properties of the last update.
        new: Properties wanted now.
        put: Adds or overwrites the given tags.
        remove: Removes the tags with the given keys.
    """
    before, after = tag_map(old), tag_map(new)
    if gone := sorted(before.keys() - after.keys()):
        remove(gone)
    if changed := {key: value for key, value in after.items() if before.get(key) != value}:
        put(changed)


def pairs(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Return a map of tags as a list of pairs."""
    return [{key: name, value: text} for name, text in tags.items()]


def only(items: Iterable[Any], matches: Callable[[Any], bool]) -> Any:
    """Return the first item that matches, or None."""
    return next((item for item in items if matches(item)), None)
