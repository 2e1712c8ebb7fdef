"""`canary status`: what is in force, and what needs a person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.fakes.aws import refusal

if TYPE_CHECKING:
    from tests.cli.conftest import Canary
    from tests.fakes.account import Account


def test_all_well_and_off(canary: Canary) -> None:
    """A fresh unit is off, healthy, and says nothing on stderr."""
    result = canary("status")
    assert result.exit_code == 0
    assert "phase        off" in result.stdout
    assert result.stderr == ""


def test_json_is_one_document_on_stdout(canary: Canary, account: Account) -> None:
    """GIVEN a canary at 1 % WHEN asked for JSON THEN phase, step and verdict are in it."""
    account.canary(1)
    account.count(3000, 30)
    document = json.loads(canary("status", "--json").stdout)
    assert document["phase"] == "canary 1 %"
    assert document["step"]["percentage"] == 1
    assert document["verdict"]["decision"] == "INCONCLUSIVE"


def test_a_rollback_needs_attention(canary: Canary, account: Account) -> None:
    """GIVEN a latch THEN the phase says so, what to do is said, and the exit code is 3."""
    account.latch()
    result = canary("status")
    assert result.exit_code == 3
    assert "phase        rolled back" in result.stdout
    assert "canary resume" in result.stdout


def test_a_kill_switch_without_a_latch_was_turned_by_hand(canary: Canary, account: Account) -> None:
    """The kill switch is on and nobody has latched: that is not ours, and said."""
    account.latch()
    account.ssm.parameters.clear()
    assert "somebody turned it by hand" in canary("status").stdout


def test_an_alarm_that_is_gone_needs_attention(canary: Canary, account: Account) -> None:
    """An alarm that does not exist can roll nothing back."""
    del account.states["canary-alarm"]
    result = canary("status")
    assert result.exit_code == 3
    assert "Alarm canary-alarm does not exist." in result.stdout


def test_what_aws_refuses_is_one_sentence(canary: Canary, account: Account) -> None:
    """GIVEN no permission THEN exit code 1, one line on stderr, nothing on stdout, no traceback."""
    account.script.will("start_configuration_session", refusal("AccessDeniedException", "not for you", 403))
    result = canary("status", "--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("canary: AWS: ")
    assert result.stderr.count("\n") == 1


def test_ctrl_c_ends_with_130(canary: Canary, account: Account) -> None:
    """An interrupted look leaves no traceback."""
    account.script.will("start_configuration_session", KeyboardInterrupt())
    result = canary("status")
    assert result.exit_code == 130
    assert "Traceback" not in result.output


def test_a_change_made_by_hand_is_told_from_our_own(canary: Canary, account: Account) -> None:
    """GIVEN a flag set by this command THEN no drift, however long the reason; by hand THEN drift."""
    assert canary("enable", "--percentage", "1", "--reason", 'é" ' * 85).exit_code == 0
    assert canary("status").exit_code == 0
    account.flags.finish("ramp")
    account.canary(2)
    result = canary("status")
    assert result.exit_code == 3
    assert "was made outside of this command" in result.stdout
    assert json.loads(canary("status", "--json").stdout)["drift"][0]["thing"] == "ramp flag"


def test_an_alias_moved_by_hand_needs_attention(canary: Canary, account: Account) -> None:
    """GIVEN weights that no release made THEN it is said, with the command that mends it."""
    account.functions._inner.alias["RoutingConfig"] = {"AdditionalVersionWeights": {"2": 0.5}}
    result = canary("status")
    assert result.exit_code == 3
    assert "mock-read:live is at version 1" in result.stdout
    assert "aws lambda update-alias" in result.stdout
