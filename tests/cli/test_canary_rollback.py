"""`canary rollback` and `canary resume`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.fakes.aws import refusal

if TYPE_CHECKING:
    import pytest

    from tests.cli.conftest import Canary
    from tests.fakes.account import Account


def test_it_never_asks_and_users_are_off(canary: Canary, account: Account) -> None:
    """GIVEN a canary in prod WHEN rolled back THEN without a question: killed, off, latched, people told."""
    account.canary(5)
    result = canary("rollback", "--reason", "users complain", stack="prod")
    assert result.exit_code == 0, result.output
    assert (account.killed, account.off) == (True, True)
    assert "/latch" in account.ssm.parameters
    assert len(account.published) == 1
    assert "kill-switch: done" in result.stdout
    assert "Type" not in result.stderr


def test_it_is_safe_to_repeat(canary: Canary, account: Account) -> None:
    """A second one deploys nothing and keeps who was first."""
    account.canary(5)
    canary("rollback", "--reason", "first")
    deployments = (account.deployments("ramp"), account.deployments("kill"))
    result = canary("rollback", "--reason", "second", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["reason"] == "first"
    assert (account.deployments("ramp"), account.deployments("kill")) == deployments


def test_what_is_left_is_said_with_exit_code_3(canary: Canary, account: Account) -> None:
    """GIVEN an alarm that stays red THEN users are off at once, the flag is left to the guard; code 3."""
    account.canary(5)
    account.states["canary-alarm"] = "ALARM"
    result = canary("rollback", "--reason", "x", "--wait", "0")
    assert result.exit_code == 3
    assert account.killed
    assert "ramp-flag: waiting" in result.stdout


def test_a_trail_that_cannot_be_written_never_keeps_users_on_prisma(canary: Canary, account: Account) -> None:
    """GIVEN the trail is refused THEN the rollback is done all the same, and said to be partial: code 3."""
    account.canary(5)
    account.script.will("create_log_group", refusal("AccessDeniedException", "no", 403))
    result = canary("rollback", "--reason", "x")
    assert result.exit_code == 3
    assert account.killed
    assert "The audit trail" in result.stderr
    assert "The rollback itself is done." in result.stderr


def test_the_trail_has_the_steps(canary: Canary, account: Account) -> None:
    """Who, why, and how each step ended."""
    account.canary(5)
    canary("rollback", "--reason", "users complain")
    (entry,) = account.trail()
    assert (entry["verb"], entry["stage"], entry["why"]) == ("rollback", "done", "users complain")
    assert entry["after"]["steps"]["kill-switch"]["status"] == "done"


def test_ctrl_c_leaves_users_off_and_is_written_down(canary: Canary, account: Account) -> None:
    """GIVEN Ctrl-C while people are told THEN code 130, users are off, latched, and it is in the trail."""
    account.canary(5)
    account.script.will("publish", KeyboardInterrupt())
    assert canary("rollback", "--reason", "x").exit_code == 130
    assert account.killed
    assert "/latch" in account.ssm.parameters
    assert [entry["stage"] for entry in account.trail()] == ["interrupted"]


def test_resume_clears_latch_and_kill_switch_and_turns_nothing_on(canary: Canary, account: Account) -> None:
    """GIVEN a finished rollback WHEN resumed THEN nothing is latched, killed or on; the trail says so."""
    account.canary(5)
    canary("rollback", "--reason", "x")
    result = canary("resume", "--reason", "the index is there again")
    assert result.exit_code == 0, result.output
    assert "/latch" not in account.ssm.parameters
    assert (account.killed, account.off) == (False, True)
    assert [entry["stage"] for entry in account.trail() if entry["verb"] == "resume"] == ["began", "done"]


def test_resume_is_refused_while_the_ramp_flag_is_still_on(canary: Canary, account: Account) -> None:
    """Behind the kill switch the flag is on: taking it off would put users on Prisma again."""
    account.canary(5)
    account.latch()
    result = canary("resume", "--reason", "x")
    assert result.exit_code == 1
    assert "not off yet" in result.stderr
    assert account.killed


def test_resume_asks_in_prod(canary: Canary, account: Account) -> None:
    """It lets users be at risk again: confirmed by typing the stack's name."""
    account.canary(5)
    canary("rollback", "--reason", "x")
    assert canary("resume", "--reason", "x", stack="prod", keys="no\n").exit_code == 1
    assert "/latch" in account.ssm.parameters


def test_on_one_screen_no_step_is_told_twice(
    canary: Canary, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a terminal that shows talk and data WHEN rolled back THEN each step is on it once."""
    monkeypatch.setattr("canary.cli.commands.rollback.on_one_screen", lambda: True)
    account.canary(5)
    result = canary("rollback", "--reason", "users complain")
    assert result.exit_code == 0, result.output
    assert result.output.count("kill-switch: done") == 1
    assert "Rolled back: users are off Prisma" in result.stdout


def test_resume_without_a_rollback_changes_nothing_and_says_so(canary: Canary, account: Account) -> None:
    """GIVEN nothing was rolled back, off or with a healthy canary THEN no rollback is claimed or advised."""
    for percent in (0, 1):
        if percent:
            account.canary(percent)
        result = canary("resume", "--reason", "x", stack="prod")
        assert result.exit_code == 0, result.output
        assert "No rollback stands" in result.stdout
        assert "cleared" not in result.output
        assert "canary rollback" not in result.output
    assert account.trail() == []
    assert json.loads(canary("resume", "--reason", "x", "--json").stdout)["ended"] is False
