"""What is not exactly what we deploy means the mock for everybody, and says why once."""

from __future__ import annotations

import math
from typing import Any

import pytest

from canary.read import flags
from canary.read.flags import FlagError
from tests.mock_read import parts
from tests.mock_read.parts import OFF, read_path

ON = {"enabled": True, "percentage": 100}
MALFORMED: dict[str, Any] = {
    "nothing at all": b" ",
    "garbage": b"\xff\x00{",
    "cut short": b'{"prismaAdapter": {"enab',
    "text": "on",
    "a list": [],
    "null": None,
    "an empty object": {},
    "the flag missing": {"prismaShadow": ON},
    "the shadow flag missing": {"prismaAdapter": ON},
    "the flag a boolean": {"prismaAdapter": True, "prismaShadow": OFF},
    "enabled missing": {"prismaAdapter": {"percentage": 100}, "prismaShadow": OFF},
    "enabled as text": {"prismaAdapter": {"enabled": "true", "percentage": 100}, "prismaShadow": OFF},
    "enabled as a number": {"prismaAdapter": {"enabled": 1, "percentage": 100}, "prismaShadow": OFF},
    "percentage missing": {"prismaAdapter": {"enabled": True}, "prismaShadow": OFF},
    "percentage as text": {"prismaAdapter": {"enabled": True, "percentage": "100"}, "prismaShadow": OFF},
    "percentage a boolean": {"prismaAdapter": {"enabled": True, "percentage": True}, "prismaShadow": OFF},
    "percentage negative": {"prismaAdapter": {"enabled": True, "percentage": -1}, "prismaShadow": OFF},
    "percentage above 100": {"prismaAdapter": {"enabled": True, "percentage": 100.01}, "prismaShadow": OFF},
    "percentage no number": {"prismaAdapter": {"enabled": True, "percentage": math.nan}, "prismaShadow": OFF},
    "percentage endless": {"prismaAdapter": {"enabled": True, "percentage": math.inf}, "prismaShadow": OFF},
    "an unknown field": {"prismaAdapter": {**ON, "percent": 1}, "prismaShadow": OFF},
    "allow as text": {"prismaAdapter": {**ON, "allow": "user-1"}, "prismaShadow": OFF},
    "deny of numbers": {"prismaAdapter": {**ON, "deny": [1]}, "prismaShadow": OFF},
    "too deep": b"[" * 100_000,
    "as it is written, not as it is served": {"version": "1", "flags": {}, "values": {"prismaAdapter": ON}},
}
MALFORMED_KILL: dict[str, Any] = {
    "nothing": {},
    "garbage": b"}{",
    "as text": {"prismaKill": {"enabled": "false"}},
    "null": {"prismaKill": {"enabled": None}},
    "an unknown field": {"prismaKill": {"enabled": False, "until": "noon"}},
}


@pytest.mark.parametrize("document", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_document_means_the_mock_and_one_line(document: Any) -> None:
    """However often users ask: they get the mock, and the reason is logged once, with a metric."""
    path = read_path(refreshed=False)
    path.appconfig.documents["read-flags"] = document
    path.service.flags.refresh()
    for _ in range(5):
        assert path.body() == parts.expected()
        path.service.work()
    assert not path.canary.asked
    lines = path.lines.messages("FLAG")
    assert len(lines) == 1
    assert lines[0]["why"].startswith("read flags: ")
    assert path.lines.metric("FlagErrors") >= 1


@pytest.mark.parametrize("document", MALFORMED_KILL.values(), ids=MALFORMED_KILL)
def test_a_kill_switch_that_cannot_be_read_counts_as_on(document: Any) -> None:
    """The ramp flag alone never lets anybody into the canary."""
    path = read_path(parts.CANARY, refreshed=False)
    path.appconfig.documents["kill-switch"] = document
    path.service.flags.refresh()
    assert path.body() == parts.expected()
    assert not path.canary.asked
    assert "kill switch" in path.lines.messages("FLAG")[0]["why"]


def test_the_kill_switch_beats_the_ramp() -> None:
    """Canary = ramp AND NOT kill."""
    path = read_path(parts.CANARY, kill=parts.KILL_ON)
    path.get()
    assert not path.canary.asked
    assert path.lines.messages("FLAG")[0]["kill"] is True


def test_the_kill_switch_leaves_the_shadow_alone() -> None:
    """Nobody waits for the shadow, and it is what says when the canary may come back."""
    path = read_path(parts.SHADOW, kill=parts.KILL_ON)
    path.get()
    path.service.work()
    assert path.lines.metric("ShadowCompared") == 1


def test_a_disabled_flag_needs_no_attributes() -> None:
    """AppConfig leaves them out."""
    canary, shadow = flags.ramp(parts.ALL_OFF)
    assert (canary.enabled, shadow.enabled) == (False, False)


def test_a_variant_is_no_unknown_field() -> None:
    """AppConfig adds its name to flags that have variants."""
    assert flags.ramp({"prismaAdapter": {**ON, "_variant": "on"}, "prismaShadow": OFF})[0].enabled


@pytest.mark.parametrize("stamp", ["_createdAt", "_updatedAt"])
def test_a_stamp_is_no_unknown_field(stamp: str) -> None:
    """AppConfig stamps what it stores; no document says that it serves that, and none that it does not."""
    assert flags.killed({"prismaKill": {"enabled": True, stamp: "2026-01-01T00:00:00.000Z"}})


def test_what_is_wrong_is_named() -> None:
    """An operator reads the log line, not the source."""
    with pytest.raises(FlagError, match=r"prismaAdapter\.percentage is not a number from 0 to 100"):
        flags.ramp({"prismaAdapter": {"enabled": True, "percentage": 101}, "prismaShadow": OFF})


def test_listed_users_are_in_and_out_whatever_the_percentage() -> None:
    """The beta's users are in at 0 %; a denied user is out at 100 %, and deny wins."""
    ramp = {"enabled": True, "percentage": 0, "allow": ["in", "both"], "deny": ["both"]}
    path = read_path({"prismaAdapter": ramp, "prismaShadow": OFF})
    for user in ("in", "both", "other"):
        path.get(parts.http_api(user=user))
    assert [line["path"] for line in path.lines.messages("SUCCESS")] == ["prisma", "mock", "mock"]


def test_a_listed_user_is_out_while_the_flag_is_off() -> None:
    """Turning the flag off turns everybody off; AppConfig serves no list then."""
    path = read_path({"prismaAdapter": {"enabled": False, "allow": ["in"]}, "prismaShadow": OFF})
    path.get(parts.http_api(user="in"))
    assert not path.canary.asked


def test_lists_are_counted_in_the_log_and_not_named() -> None:
    """The log holds no user ids."""
    path = read_path({"prismaAdapter": {**ON, "allow": ["mallory"]}, "prismaShadow": OFF})
    assert path.lines.messages("FLAG")[0]["prismaAdapter"] == {
        "enabled": True,
        "percentage": 100.0,
        "allow": 1,
    }
    assert "mallory" not in path.lines.text.getvalue()
