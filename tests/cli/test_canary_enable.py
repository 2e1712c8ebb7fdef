"""`canary enable`: what it deploys, when it refuses, and what it leaves behind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from canary.unit.flags import documents
from tests.fakes.aws import refusal

if TYPE_CHECKING:
    from tests.cli.conftest import Canary
    from tests.fakes.account import Account


def served(account: Account) -> documents.RampState:
    """The ramp as functions are served it."""
    return documents.ramp_state(account.flags.values("ramp"))


def test_it_turns_the_one_percent_canary_on(canary: Canary, account: Account) -> None:
    """GIVEN 1 % is asked for THEN 1 % of users read from Prisma; talk is on stderr only."""
    result = canary("enable", "--percentage", "1", "--reason", "H+1")
    assert result.exit_code == 0, result.output
    assert served(account) == documents.RampState(1, 0)
    assert "canary 0 -> 1 %" in result.stderr
    assert "canary 0 -> 1 %" not in result.stdout
    assert "is served: canary 1 %" in result.stdout


def test_what_is_not_said_stays(canary: Canary, account: Account) -> None:
    """GIVEN shadow at 100 % WHEN only the percentage is given THEN the shadow stays; 0 turns it off."""
    canary("enable", "--reason", "x", "--shadow", "100")
    assert served(account) == documents.RampState(0, 100)
    canary("enable", "--reason", "x", "--percentage", "2.5")
    assert served(account) == documents.RampState(2.5, 100)
    canary("enable", "--reason", "x", "--shadow", "0")
    assert served(account) == documents.RampState(2.5, 0)


def test_json_says_before_and_after(canary: Canary) -> None:
    """One document with who, why, from what to what."""
    document = json.loads(canary("enable", "--percentage", "1", "--reason", "H+1", "--json").stdout)
    assert document["who"] == "arn:aws:iam::1:user/jo"
    assert document["reason"] == "H+1"
    assert document["before"] == {"percentage": 0, "shadow": 0}
    assert document["after"] == {"percentage": 1, "shadow": 0}


def test_the_trail_has_who_when_why_before_and_after(canary: Canary, account: Account) -> None:
    """GIVEN a change THEN it is written down before it is made, and again when it is done."""
    canary("enable", "--percentage", "1", "--reason", "H+1")
    began, done = account.trail()
    assert (began["stage"], done["stage"]) == ("began", "done")
    assert began["change"] == done["change"]
    for entry in (began, done):
        assert (entry["verb"], entry["who"], entry["why"]) == ("enable", "arn:aws:iam::1:user/jo", "H+1")
        assert entry["before"] == {"percentage": 0, "shadow": 0}
        assert entry["after"]["percentage"] == 1
    assert done["after"]["deployment"] == 2


def test_without_a_trail_nothing_is_changed(canary: Canary, account: Account) -> None:
    """GIVEN the trail cannot be written THEN the change is refused, and the missing permission named."""
    account.script.will("put_log_events", refusal("AccessDeniedException", "no", 403))
    result = canary("enable", "--percentage", "1", "--reason", "x")
    assert result.exit_code == 1
    assert "logs:PutLogEvents" in result.stderr
    assert served(account).off


def test_a_latch_refuses(canary: Canary, account: Account) -> None:
    """GIVEN a rollback THEN it refuses, says whose, and the refusal is in the trail."""
    account.latch()
    result = canary("enable", "--percentage", "1", "--reason", "x")
    assert result.exit_code == 1
    assert "Rolled back by alarm canary-alarm" in result.stderr
    assert "canary resume" in result.stderr
    assert [entry["stage"] for entry in account.trail()] == ["began", "refused"]
    assert served(account).off


def test_a_kill_switch_or_a_red_alarm_refuses(canary: Canary, account: Account) -> None:
    """Neither would last: said before anything is deployed."""
    account.states["canary-alarm"] = "ALARM"
    assert "canary-alarm is red" in canary("enable", "--percentage", "1", "--reason", "x").stderr
    account.states["canary-alarm"] = "OK"
    account.deploy("kill", documents.kill(None, on=True))
    assert "kill switch is on" in canary("enable", "--percentage", "1", "--reason", "x").stderr
    assert served(account).off


def test_of_two_operators_at_once_only_one_changes_it(canary: Canary, account: Account) -> None:
    """GIVEN somebody deploys 25 % while this one decides on 1 % THEN this one is refused and told."""
    account.script.will("create_log_stream", lambda: account.canary(25))
    result = canary("enable", "--percentage", "1", "--reason", "x")
    assert result.exit_code == 1
    assert "Somebody has changed the ramp meanwhile: canary 25 %" in result.stderr
    assert served(account).percentage == 25


def test_a_deployment_started_at_the_same_moment_conflicts(canary: Canary, account: Account) -> None:
    """GIVEN AppConfig answers 409 THEN it is said who may have been faster, and nothing is tried again."""
    account.script.will("start_deployment", refusal("ConflictException", "in progress", 409))
    result = canary("enable", "--percentage", "1", "--reason", "x")
    assert result.exit_code == 1
    assert "Somebody else is deploying" in result.stderr


def test_a_rollback_meanwhile_wins(canary: Canary, account: Account) -> None:
    """GIVEN the guard latches between the look and the deployment THEN users are off Prisma afterwards."""
    account.script.will("start_deployment", account.latch)
    result = canary("enable", "--percentage", "1", "--reason", "x")
    assert result.exit_code == 1
    assert "Rolled back meanwhile" in result.stderr
    assert account.killed
    assert account.off


def test_it_goes_on_from_what_is_served_never_from_what_was_rolled_back(
    canary: Canary, account: Account
) -> None:
    """GIVEN a bad document that alarms have taken back WHEN enabling THEN nothing of it is deployed again."""
    bad = documents.ramp(None, percentage=1, shadow=None)
    bad["values"]["prismaAdapter"]["deny"] = ["everybody"]
    account.deploy("ramp", bad)
    account.flags.environments["ramp"].deployments[-1].state = "ROLLED_BACK"
    assert canary("enable", "--percentage", "1", "--reason", "x").exit_code == 0
    assert "deny" not in account.flags.values("ramp")["prismaAdapter"]


@pytest.mark.parametrize("bad", ["101", "-1", "nan", "much"])
def test_a_percentage_out_of_range_is_wrong_usage(canary: Canary, account: Account, bad: str) -> None:
    """Said with the option's name, without a traceback; nothing is changed."""
    result = canary("enable", "--reason", "x", "--percentage", bad)
    assert result.exit_code == 2
    assert "percentage" in result.stderr
    assert "Traceback" not in result.output
    assert served(account).off


