"""The only reader of the stack's configuration. It reports all faults at once."""

from __future__ import annotations

import difflib
import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from canary.spelling import camel
from canary.urls import MalformedError
from settings import Settings
from settings.kinds import PROJECT
from settings.rules import together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from settings.kinds import Kind

_REGION = r"(?!cn-|us-gov-|us-iso)[a-z]{2}(-[a-z]+)+-[0-9]"
"""China's and the governments' regions are other partitions, with other ARNs and without some services."""

NEAR = 0.85
"""Similarity, of 1, from which a namespace is taken for ours misspelt: some three slips in its 22 letters."""

KINDS: dict[str, Kind] = {field.name: field.metadata["kind"] for field in fields(Settings) if field.metadata}
FIELDS = {camel(name): name for name in KINDS}

RENAMED = {
    "existingDatabaseSecretArn": "existingDatabaseCredentialsArn",
    "existingDatabaseMigrationSecretArn": "existingDatabaseMigrationCredentialsArn",
}
"""Old names of keys, which are still read. `pulumi config set` takes a long value of a key whose name says
secret, password or token for a secret, and refuses it:
https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/cmd/pulumi/config/config.go, `looksLikeSecret`."""


class SettingsError(Exception):
    """Configuration that cannot be used; each line names key, value and what is allowed."""


def renamed(given: Mapping[str, str]) -> list[str]:
    """What to tell a person whose configuration uses old names."""
    return [
        f"{PROJECT}:{old} is now called {new}. The old name is still read; rename it in the stack's file."
        for old, new in RENAMED.items()
        if given.get(old)
    ]


def read(stack: str, everything: Mapping[str, str]) -> Settings:
    """Validate all of a stack's configuration as Pulumi hands it over, by key and namespace.

    Raises:
        SettingsError: As `parse` does; and for keys that were meant for this project, by another name.
    """
    return parse(stack, everything.get("aws:region"), _own(everything), [*_misplaced(everything)])


def _own(everything: Mapping[str, str]) -> dict[str, str]:
    """What is set in the project's own namespace, by key."""
    return {
        name.removeprefix(f"{PROJECT}:"): everything[name]
        for name in everything
        if name.startswith(f"{PROJECT}:")
    }


def _misplaced(names: Iterable[str]) -> Iterator[str]:
    """Faults of keys in a namespace that is nearly ours, or a part of it.

    Pulumi hands the program the keys of every namespace, and providers have their own, so one that is unlike
    ours is let be.
    """
    for name in names:
        namespace, _, own = name.partition(":")
        near = difflib.SequenceMatcher(None, namespace.lower(), PROJECT).ratio() >= NEAR
        part = f"-{namespace.lower()}-" in f"-{PROJECT}-"
        if namespace != PROJECT and (near or part):
            yield f"{name}: the namespace {namespace} is not this project's. Write {PROJECT}:{own}."


def parse(
    stack: str, region: str | None, given: Mapping[str, str], misplaced: Iterable[str] = ()
) -> Settings:
    """Validate configuration as Pulumi hands it over: texts by key, lists as JSON.

    Args:
        stack: Its name.
        region: AWS's, from the provider's configuration.
        given: What is set, by key without the project's name.
        misplaced: Faults of keys under other names than the project's.

    Raises:
        SettingsError: Every fault at once.
    """
    given, faults = _current(given)
    faults += misplaced
    faults += [_unknown(name) for name in given if name not in FIELDS]
    values: dict[str, Any] = {}
    unread = [name for name in given if name in FIELDS]
    for name, value in given.items():
        if name in FIELDS:
            kind = KINDS[FIELDS[name]]
            try:
                values[FIELDS[name]] = kind.parse(value)
                unread.remove(name)
            except MalformedError as error:
                faults.append(f"{PROJECT}:{name} = {value!r}: must be {kind.allowed}; {error}.")
            except ValueError:
                faults.append(f"{PROJECT}:{name} = {value!r}: must be {kind.allowed}.")
    if not re.fullmatch(_REGION, region or ""):
        faults.append(f"aws:region = {region!r}: must be a commercial AWS region, for instance us-east-1.")
    settings = Settings(stack, str(region), **values)
    # A key without a value has its fault; what it comes to beside others cannot be said.
    faults += [
        fault for fault in together(settings) if not any(re.search(rf"\b{name}\b", fault) for name in unread)
    ]
    if faults:
        raise SettingsError("\n  ".join([f"Configuration of stack {stack} cannot be used:", *faults]))
    return settings


def _current(given: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Configuration under today's names, and the faults of keys that are set under both."""
    kept = {name: value for name, value in given.items() if name not in RENAMED}
    faults = []
    for old, new in RENAMED.items():
        if kept.get(new) and given.get(old) not in {None, "", kept[new]}:
            faults.append(f"{PROJECT}:{new}: {old}, its old name, has another value. Remove one of the two.")
        elif given.get(old):
            kept[new] = given[old]
    return kept, faults


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, FIELDS, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"Known keys: {', '.join(sorted(FIELDS))}."
    return f"{PROJECT}:{name}: there is no such key. {hint}"


def load() -> Settings:
    """Read the running program's configuration.

    Raises:
        SettingsError: As `parse` does.
    """
    import pulumi  # noqa: PLC0415 - everything above is pure and needs no engine
    from pulumi.runtime.config import CONFIG, get_config_env  # noqa: PLC0415

    everything = {**get_config_env(), **CONFIG.get()}
    for sentence in renamed(_own(everything)):
        pulumi.log.warn(sentence)
    return read(pulumi.get_stack(), everything)
