"""A log stream's events, kept small: read like a list, old ones compressed, the oldest forgotten.

On AWS a group's retention bounds what it holds. Here three hours pass in minutes, so a number of events does;
nothing that one rehearsal writes comes near it, and a cloud that is left up under traffic does not grow for
ever.
"""

from __future__ import annotations

import json
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

Event = dict[str, Any]
"""``timestamp``, ``message`` and ``ingestionTime``, times in milliseconds since the epoch."""

TOGETHER = 500
"""Events that are compressed together."""
MOST = 200_000
"""Events of one stream; a rehearsal of three hours writes about 30,000."""


class KeptEvents(Sequence[Event]):
    """Events in the order they were added.

    Args:
        events: The first ones.
        most: How many are kept; the oldest are forgotten, up to `TOGETHER` at once.
    """

    def __init__(self, events: Iterable[Event] = (), most: int = MOST) -> None:
        self._most = most
        self._packed: deque[bytes] = deque()
        self._new: list[Event] = []
        self._unpacked: tuple[bytes, list[Event]] = (b"", [])
        self.extend(events)

    def extend(self, events: Iterable[Event]) -> None:
        """Add events."""
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
        """The last ones unpacked are remembered: who reads one mostly reads its neighbours."""
        if self._unpacked[0] is not packed:
            self._unpacked = packed, json.loads(zlib.decompress(packed))
        return self._unpacked[1]