def test_steps_finer_than_a_bucket_are_refused(canary: Canary) -> None:
    """0.005 % is half a bucket."""
    result = canary("enable", "--reason", "x", "--percentage", "0.005")
    assert result.exit_code == 2
    assert "steps of 0.01" in result.stderr


def test_a_reason_is_wanted(canary: Canary) -> None:
    """Wrong usage: exit code 2."""
    result = canary("enable")
    assert result.exit_code == 2
    assert "--reason" in result.stderr


def test_prod_is_confirmed_by_typing_its_name(canary: Canary, account: Account) -> None:
    """GIVEN prod WHEN its name is typed THEN it is done; the question is on stderr."""
    result = canary("enable", "--percentage", "1", "--reason", "x", stack="prod", keys="prod\n")
    assert result.exit_code == 0, result.output
    assert "Type the stack's name (prod)" in result.stderr
    assert served(account).percentage == 1


@pytest.mark.parametrize("keys", ["yes\n", "beta\n", ""])
def test_anything_else_typed_changes_nothing_in_prod(canary: Canary, account: Account, keys: str) -> None:
    """A wrong name, a habit, or nobody there to type: nothing is changed, nothing is in the trail."""
    result = canary("enable", "--percentage", "1", "--reason", "x", stack="prod", keys=keys)
    assert result.exit_code == 1
    assert served(account).off
    assert account.trail() == []


