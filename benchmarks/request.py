"""Our own time on the mock path, shadow, metrics and tracing on, beside two read paths one would write.

All three run under AWS's runtime client with AppConfig, X-Ray and a Prisma of 20 ms on the loopback
interface, in alternating rounds. *own* is the CPU time of the handler's thread, *waits* is what a user
waits for inside the function.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:1] = [str(ROOT), str(ROOT / "functions")]

from benchmarks import measuring  # noqa: E402 - needs the path above
from tests.mock_read.lambda_host import Sandbox, Services, get  # noqa: E402 - as above
from tests.mock_read.parts import SHADOW, prisma  # noqa: E402 - as above

ROUNDS, EACH, WARM_UP = 7, 60, 20
PRISMA_S = 0.02
OURS = "ours"
SUBJECTS = {
    OURS: "mock_read.handler",
    "Powertools handler": "benchmarks.subjects.powertools_handler",
    "laboratory": "benchmarks.subjects.laboratory_handler",
}


def slow(_: str, query: dict[str, Any]) -> Any:
    """Answer as Prisma's side does, after `PRISMA_S` seconds."""
    time.sleep(PRISMA_S)
    return prisma(query)


def started(module: str) -> Sandbox:
    """Start a sandbox with one subject."""
    ours = module == SUBJECTS[OURS]
    others = ROOT / ".venvs" / "bundles" / "mock_read" if ours else measuring.install_peers()
    return Sandbox(
        Services(SHADOW, slow),
        "benchmarks.subjects.timed.lambda_handler",
        SUBJECT=module,
        PYTHONPATH=f"{ROOT}:{ROOT / 'functions'}:{others}",
    )


def asked(sandbox: Sandbox, *, rests: bool) -> dict[str, float]:
    """Send one request and return its times. Ours counts as done when its work after the response is done."""
    done = sandbox.invoke(get())
    if done.failed or done.answer["status"] != 200:  # noqa: PLR2004 - OK
        sys.exit(f"A subject failed: {done.answer}")
    if rests:
        done.rest.wait()
    answer: dict[str, float] = done.answer
    return answer


def measure() -> list[measuring.Figure]:
    """Measure all subjects in alternating rounds."""
    kept: dict[str, list[list[dict[str, float]]]] = {name: [] for name in SUBJECTS}
    with contextlib.ExitStack() as stack:
        sandboxes = {name: started(module) for name, module in SUBJECTS.items()}
        for sandbox in sandboxes.values():
            stack.callback(sandbox.end)
        for name, sandbox in sandboxes.items():
            for _ in range(WARM_UP):
                asked(sandbox, rests=name == OURS)
        for _ in range(ROUNDS):
            for name, sandbox in sandboxes.items():
                kept[name].append([asked(sandbox, rests=name == OURS) for _ in range(EACH)])
    figures = []
    for name, rounds in kept.items():
        marks = (1.0, 5.0) if name == OURS else (None, None)
        own = [[one["own"] for one in each] for each in rounds]
        waits = [[one["waited"] for one in each] for each in rounds]
        figures += [
            measuring.figure(
                f"{name}: own, median", "ms", [statistics.median(each) for each in own], marks[0]
            ),
            measuring.figure(f"{name}: own, P99", "ms", [measuring.p99(each) for each in own], marks[1]),
            measuring.figure(
                f"{name}: user waits, median", "ms", [statistics.median(each) for each in waits]
            ),
            measuring.figure(f"{name}: user waits, P99", "ms", [measuring.p99(each) for each in waits]),
        ]
    return figures + ahead(figures)


def ahead(figures: list[measuring.Figure]) -> list[measuring.Figure]:
    """Compare our median time and wait with each peer's; the ratio must be below 1."""
    median = {one.name: one.median for one in figures}
    return [
        measuring.figure(
            f"ours / {peer}: {what}",
            "x",
            [median[f"{OURS}: {what}, median"] / median[f"{peer}: {what}, median"]],
            1.0,
        )
        for peer in SUBJECTS
        if peer != OURS
        for what in ("own", "user waits")
    ]


if __name__ == "__main__":
    raise SystemExit(measuring.run("request", __doc__, measure))
