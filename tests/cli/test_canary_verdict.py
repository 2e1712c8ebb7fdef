"""`canary verdict`: the step in force, past windows, and kept counts."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from canary.cli.__main__ import app
from canary.verdict import Counts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Canary
    from tests.fakes.account import Account


@pytest.mark.parametrize(
    ("count", "decision", "code"),
    [
        ({"requests": 200_000, "canary": 2000, "compared": 5000}, "GO", 0),
        ({"requests": 3000, "canary": 30, "errors": 30, "compared": 2900}, "NO-GO", 4),
        ({"requests": 3000, "canary": 30, "compared": 2900, "diffs": 200}, "INVESTIGATE", 5),
        ({"requests": 3000, "canary": 30, "compared": 2900}, "INCONCLUSIVE", 6),
    ],
)
def test_each_decision_has_its_exit_code(
    canary: Canary, account: Account, count: dict[str, int], decision: str, code: int
) -> None:
    """A machine need not parse anything."""
    account.canary(1)
    account.count(**count)
    result = canary("verdict")
    assert result.exit_code == code
    assert result.stdout.startswith(f"{decision}: ")


def test_inconclusive_says_how_much_is_missing(canary: Canary, account: Account) -> None:
    """30 requests of 3,000 are not enough to say 2 %, and it says what would be."""
    account.canary(1)
    account.count(3000, 30, compared=2900)
    document = json.loads(canary("verdict", "--json").stdout)
    assert document["more_requests"] > 100
    assert "more" in document["summary"]


def test_evidence_says_how_it_is_read(canary: Canary, account: Account) -> None:
    """GIVEN rows with evidence in brackets THEN the line below them says what is in the brackets."""
    account.canary(1)
    account.count(3000, 30, compared=2900)
    lines = canary("verdict").stdout.splitlines()
    last = max(number for number, line in enumerate(lines) if "[bad 0." in line)
    assert lines[last + 1] == (
        "  [bad: evidence that a row's limit is broken, good: that it is kept; each decides at the number "
        "behind it]"
    )


def test_a_past_window_is_judged_by_what_was_configured_then(canary: Canary, account: Account) -> None:
    """GIVEN 1 % three hours ago and 5 % now WHEN the window began at 1 % THEN it is judged as 1 %."""
    account.ago(timedelta(hours=3))
    account.canary(1)
    account.ago(timedelta(minutes=30))
    account.canary(5)
    account.count(3000, 30, compared=2900)
    past = json.loads(canary("verdict", "--since", "2h", "--until", "1h", "--json").stdout)
    assert past["configured_percent"] == 1
    assert json.loads(canary("verdict", "--json").stdout)["configured_percent"] == 5


def test_what_is_printed_can_be_judged_again(canary: Canary, account: Account, tmp_path: Path) -> None:
    """GIVEN this verb's JSON, or a rehearsal's summary around it, THEN the same verdict, with no unit."""
    account.canary(1)
    account.count(3000, 30, errors=30, compared=2900)
    document = json.loads(canary("verdict", "--json").stdout)
    for name, kept in (("own", document), ("summary", {"format": 1, "verdict": document})):
        path = tmp_path / name
        path.write_text(json.dumps(kept))
        result = CliRunner().invoke(
            app, ["verdict", "--from", str(path)], env={"CANARY_STACK": "", "CANARY_OUTPUTS": ""}
        )
        assert result.exit_code == 4, result.output
        assert result.stdout.startswith("NO-GO: ")
        assert "the beta sheet's" in result.stderr


def kept(configured: Any = None, **changed: Any) -> str:
    """Kept counts of one request, with something changed in them."""
    other = {} if configured is None else {"configured_percent": configured}
    return json.dumps({"counts": {**Counts(requests=1).as_dict(), **changed}, **other})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "is not JSON"),
        ("[]", "holds no JSON object"),
        ('{"verdict": null}', "holds no counts"),
        (kept(), "give --percentage"),
        (kept(errors=2, configured=1), "errors = 2: must be from 0 to requests = 1"),
        (kept(requests="many", configured=1), "requests = 'many': must be a whole number"),
        (kept(errors="1", configured=1), "errors = '1': must be a whole number"),
        (kept(lost="1", configured=1), "lost = '1': must be a whole number"),
        (kept(minutes="1", configured=1), "minutes = '1': must be a number"),
        (kept(configured="1"), "configured_percent = '1': must be a number"),
        ('{"counts": {"requests": 9}, "configured_percent": 1}', "errors, pending"),
    ],
)
def test_a_file_that_cannot_be_judged_says_why(
    canary: Canary, tmp_path: Path, content: str, says: str
) -> None:
    """One sentence, exit code 1."""
    path = tmp_path / "kept.json"
    path.write_text(content)
    result = canary("verdict", "--from", str(path))
    assert result.exit_code == 1
    assert says in result.stderr
    assert "Traceback" not in result.output


def test_a_window_that_is_none_is_refused(canary: Canary) -> None:
    """Empty, or not a moment at all."""
    assert "is empty" in canary("verdict", "--since", "1h", "--until", "2h").stderr
    result = canary("verdict", "--since", "yesterday")
    assert result.exit_code == 2
    assert "'yesterday' is no moment" in result.stderr
    assert canary("verdict", "--from", "x", "--since", "1h").exit_code == 2


def test_go_may_count_users(canary: Canary, account: Account) -> None:
    """GIVEN enough requests for GO, all of three users WHEN users are counted THEN they prove nothing yet."""
    account.canary(1)
    account.count(200_000, 2000, compared=5000)
    assert canary("verdict").exit_code == 0
    result = canary("verdict", "--count-users", "--json")
    assert result.exit_code == 6
    counts = json.loads(result.stdout)["counts"]
    assert (counts["users"], counts["canary_users"]) == (50, 3)
    assert "No step on this verdict" in canary("ramp", "--reason", "x", "--count-users").stderr


def test_a_window_of_several_steps_names_them(canary: Canary, account: Account, tmp_path: Path) -> None:
    """GIVEN 1 %, then 5 % WHEN a window holds both THEN both are named, and it is never GO."""
    account.ago(timedelta(hours=3))
    account.canary(1)
    account.ago(timedelta(minutes=30))
    account.canary(5)
    account.count(200_000, 2000, compared=5000)
    result = canary("verdict", "--since", "2h")
    assert result.exit_code == 6
    assert "which spans several steps: 1 % from " in result.stdout
    assert ", 5 % from " in result.stdout
    assert "0 % are configured" not in result.stdout
    assert "so the share is not judged" in result.stdout
    assert "errors   GO" in result.stdout
    document = json.loads(canary("verdict", "--since", "2h", "--json").stdout)
    assert [step["percentage"] for step in document["steps"]] == [1, 5]
    assert document["configured_percent"] is None
    (tmp_path / "kept").write_text(json.dumps(document))
    assert canary("verdict", "--from", str(tmp_path / "kept")).exit_code == 6


def test_a_window_that_begins_before_the_step_judges_its_errors(canary: Canary, account: Account) -> None:
    """GIVEN off until half an hour ago WHEN the window begins an hour ago THEN failures are NO-GO."""
    account.ago(timedelta(minutes=30))
    account.canary(1)
    account.count(3000, 30, errors=30, compared=2900)
    result = canary("verdict", "--since", "1h")
    assert result.exit_code == 4
    assert "spans several steps: 0 % from " in result.stdout


def test_a_percentage_that_was_taken_back_was_configured_until_then(canary: Canary, account: Account) -> None:
    """GIVEN 5 % for ten minutes, taken back to 1 % by an alarm THEN the window names 1, 5 and 1 %."""
    account.ago(timedelta(hours=3))
    account.canary(1)
    account.ago(timedelta(hours=1))
    account.canary(5)
    taken = account.flags.environments["ramp"].deployments[-1]
    taken.state, taken.ended = "ROLLED_BACK", taken.started + timedelta(minutes=10)
    steps = json.loads(canary("verdict", "--since", "2h", "--json").stdout)["steps"]
    assert [step["percentage"] for step in steps] == [1, 5, 1]


def test_a_step_that_touches_a_window_for_seconds_is_left_out(canary: Canary, account: Account) -> None:
    """GIVEN a window that begins with the second in which the step began THEN it is that step's."""
    account.ago(timedelta(hours=1))
    account.canary(5)
    began = account.flags.environments["ramp"].deployments[-1].started.isoformat(timespec="seconds")
    assert json.loads(canary("verdict", "--since", began, "--json").stdout)["configured_percent"] == 5
