"""Fixture: a unit in memory for each test."""

from __future__ import annotations

import pytest

from tests.fakes.unit import Unit


@pytest.fixture
def unit() -> Unit:
    """A unit with safe baselines deployed; alarms are OK and flags are off."""
    return Unit()
