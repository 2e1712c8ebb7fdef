"""Small steps that several tables share."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rehearsal.stand_in.wire import Props

DONE_WITHIN_S = 60.0


def pascal(name: str) -> str:
    """``alarmArn`` as AWS's APIs spell it: ``AlarmArn``."""
    return name[0].upper() + name[1:]


def renamed(props: Props, names: dict[str, str]) -> dict[str, Any]:
    """Those of ``names`` that have a value, under their API names."""
    return {api: props[own] for own, api in names.items() if props.get(own) is not None}


def deep_pascal(value: Any) -> Any:
    """An object with all its keys as AWS's APIs spell them."""
    if isinstance(value, dict):
        return {pascal(name): deep_pascal(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [deep_pascal(inner) for inner in value]
    return value


def key_values(tags: Props | None) -> list[dict[str, str]]:
    """Tags as a list of keys and values."""
    return [{"Key": name, "Value": str(value)} for name, value in (tags or {}).items()]


def found(call: Callable[[], Any]) -> Any:
    """The answer of a reading call, ``None`` when the thing is gone."""
    try:
        return call()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if "NotFound" in code or "NoSuch" in code or "DoesNotExist" in code or code == "404":
            return None
        raise


def wait_until(done: Callable[[], bool], what: str) -> None:
    """Await a state.

    Raises:
        TimeoutError: Names what did not happen.
    """
    deadline = time.monotonic() + DONE_WITHIN_S
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen in {DONE_WITHIN_S:.0f} s")
        time.sleep(0.1)
