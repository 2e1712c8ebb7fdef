"""Memory of everything a run has started, measured from outside."""

from __future__ import annotations

import threading

import psutil

EVERY_S = 2.0


class MemoryWatch:
    """Samples the proportional memory of this process, its descendants and a cloud's group.

    Proportional set size counts a page shared by n processes n-th in each, so forked PostgreSQL
    backends are not counted many times over. Where the system has none, resident size is taken,
    which can only make the figure larger.
    """

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)

    def start(self) -> None:
        """Begin sampling."""
        self._thread.start()

    def stop(self) -> None:
        """End sampling; the peak stays."""
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._stopping.wait(EVERY_S):
            total = sum(_bytes(one) for one in (me, *me.children(recursive=True)))
            self.peak_mb = max(self.peak_mb, total / 1024 / 1024)


def _bytes(process: psutil.Process) -> int:
    try:
        info = process.memory_full_info()
        return int(getattr(info, "pss", 0) or info.rss)
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return 0  # it ended between being listed and being asked
