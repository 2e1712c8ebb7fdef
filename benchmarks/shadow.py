"""What shadowing costs a user when Prisma takes 500 ms: nothing that can be measured.

Time from the event to "runtime done" under AWS's runtime client, shadow on and off in alternating rounds,
and with `laboratory` in line for comparison.
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
from tests.mock_read.parts import ALL_OFF, SHADOW, prisma  # noqa: E402 - as above

ROUNDS, WARM_UP = 8, 5
EACH = {"on": 8, "off": 8, "laboratory": 2}
PRISMA_S = 0.5


def slow(_: str, query: dict[str, Any]) -> Any:
    """Answer as Prisma's side does, after `PRISMA_S` seconds."""
    time.sleep(PRISMA_S)
    return prisma(query)


def done_ms(sandbox: Sandbox, *, rests: bool) -> float:
    """Send one request and return its time to "runtime done", in milliseconds."""
    done = sandbox.invoke(get())
    if rests:
        done.rest.wait()
        # Pause equally for both: a process that has just worked answers faster than one that has slept.
        time.sleep(max(0.0, PRISMA_S + 0.05 - done.idle_s))
    return done.answered_s * 1000


def measure() -> list[measuring.Figure]:
    """Measure shadow on, shadow off and the peer in alternating rounds."""
    peer = {
        "SUBJECT": "benchmarks.subjects.laboratory_handler",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}:{measuring.install_peers()}",
    }
    kept: dict[str, list[list[float]]] = {name: [] for name in EACH}
    with contextlib.ExitStack() as stack:
        sandboxes = {
            "on": Sandbox(Services(SHADOW, slow)),
            "off": Sandbox(Services(ALL_OFF, slow)),
            "laboratory": Sandbox(Services(SHADOW, slow), "benchmarks.subjects.timed.lambda_handler", **peer),
        }
        for name, sandbox in sandboxes.items():
            stack.callback(sandbox.end)
            for _ in range(WARM_UP):
                done_ms(sandbox, rests=name != "laboratory")
        for _ in range(ROUNDS):
            for name, sandbox in sandboxes.items():
                kept[name].append([done_ms(sandbox, rests=name != "laboratory") for _ in range(EACH[name])])
    medians = {name: [statistics.median(each) for each in rounds] for name, rounds in kept.items()}
    more = statistics.median(medians["on"]) - statistics.median(medians["off"])
    # Over all requests together: one round is too small for a percentile.
    tails = {name: measuring.p99([one for each in rounds for one in each]) for name, rounds in kept.items()}
    return [
        measuring.figure("shadow on: runtime done", "ms", medians["on"]),
        measuring.figure("shadow off: runtime done", "ms", medians["off"]),
        measuring.figure("laboratory in line: runtime done", "ms", medians["laboratory"]),
        measuring.figure("shadow costs a user, median", "ms", [more], 1.0),
        measuring.figure("P99 with shadow / without", "x", [tails["on"] / tails["off"]], 1.5),
    ]


if __name__ == "__main__":
    raise SystemExit(measuring.run("shadow", __doc__, measure))