def test_machines_say_yes(canary: Canary, account: Account) -> None:
    """--yes asks nothing."""
    assert canary("enable", "--percentage", "1", "--reason", "x", "--yes", stack="prod").exit_code == 0
    assert served(account).percentage == 1


def test_ctrl_c_while_waiting_is_written_down(canary: Canary, account: Account) -> None:
    """GIVEN Ctrl-C during a change THEN exit code 130, and the trail says interrupted."""
    account.script.will("start_deployment", KeyboardInterrupt())
    result = canary("enable", "--percentage", "1", "--reason", "x")
    assert result.exit_code == 130
    assert [entry["stage"] for entry in account.trail()] == ["began", "interrupted"]


def test_without_a_percentage_nothing_is_turned_on_or_changed(canary: Canary, account: Account) -> None:
    """GIVEN off, or 25 % WHEN neither option is given THEN wrong usage, and what is in force stays."""
    for percent in (0, 25):
        if percent:
            account.canary(percent)
        result = canary("enable", "--reason", "x")
        assert result.exit_code == 2
        assert "--percentage 1 turns the 1 % canary on" in result.stderr
        assert served(account).percentage == percent
    assert account.trail() == []


def test_the_same_values_go_on_with_the_step(canary: Canary, account: Account) -> None:
    """GIVEN 5 % WHEN 5 % is asked for again THEN nothing is deployed or asked, and the evidence stays."""
    canary("enable", "--reason", "D+2", "--percentage", "5")
    deployments = account.deployments("ramp")
    entries = len(account.trail())
    result = canary("enable", "--reason", "again", "--percentage", "5", stack="prod")
    assert result.exit_code == 0, result.output
    assert "Nothing changes: canary 5 %, shadow 0 % are in force. The step goes on" in result.stdout
    assert account.deployments("ramp") == deployments
    assert len(account.trail()) == entries
    assert json.loads(canary("enable", "--reason", "x", "--shadow", "0", "--json").stdout)["changed"] is False


def test_other_values_say_that_the_evidence_starts_again(canary: Canary) -> None:
    """GIVEN a change THEN it is said before it is made."""
    result = canary("enable", "--reason", "x", "--percentage", "1")
    assert "begins a new step: its clock and its evidence start again" in result.stderr


def test_the_same_values_behind_a_latch_are_not_in_force(canary: Canary, account: Account) -> None:
    """GIVEN 5 % behind a latch WHEN 5 % is asked for THEN it is refused, not said to go on."""
    canary("enable", "--reason", "x", "--percentage", "5")
    account.latch()
    result = canary("enable", "--reason", "x", "--percentage", "5")
    assert result.exit_code == 1
    assert "Rolled back by" in result.stderr


def test_flags_deployed_by_hand_get_their_limits_back(canary: Canary, account: Account) -> None:
    """GIVEN break glass WHEN the same values are set THEN they are deployed, with the baseline's limits."""
    limits = {"percentage": {"constraints": {"type": "number", "minimum": 0, "maximum": 100}}}
    declared = documents.off(None)
    for flag in declared["flags"].values():
        flag["attributes"] = limits
    account.deploy("ramp", declared, "Safe baseline")
    account.deploy("ramp", documents.off(None), "break glass")
    result = canary("enable", "--reason", "swept up", "--percentage", "0", "--shadow", "0")
    assert result.exit_code == 0, result.output
    newest = account.flags.environments["ramp"].deployments[-1]
    stored = json.loads(account.flags.versions["ramp"][newest.version][0])
    assert stored["flags"]["prismaAdapter"]["attributes"] == limits
    assert json.loads(newest.description)["why"] == "swept up"
    assert served(account).off
