"""When a canary is rolled back: the verdict beside alarms, Kayenta's rule and a z-test, on the same streams.

A beta of three hours in which the canary is healthy counts false rollbacks; two days of one that fails
count the requests and minutes until it is caught. Seeds are fixed: two runs print the same table.
`--check` fails when a mark is missed.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)  # not this folder, where `verdict` is this file

from benchmarks.rollback_rules import alarms, kayenta, ours, z_score  # noqa: E402 - needs the path above
from benchmarks.rollback_rules.streams import HEALTHY, LIMIT, make  # noqa: E402 - as above
from canary.verdict.rate_test import ALPHA_TOO_HIGH  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmarks.rollback_rules.streams import Minutes, Streams

SEED = 20261101
PER_MINUTE = (0.2, 3.0, 30.0)
"""Canary requests per minute. The sheet's 3,000 requests in three hours make 0.17 at 1 %."""
FAILING = (0.05, 0.10, 0.20, 0.50, 1.00)
NOT_OVER = (HEALTHY, LIMIT)
BETA_MINUTES, BETAS = 180, 2000
WATCH_MINUTES, WATCHED = 2880, 400
PROMISED = {0.05: 339, 0.10: 62, 0.20: 17, 0.50: 3, 1.00: 2}
"""Median requests to NO-GO if the verdict is read after every request, by true error rate."""
HALF = 0.5 - 2 * (0.25 / WATCHED) ** 0.5
"""Half of the streams, less twice the sampling error of that many streams."""
OURS = "verdict"
RULES: dict[str, Callable[[Streams], Minutes]] = {
    OURS: ours.verdict,
    "sheet's alarm, all requests": alarms.sheet,
    "alarm on the canary, no floor": alarms.canary_rate,
    "M of N, no floor": alarms.m_of_n,
    "M of N, floor of 10 requests": alarms.m_of_n_with_floor,
    "deployed alarm, floor of 5 errors": alarms.deployed,
    "Kayenta, Mann-Whitney, hourly": kayenta.mann_whitney,
    "z-test every minute": z_score.every_minute,
    "z-test from 250 requests": z_score.from_enough,
}


@dataclass(frozen=True)
class Found:
    """Result of one rule on one kind of stream.

    Attributes:
        rule: Name of the rule.
        per_minute: Canary requests per minute.
        rate: The canary's true error rate.
        rolled_back: Fraction of the streams in which the rule acted: within a beta for rates that are not
            over the limit, within two days for rates that are.
        requests: Median canary requests until the rule acted; ``None`` if it did not act in half of the
            streams.
        minutes: Median minutes until the rule acted; ``None`` in the same case.
        by_mark: Fraction of the streams that were caught within the number of requests that the verdict
            promises; ``None`` if nothing is promised.
    """

    rule: str
    per_minute: float
    rate: float
    rolled_back: float
    requests: float | None
    minutes: float | None
    by_mark: float | None


def measure() -> Iterable[Found]:
    """Run every rule on every kind of stream."""
    for per_minute in PER_MINUTE:
        for rate in (*NOT_OVER, *FAILING):
            healthy = rate in NOT_OVER
            shape = (BETAS, BETA_MINUTES) if healthy else (WATCHED, WATCH_MINUTES)
            random = np.random.default_rng([SEED, round(per_minute * 10), round(rate * 1000)])
            streams = make(random, rate, per_minute, *shape)
            seen = np.cumsum(streams.canary, axis=1)
            for name, rule in RULES.items():
                yield _found(name, per_minute, rate, rule(streams), seen)


def _found(name: str, per_minute: float, rate: float, at: Minutes, seen: Minutes) -> Found:
    acted = at > 0
    minutes = np.where(acted, at, np.inf)
    requests = np.where(acted, seen[np.arange(len(at)), at - 1], np.inf)
    caught = bool(np.isfinite(np.median(minutes)))
    return Found(
        rule=name,
        per_minute=per_minute,
        rate=rate,
        rolled_back=float(acted.mean()),
        requests=float(np.median(requests)) if caught else None,
        minutes=float(np.median(minutes)) if caught else None,
        by_mark=float((requests <= mark(rate, per_minute)).mean()) if rate in PROMISED else None,
    )


def mark(rate: float, per_minute: float) -> float:
    """Return the number of requests by which half of the streams have to be caught.

    It is the promise plus 5 % or one request, whichever is more, because the promise comes from a simulation,
    plus the requests of one minute, because the guard looks once a minute: about three arrive as up to five.
    """
    a_minute = math.ceil(per_minute + math.sqrt(per_minute))
    return max(PROMISED[rate] * 1.05, PROMISED[rate] + 1) + a_minute


def missed(found: list[Found]) -> list[str]:
    """List the missed marks, one sentence each."""
    problems = []
    for one in (one for one in found if one.rule == OURS):
        where = f"at {100 * one.rate:g} % and {one.per_minute:g} a minute"
        if one.by_mark is None and one.rolled_back > ALPHA_TOO_HIGH:
            problems.append(f"{100 * one.rolled_back:.2g} % false rollbacks {where}")
        if one.by_mark is not None and one.by_mark < HALF:
            problems.append(f"{100 * one.by_mark:.0f} % caught as promised {where}, not half of them")
    return problems


def table(found: list[Found]) -> list[str]:
    """Format the results: one block for each traffic, one line for each rule."""
    lines = []
    for per_minute in PER_MINUTE:
        lines += [
            "",
            f"{per_minute:g} canary requests a minute",
            f"  {'':<34}{'false rollbacks a beta':>23}   requests / minutes until it is caught, failing",
            f"  {'':<34}"
            + "".join(f"{100 * rate:>11g} %" for rate in NOT_OVER)
            + "".join(f"{100 * rate:>15g} %" for rate in FAILING),
        ]
        for name in RULES:
            own = {one.rate: one for one in found if (one.rule, one.per_minute) == (name, per_minute)}
            false = "".join(f"{100 * own[rate].rolled_back:>11.2f} %" for rate in NOT_OVER)
            lines.append(f"  {name:<34}{false}" + "".join(f"{_caught(own[rate]):>17}" for rate in FAILING))
    return lines


def _caught(one: Found) -> str:
    if one.requests is None or one.minutes is None:
        return f"({100 * one.rolled_back:.0f} % in 2 d)"
    return f"{one.requests:.0f} / {one.minutes:.0f}"


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the table, and save the results; return 1 if `--check` finds a missed mark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when a mark is missed")
    given = parser.parse_args(arguments)
    found = list(measure())
    kept = ROOT / "build/bench/verdict.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"seed": SEED, "found": [asdict(one) for one in found]}, indent=1) + "\n")
    print("\n".join(table(found)))
    problems = missed(found)
    print("\n" + ("\n".join(f"missed: {problem}" for problem in problems) or "No mark was missed."))
    print(f"Kept in {kept.relative_to(ROOT)}.")
    return int(bool(problems) and given.check)


if __name__ == "__main__":
    raise SystemExit(main())
