"""A wrong environment is named variable by variable, before any request."""

from __future__ import annotations

import pytest
from mock_read.settings import SettingsError, read

from tests.mock_read.lambda_host import settings


def test_the_stacks_environment_is_read() -> None:
    """With the defaults of what it leaves out."""
    found = read(settings())
    assert (found.canary_deadline_ms, found.shadow_deadline_ms, found.user_header) == (
        1500,
        2000,
        "x-user-id",
    )


def test_everything_that_is_wrong_is_named_at_once() -> None:
    """One deployment mends all of it."""
    wrong = {
        **settings(),
        "FLAG_PROFILE": "",
        "POLL_INTERVAL_S": "often",
        "CANARY_DEADLINE_MS": "inf",
        "NOISE_PERCENT": "101",
        "USER_PATH": "users",
    }
    with pytest.raises(SettingsError) as raised:
        read(wrong)
    for name in ("FLAG_PROFILE", "POLL_INTERVAL_S", "CANARY_DEADLINE_MS", "NOISE_PERCENT", "USER_PATH"):
        assert name in str(raised.value)
