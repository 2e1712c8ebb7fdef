"""`canary ramp`: the verdict decides, a person confirms, and who joins is said beforehand."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from canary.cli.errors import OpsError
from canary.cli.ramp import steps_of
from canary.read.bucketing import included

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Canary
    from tests.fakes.account import Account

SALT = "huntaze/read-migration"
USERS = [f"beta-{number:03}" for number in range(1, 51)]


def percentage(account: Account) -> float:
    """The canary's, as it is served."""
    flag = account.flags.values("ramp")["prismaAdapter"]
    return float(flag["percentage"]) if flag["enabled"] else 0.0


def healthy(account: Account, percent: float) -> None:
    """A step that has baked, with enough good data for GO."""
    account.flags.finish("ramp")
    account.canary(percent)
    account.count(200_000, int(2000 * percent), compared=5000)


def test_go_takes_the_next_step_and_keeps_the_shadow(canary: Canary, account: Account) -> None:
    """GIVEN GO at 1 % THEN 5 %, then 25 %, then 100 %; the shadow stays as it was."""
    for now, then in ((1, 5), (5, 25), (25, 100)):
        healthy(account, now)
        result = canary("ramp", "--reason", "D+2")
        assert result.exit_code == 0, result.output
        assert percentage(account) == then
        assert account.flags.values("ramp")["prismaShadow"] == {"enabled": True, "percentage": 100}


@pytest.mark.parametrize(
    ("count", "decision"),
    [
        ({"requests": 3000, "canary": 30, "compared": 2900}, "INCONCLUSIVE"),
        ({"requests": 3000, "canary": 30, "errors": 30, "compared": 2900}, "NO-GO"),
        ({"requests": 3000, "canary": 30, "compared": 2900, "diffs": 200}, "INVESTIGATE"),
    ],
)
def test_anything_but_go_refuses_and_says_what_to_do(
    canary: Canary, account: Account, count: dict[str, int], decision: str
) -> None:
    """GIVEN a verdict that is not GO THEN no step is taken, nothing is begun in the trail; exit code 1."""
    account.canary(1)
    account.count(**count)
    result = canary("ramp", "--reason", "x")
    assert result.exit_code == 1
    assert f"No step on this verdict. {decision}" in result.stderr
    assert percentage(account) == 1
    assert account.trail() == []


def test_too_little_data_may_be_accepted_by_a_person(canary: Canary, account: Account) -> None:
    """GIVEN INCONCLUSIVE WHEN accepted THEN the step is taken, and the trail keeps on what verdict."""
    account.canary(1)
    account.count(3000, 30, compared=2900)
    assert canary("ramp", "--reason", "x", "--accept-inconclusive").exit_code == 0
    assert percentage(account) == 5
    assert account.trail()[0]["after"]["verdict"] == "INCONCLUSIVE"


def test_a_fault_is_never_accepted(canary: Canary, account: Account) -> None:
    """--accept-inconclusive accepts no NO-GO."""
    account.canary(1)
    account.count(3000, 30, errors=30, compared=2900)
    assert canary("ramp", "--reason", "x", "--accept-inconclusive").exit_code == 1
    assert percentage(account) == 1


def test_the_first_step_is_judged_by_the_shadow(canary: Canary, account: Account) -> None:
    """GIVEN a shadow hour without differences THEN 1 %; with nothing on there is nothing to judge by."""
    result = canary("ramp", "--reason", "x")
    assert result.exit_code == 1
    assert "canary enable --shadow 100" in result.stderr
    canary("enable", "--shadow", "100", "--reason", "H+0")
    account.clock.sleep(601)
    account.flags.environments["ramp"].deployments[-1].started -= timedelta(minutes=20)
    account.count(3000, compared=3000)
    result = canary("ramp", "--reason", "H+1")
    assert result.exit_code == 0, result.output
    assert percentage(account) == 1


def test_a_latch_refuses(canary: Canary, account: Account) -> None:
    """GIVEN a rollback THEN no step, whatever the counts say."""
    healthy(account, 1)
    account.latch()
    result = canary("ramp", "--reason", "x")
    assert result.exit_code == 1
    assert "Rolled back by alarm canary-alarm" in result.stderr


def test_who_will_be_in_is_said_by_the_functions_own_bucketing(
    canary: Canary, account: Account, tmp_path: Path
) -> None:
    """GIVEN a file of beta users THEN who is in and who joins are those that the functions will choose."""
    healthy(account, 5)
    (tmp_path / "users").write_text("\n".join(["# the beta", "", *USERS, USERS[0]]))
    result = canary("ramp", "--reason", "x", "--dry-run", "--json", "--users", str(tmp_path / "users"))
    audience = json.loads(result.stdout)["audience"]
    now = [user for user in USERS if included(SALT, "prismaAdapter", user, 5)]
    then = [user for user in USERS if included(SALT, "prismaAdapter", user, 25)]
    assert (audience["known"], audience["now"], audience["then"]) == (50, now, then)
    assert set(now) < set(then)
    assert audience["joining"] == [user for user in then if user not in now]
    shown = canary("ramp", "--reason", "x", "--dry-run", "--users", str(tmp_path / "users")).stdout
    assert f"{len(then)} of 50 users, {len(now)} of them already" in shown


def test_a_dry_run_changes_nothing_and_shows_a_bad_verdict_too(canary: Canary, account: Account) -> None:
    """GIVEN NO-GO WHEN run dry THEN the verdict is shown, exit code 0, nothing is deployed."""
    account.canary(1)
    account.count(3000, 30, errors=30, compared=2900)
    result = canary("ramp", "--reason", "x", "--dry-run")
    assert result.exit_code == 0
    assert "NO-GO" in result.stdout
    assert result.stderr == ""
    assert percentage(account) == 1


def test_steps_may_be_others(canary: Canary, account: Account) -> None:
    """GIVEN --at 2,10,50 at 1 % THEN 2 %."""
    healthy(account, 1)
    assert canary("ramp", "--reason", "x", "--at", "2,10,50").exit_code == 0
    assert percentage(account) == 2


def test_after_the_last_step_finish_is_named(canary: Canary, account: Account) -> None:
    """At 100 % there is no next step."""
    healthy(account, 100)
    result = canary("ramp", "--reason", "x")
    assert result.exit_code == 1
    assert "canary finish" in result.stderr


@pytest.mark.parametrize("text", ["", "a", "5,1", "1,1", "0,5", "1,101", "nan", "1;5"])
def test_steps_that_are_none_are_refused(text: str) -> None:
    """They grow, over 0 up to 100; what is wrong and what would be right are said."""
    with pytest.raises(OpsError, match="such as 1,5,25,100"):
        steps_of(text)


def test_a_users_file_that_is_not_there_is_named(canary: Canary, account: Account) -> None:
    """Without a traceback."""
    healthy(account, 1)
    result = canary("ramp", "--reason", "x", "--users", "/no/such/file")
    assert result.exit_code == 1
    assert "/no/such/file cannot be read" in result.stderr


def test_somebody_elses_change_between_the_question_and_the_answer_wins(
    canary: Canary, account: Account
) -> None:
    """GIVEN the ramp is turned off while this operator types prod's name THEN their step is refused."""
    healthy(account, 1)
    account.script.will("create_log_group", lambda: account.canary(0.5))
    result = canary("ramp", "--reason", "x", stack="prod", keys="prod\n")
    assert result.exit_code == 1
    assert "Somebody has changed the ramp meanwhile" in result.stderr
    assert percentage(account) == 0.5
