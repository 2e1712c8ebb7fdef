"""Measures from outside the memory of everything that a run has started."""

from __future__ import annotations

import threading

import psutil

EVERY_S = 2.0


class MemoryWatch:
    """Samples the proportional memory of this process and all its descendants.

    The proportional set size divides each shared page among the processes that share it. Forked PostgreSQL
    backends are therefore not counted several times. If the system does not report it, the resident size is
    used, which can only make the figure larger.

    Attributes:
        peak_mb: Highest total so far, in MiB.
    """

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)

    def start(self) -> None:
        """Start sampling."""
        self._thread.start()

    def stop(self) -> None:
        """Stop sampling; `peak_mb` remains."""
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
        return 0  # the process ended after it was listed
