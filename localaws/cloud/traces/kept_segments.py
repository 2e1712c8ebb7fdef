"""X-Ray segments in little memory: segments of older traces are compressed, the oldest traces are dropped.

X-Ray keeps traces for 30 days
(https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-traces). Here three hours
pass in minutes, so the number of traces is bounded instead. A rehearsal makes about 15,000.
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
"""Number of traces that are not compressed, since more segments are expected. Segments that arrive later are
still added to a compressed trace."""
MOST = 100_000
"""Most traces that are kept, which takes about 150 MB at most."""


class KeptSegments:
    """Keeps segments in the order of their arrival, and traces in the order in which they began.

    Args:
        most: Number of traces to keep. Defaults to `MOST`.
        open_traces: Number of traces that are not compressed. Defaults to `OPEN`.

    Attributes:
        forgotten: Number of traces that have been dropped.
    """

    def __init__(self, most: int = MOST, open_traces: int = OPEN) -> None:
        self._most, self._open_traces = most, open_traces
        self._packed: dict[str, list[bytes]] = {}
        self._open: dict[str, list[Segment]] = {}
        self.forgotten = 0

    def add(self, segment: Segment) -> None:
        """Store a segment under its ``trace_id``."""
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
        """Return the segments of a trace. The list is empty if the trace is unknown or was dropped."""
        packed = (json.loads(zlib.decompress(part)) for part in self._packed.get(trace_id, ()))
        return [*itertools.chain.from_iterable(packed), *self._open.get(trace_id, ())]

    def traces(self, since: int = 0) -> Iterator[tuple[int, str]]:
        """Iterate over the traces from a number on.

        Args:
            since: Number of the first trace to return. Defaults to 0, which returns all traces.

        Returns:
            Number and id of each trace. Numbers count from the first trace ever, including dropped ones.
        """
        skipped = max(0, since - self.forgotten)
        ids = list(itertools.islice(self._packed, skipped, None))
        return enumerate(ids, self.forgotten + skipped)
