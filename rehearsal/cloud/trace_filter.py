"""X-Ray filter expressions, the part that this project's guide uses.

https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html: ``annotation[key]`` (and the
older ``annotation.key``), ``error``, ``fault``, ``responsetime``, ``duration``, ``service("name")``,
comparisons, ``!`` and AND / OR. A keyword alone is a test for truth.
"""

from __future__ import annotations

import operator
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TERM = re.compile(
    r"""^(?P<not>!)?\s*(?:
        annotation(?:\[\s*"?(?P<key>\w+)"?\s*\]|\.(?P<dotted>\w+))
      | service\(\s*"(?P<service>[^"]*)"\s*\)
      | (?P<word>error|fault|responsetime|duration)
    )\s*(?:(?P<op>>=|<=|!=|=|<|>)\s*(?P<value>"[^"]*"|true|false|-?\d+(?:\.\d+)?))?$""",
    re.VERBOSE,
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


class FilterError(ValueError):
    """An expression outside the supported part, or none at all."""


@dataclass
class Summary:
    """What can be asked about one trace."""

    duration: float = 0.0
    error: bool = False
    fault: bool = False
    services: set[str] = field(default_factory=set)
    annotations: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))


def summarise(segments: list[dict[str, Any]]) -> Summary:
    """Look through all segments of a trace and their subsegments."""
    summary = Summary()
    times: list[float] = []
    for part in _all_parts(segments):
        summary.error |= bool(part.get("error"))
        summary.fault |= bool(part.get("fault"))
        for name, value in (part.get("annotations") or {}).items():
            summary.annotations[name].append(value)
        times += [float(part[name]) for name in ("start_time", "end_time") if part.get(name)]
    summary.services = {str(segment["name"]) for segment in segments}
    summary.duration = max(times) - min(times) if times else 0.0
    return summary


def _all_parts(parts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield part
        yield from _all_parts(part.get("subsegments") or [])


def parse(expression: str) -> Callable[[Summary], bool]:
    """An expression as a test; the empty one takes every trace.

    Raises:
        FilterError: Names the term that is not understood.
    """
    if not expression.strip():
        return lambda _summary: True
    alternatives = [
        [_term(term.strip()) for term in re.split(r"\s+AND\s+", part, flags=re.IGNORECASE)]
        for part in re.split(r"\s+OR\s+", expression, flags=re.IGNORECASE)
    ]
    return lambda summary: any(all(term(summary) for term in terms) for terms in alternatives)


def _term(text: str) -> Callable[[Summary], bool]:
    found = _TERM.match(text)
    if not found:
        raise FilterError(f"Filter expression term {text!r} is not understood")
    test = _positive(found)
    return (lambda summary: not test(summary)) if found["not"] else test


def _positive(found: re.Match[str]) -> Callable[[Summary], bool]:
    compare, value = _COMPARE[found["op"] or "="], _value(found["value"])
    if name := found["key"] or found["dotted"]:
        return lambda summary: any(_comparable(one, value) and compare(one, value) for one in summary.annotations[name])
    if found["service"] is not None:
        return lambda summary: found["service"] in summary.services
    word = found["word"]
    if word in {"error", "fault"}:
        return lambda summary: compare(bool(getattr(summary, word)), value)
    if not isinstance(value, float):
        raise FilterError(f"{word} is compared with a number of seconds")
    return lambda summary: compare(summary.duration, value)


def _comparable(one: Any, value: Any) -> bool:
    if isinstance(one, bool) or isinstance(value, bool):
        return isinstance(one, bool) and isinstance(value, bool)
    return isinstance(one, str) == isinstance(value, str)


def _value(text: str | None) -> Any:
    if text is None or text == "true":
        return True
    if text == "false":
        return False
    return text[1:-1] if text.startswith('"') else float(text)
