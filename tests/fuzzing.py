"""How many examples a fuzz test runs: a tenth with a fixed seed in CI, all of them under ``make fuzz``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    Test = TypeVar("Test", bound=Callable[..., object])

ALL = os.environ.get("FUZZ") == "all"
"""Whether every example runs, with a new seed in each run."""


def fuzz(examples: int) -> Callable[[Test], Test]:
    """Mark a property test as a fuzz test.

    Args:
        examples: Number of examples under ``make fuzz``. CI runs a tenth of them, always the same ones.
    """

    def mark(test: Test) -> Test:
        marked: Test = pytest.mark.fuzz(
            settings(
                max_examples=examples if ALL else examples // 10,
                derandomize=not ALL,
                database=None,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            )(test)
        )
        return marked

    return mark
