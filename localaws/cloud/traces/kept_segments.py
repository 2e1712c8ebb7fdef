"""X-Ray segments by trace, kept small: those of older traces compressed, the oldest traces forgotten.

X-Ray keeps traces for 30 days (https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-traces).
Here three hours pass in minutes, so a number of traces bounds them; a rehearsal makes about 15,000.
"""

from __future__ import annotations

import itertools
import json
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Segment = dict[str, Any]

OPEN = 1_000
"""Traces that wait for more segments as they are; later ones are added to a compressed trace all the same."""
MOST = 100_000
"""Traces; at most about 150 MB."""


class KeptSegments:
    """Segments in the order they came, traces in the order they began.

    Args:
        most: How many traces are kept.
        open_traces: How many of them are not compressed.

    Attributes:
        forgotten: How many traces are kept no more.
    """

    def __init__(self, most: int = MOST, open_traces: int = OPEN) -> None:
        self._most, self._open_traces = most, open_traces
        self._packed: dict[str, list[bytes]] = {}
        self._open: dict[str, list[Segment]] = {}
        self.forgotten = 0

    def add(self, segment: Segment) -> None:
        """Keep a segment under its ``trace_id``."""
        trace_id = segment["trace_id"]
        self._packed.setdefault(trace_id, [])
        self._open.setdefault(trace_id, []).append(segment)
        if len(self._open) > self._open_traces:
            oldest = next(iter(self._open))
            self._packed[oldest].append(zlib.compress(json.dumps(self._open.pop(oldest)).encode(), 1))
        if len(self._packed) > self._most:
            oldest = next(iter(self._packed))
            del self._packed[oldest]
            self._open.pop(oldest, None)
            self.forgotten += 1

    def of(self, trace_id: str) -> list[Segment]:
        """A trace's segments; none for a trace that is not known, or no more."""
        packed = (json.loads(zlib.decompress(part)) for part in self._packed.get(trace_id, ()))
        return [*itertools.chain.from_iterable(packed), *self._open.get(trace_id, ())]

    def traces(self, since: int = 0) -> Iterator[tuple[int, str]]:
        """Each trace's number, counted from the first one ever, and its id; from a number on."""
        skipped = max(0, since - self.forgotten)
        ids = list(itertools.islice(self._packed, skipped, None))
        return enumerate(ids, self.forgotten + skipped)
