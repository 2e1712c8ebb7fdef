"""Shared by all benchmarks: figures over rounds, marks, the table, the JSON file, and the peers' packages."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / "build" / "bench" / "peers"
PEERS_LOCK = ROOT / "tools" / "requirements" / "peers.txt"
RUNTIME = ROOT / ".venvs" / "runtime" / "bin" / "python"
UV = ROOT / ".venvs" / "setup" / "bin" / "uv"


@dataclass(frozen=True)
class Figure:
    """One number measured over several rounds.

    Attributes:
        name: What was measured, and on which subject.
        unit: Unit of the numbers below.
        median: Median of the rounds' figures.
        low: Smallest of the rounds' figures.
        high: Largest of the rounds' figures.
        mark: Limit that the median must not exceed; ``None`` if the figure is only shown for comparison.
    """

    name: str
    unit: str
    median: float
    low: float
    high: float
    mark: float | None = None

    @property
    def missed(self) -> bool:
        """Whether the median exceeds the mark."""
        return self.mark is not None and self.median > self.mark


def figure(name: str, unit: str, rounds: Sequence[float], mark: float | None = None) -> Figure:
    """Build a figure from the figures of all rounds."""
    return Figure(name, unit, statistics.median(rounds), min(rounds), max(rounds), mark)


def p99(values: Sequence[float]) -> float:
    """The 99th percentile, by the nearest-rank method."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 99 // 100) - 1)]


def table(figures: Sequence[Figure]) -> list[str]:
    """Format the figures, one line each, under a header."""
    width = max(len(one.name) for one in figures)
    lines = [f"{'':<{width}}  {'median':>9}  {'rounds from':>11} {'to':>9}  {'mark':>8}"]
    for one in figures:
        mark = "" if one.mark is None else f"{one.mark:8.2f}{' missed' if one.missed else ''}"
        lines.append(
            f"{one.name:<{width}}  {one.median:9.3f}  {one.low:11.3f} {one.high:9.3f}  {mark:>8} {one.unit}"
        )
    return lines


def run(name: str, about: str | None, measure: Callable[[], list[Figure]]) -> int:
    """Measure, print the table, and save the figures; return 1 if `--check` finds a missed mark."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--check", action="store_true", help="fail when a mark is missed")
    given = parser.parse_args()
    figures = measure()
    kept = ROOT / "build" / "bench" / f"{name}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps([asdict(one) for one in figures], indent=1) + "\n")
    print("\n".join(table(figures)))
    missed = [one.name for one in figures if one.missed]
    print("\n" + ("\n".join(f"missed: {one}" for one in missed) or "No mark was missed."))
    print(f"Kept in {kept.relative_to(ROOT)}.")
    return int(bool(missed) and given.check)


def install_peers() -> Path:
    """Install the peers from their hashed lock, once for each lock; return the folder for PYTHONPATH."""
    stamp = PEERS / ".lock-of"
    if not stamp.exists() or stamp.read_text() != PEERS_LOCK.read_text():
        where = ["--python", str(RUNTIME), "--target", str(PEERS)]
        options = ["--quiet", "--no-deps", "--require-hashes", "-r", str(PEERS_LOCK)]
        done = subprocess.run([UV, "pip", "install", *where, *options], check=False)
        if done.returncode:
            sys.exit(f"The peers in {PEERS_LOCK.relative_to(ROOT)} could not be installed; see above.")
        stamp.write_text(PEERS_LOCK.read_text())
    return PEERS
