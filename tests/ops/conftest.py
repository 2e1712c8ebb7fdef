"""A unit in memory for each test."""

from __future__ import annotations

import pytest

from tests.fakes.unit import Unit


@pytest.fixture
def unit() -> Unit:
    """A unit with safe baselines deployed, everything OK and off."""
    return Unit()
