"""The command line of the rehearsal: what is listed, what is refused, what a scenario brings along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from localaws.local_cloud import CloudError
from rehearsal import __main__ as command
from rehearsal import kept
from rehearsal.scenarios import SCENARIOS

if TYPE_CHECKING:
    from rehearsal.progress import Progress
    from rehearsal.run import Options


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Options]:
    """What would be run, in place of a run."""
    found: list[Options] = []

    def run(options: Options, _progress: Progress) -> bool:
        found.append(options)
        return options.seed != 13

    monkeypatch.setattr(command, "run", run)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.delenv("KEEP", raising=False)
    return found


def test_help_lists_every_scenario_with_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """One a line, by the name that `--scenario` takes; and what the exit codes mean."""
    with pytest.raises(SystemExit) as left:
        command.main(["--help"])
    assert left.value.code == 0
    shown = capsys.readouterr().out
    listed = [line.split(None, 1) for line in shown.splitlines()]
    for name, scenario in SCENARIOS.items():
        assert [name, scenario.shows] in listed
    assert "Exit codes: 0 all observed, 1 something was not, 2 could not run, 130 interrupted." in shown


def test_a_scenario_that_is_not_there_is_refused_with_those_that_are(
    capsys: pytest.CaptureFixture[str], asked: list[Options]
) -> None:
    """A usage error, before anything is started."""
    with pytest.raises(SystemExit) as left:
        command.main(["--scenario", "late-faliure"])
    assert left.value.code == command.UNUSABLE
    told = capsys.readouterr().err
    assert "argument --scenario: invalid choice: 'late-faliure'" in told
    assert all(name in told.rpartition("choose from")[2] for name in SCENARIOS)
    assert not asked


@pytest.mark.parametrize("option", ["--factor", "--rate"])
@pytest.mark.parametrize("value", ["0", "-1", "1001", "quick", "nan", "inf"])
def test_a_speed_that_cannot_be_is_refused(
    option: str, value: str, capsys: pytest.CaptureFixture[str], asked: list[Options]
) -> None:
    """With the option, the value, and what would do."""
    with pytest.raises(SystemExit) as left:
        command.main([f"{option}={value}"])
    assert left.value.code == command.UNUSABLE
    told = f"argument {option}: '{value}' is not a number above 0, at most 1000"
    assert told in capsys.readouterr().err
    assert not asked


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_brings_its_own_speed_which_a_person_may_change(name: str, asked: list[Options]) -> None:
    """Factor and rate; everything else is the same for all."""
    assert command.main(["--scenario", name]) == command.OBSERVED
    assert command.main(["--scenario", name, "--factor", "10", "--rate", "5", "--seed", "3"]) == 0
    own, changed = asked
    scenario = SCENARIOS[name]
    assert (own.scenario, own.factor, own.rate) == (scenario, scenario.factor, scenario.rate)
    assert (changed.scenario, changed.factor, changed.rate, changed.seed) == (scenario, 10, 5, 3)
    assert (own.seed, own.keep, own.json, own.traffic) == (7, False, False, None)


def test_without_a_word_it_is_the_beta(asked: list[Options]) -> None:
    """The sheet's three hours."""
    command.main([])
    assert asked[0].scenario.name == "beta"


def test_the_exit_code_says_whether_all_was_observed(asked: list[Options]) -> None:
    """For CI."""
    assert command.main(["--seed", "13"]) == command.NOT_OBSERVED
    assert command.main(["--seed", "14"]) == command.OBSERVED
    assert len(asked) == 2


def test_keeping_may_be_asked_for_by_the_environment(
    asked: list[Options], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `make rehearse KEEP=1` does."""
    monkeypatch.setenv("KEEP", "1")
    command.main([])
    assert asked[0].keep


def test_what_cannot_run_is_said_in_a_line(
    asked: list[Options], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback; another code than for something that was not observed."""

    def fails(*_: object) -> bool:
        raise CloudError("The local cloud did not start.")

    monkeypatch.setattr(command, "run", fails)
    assert command.main([]) == command.UNUSABLE
    told = capsys.readouterr().err
    assert told.endswith("Cannot run: The local cloud did not start.\n")
    assert "Traceback" not in told


def test_an_interrupted_run_says_so(
    asked: list[Options], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the shell's own code for it."""

    def interrupted(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "run", interrupted)
    assert command.main([]) == command.INTERRUPTED
    assert "everything that was started has been ended" in capsys.readouterr().err


@pytest.mark.parametrize(("up", "told"), [(True, "Ended the cloud"), (False, "No cloud was kept up")])
def test_ending_is_nothing_else(
    up: bool,  # noqa: FBT001 - one of two
    told: str,
    asked: list[Options],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whether there was one to end or not."""
    monkeypatch.setattr(kept, "end", lambda: up)
    assert command.main(["--end"]) == command.OBSERVED
    assert told in capsys.readouterr().err
    assert not asked
