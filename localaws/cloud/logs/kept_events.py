"""The events of a log stream in little memory: a sequence that compresses old events and drops the oldest.

On AWS the retention of a log group bounds its size. Here three hours pass in minutes, so the number of
events is bounded instead. One rehearsal does not come near the bound, and a cloud that is left running
under traffic does not grow forever.
"""

from __future__ import annotations

import json
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

Event = dict[str, Any]
"""``timestamp``, ``message`` and ``ingestionTime``. Times are in milliseconds since the epoch."""

TOGETHER = 500
"""Number of events that are compressed together."""
MOST = 200_000
"""Most events in one stream. A rehearsal of three hours writes about 30,000."""


class KeptEvents(Sequence[Event]):
    """A sequence of events in the order in which they were added.

    Args:
        events: The first events. Defaults to none.
        most: Number of events to keep. Beyond it the oldest are dropped, `TOGETHER` at a time. Defaults to
            `MOST`.
    """

    def __init__(self, events: Iterable[Event] = (), most: int = MOST) -> None:
        self._most = most
        self._packed: deque[bytes] = deque()
        self._new: list[Event] = []
        self._unpacked: tuple[bytes, list[Event]] = (b"", [])
        self.extend(events)

    def extend(self, events: Iterable[Event]) -> None:
        """Add events, compress old ones, and drop the oldest beyond the limit."""
        self._new.extend(events)
        while len(self._new) >= 2 * TOGETHER:
            self._packed.append(zlib.compress(json.dumps(self._new[:TOGETHER]).encode(), 1))
            del self._new[:TOGETHER]
        while self._packed and len(self) > self._most:
            self._packed.popleft()

    def __len__(self) -> int:
        return len(self._packed) * TOGETHER + len(self._new)

    def __iter__(self) -> Iterator[Event]:
        for packed in tuple(self._packed):
            yield from self._unpack(packed)
        yield from tuple(self._new)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> list[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | list[Event]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(index)
        which, within = divmod(at, TOGETHER)
        if which < len(self._packed):
            return self._unpack(self._packed[which])[within]
        return self._new[at - len(self._packed) * TOGETHER]

    def _unpack(self, packed: bytes) -> list[Event]:
        """Decompress a block of events. The last block is cached, since reads are mostly of neighbours."""
        if self._unpacked[0] is not packed:
            self._unpacked = packed, json.loads(zlib.decompress(packed))
        return self._unpacked[1]
