"""What a comparison costs; it is measured with nothing else running."""

from __future__ import annotations

import copy
import json
import time
from typing import Any

import pytest

from canary.read import contract
from canary.read.compare.comparison import compare

KEY = b"k" * 32


def document(items: int = 230) -> Any:
    """About 100 KB as JSON, of the contract's kind."""
    body: Any = contract.mock(contract.Query("c-0001"))
    post = body["posts"]["items"][0]
    body["posts"]["items"] = [
        {**copy.deepcopy(post), "id": f"p-{n}", "tags": ["a", "b"]} for n in range(items)
    ]
    return json.loads(json.dumps(body))


@pytest.mark.parametrize("change", [None, "title", "missing"])
def test_100_kb_cost_less_than_5_ms(change: str | None) -> None:
    """CPU time of the best of some rounds: a busy machine must not fail it."""
    control, candidate = document(), document()
    assert 90_000 < len(json.dumps(control)) < 130_000
    if change == "title":
        candidate["posts"]["items"][200]["title"] = "another"
    elif change == "missing":
        del candidate["posts"]["items"][200]
    best = float("inf")
    for _ in range(200):
        began = time.thread_time()
        found = compare(control, candidate, contract.RULES, KEY)
        best = min(best, time.thread_time() - began)
        assert len(found) == (0 if change is None else 1)
        if best < 0.005:
            return
    pytest.fail(f"the best of 200 rounds took {best * 1000:.1f} ms")
