"""The command line of the rehearsal: what is listed, what is refused, what a scenario brings along."""

from __future__ import annotations

import json
import signal
import threading
import warnings
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from localaws.local_cloud import CloudError
from rehearsal import __main__ as command
from rehearsal import kept, toolchain
from rehearsal.scenarios import SCENARIOS
from rehearsal.summary import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from rehearsal.progress import Progress
    from rehearsal.run import Options


ENDS = {13: Outcome.NOT_OBSERVED, 14: Outcome.CANNOT_BE_JUDGED}
"""How a run of a seed ends."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Options]:
    """What would be run, in place of a run."""
    found: list[Options] = []

    def run(options: Options, _progress: Progress) -> Outcome:
        found.append(options)
        return ENDS.get(options.seed, Outcome.OBSERVED)

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
    assert (
        "Exit codes: 0 all observed, 1 something was not, 2 could not run, 3 the machine was too busy"
        in shown
    )


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


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [
        *(
            ("--factor", value, "1 to 150: slower than 1, it would take longer than the beta")
            for value in ("0", "-1", "0.9", "1e-300", "151", "1000", "quick", "nan", "inf", "7_2", "\u0667")
        ),
        *(
            ("--rate", value, "0.1 to 1000: with fewer nothing would be seen")
            for value in ("0", "-1", "1e-300", "1001", "quick", "nan", "inf")
        ),
    ],
)
def test_a_speed_that_cannot_be_is_refused(
    option: str, value: str, allowed: str, capsys: pytest.CaptureFixture[str], asked: list[Options]
) -> None:
    """With the option, the value, what would do, and why."""
    with pytest.raises(SystemExit) as left:
        command.main([f"{option}={value}"])
    assert left.value.code == command.UNUSABLE
    assert f"argument {option}: '{value}' is not a number from {allowed}" in capsys.readouterr().err
    assert not asked


def test_every_scenario_keeps_within_the_speeds_that_may_be_asked_for() -> None:
    """What is refused of a person is not played by itself."""
    for scenario in SCENARIOS.values():
        assert command.SLOWEST <= scenario.factor <= command.FASTEST
        assert command.SPARSEST <= scenario.rate <= command.DENSEST


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
    assert command.main(["--seed", "14"]) == command.CANNOT_BE_JUDGED == 3
    assert command.main(["--seed", "15"]) == command.OBSERVED
    assert len(asked) == 3


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


def test_an_interrupt_is_answered_at_once(capfd: pytest.CaptureFixture[str]) -> None:
    """Before anything has been ended, which takes a while: a second Ctrl-C would leave things behind."""
    hook = threading.excepthook
    try:
        with warnings.catch_warnings(), pytest.raises(KeyboardInterrupt):
            command._interrupt(signal.SIGINT, None)
    finally:
        threading.excepthook = hook
    assert capfd.readouterr().err == "\nInterrupted: ending what was started; this takes some seconds.\n"


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


RECORDED = {
    "endpoint": "http://127.0.0.1:4566",
    "api_url": "http://127.0.0.1:4566/api",
    "cloud_pid": 4_190_001,
    "postgres_pid": 4_190_002,
    "work_dir": "/nowhere/rehearsal-1",
    "outputs": "build/rehearsal/outputs.json",
    "credentials": {},
}


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a cloud that is kept up is written down."""
    path = tmp_path / "kept.json"
    monkeypatch.setattr(kept, "RECORD", path)
    return path


def find_nothing() -> NoReturn:
    """Nothing may be looked up yet."""
    raise AssertionError


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            json.dumps(RECORDED),
            "A cloud is kept up already, at http://127.0.0.1:4566. End it first with: make clean",
        ),
        ('{"endpoint": "http', "does not say which cloud was kept up"),
    ],
)
def test_a_second_cloud_is_not_kept_beside_the_first(
    content: str,
    said: str,
    record: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """GIVEN one that is up WHEN another is to be kept THEN it is refused at once, and the record stays."""
    record.write_text(content)
    monkeypatch.setattr(toolchain, "find", find_nothing)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert command.main(["--keep"]) == command.UNUSABLE
    told = capsys.readouterr().err
    assert said in told
    assert "make clean" in told
    assert record.read_text() == content


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"null", b'"x"', b"{}", b"\xff\xfe", b"[" * 100_000),
        json.dumps(RECORDED | {"cloud_pid": 0}).encode(),
        json.dumps(RECORDED | {"cloud_pid": True}).encode(),
        json.dumps(RECORDED | {"postgres_pid": "12"}).encode(),
        json.dumps(RECORDED | {"work_dir": "/"}).encode(),
        json.dumps(RECORDED | {"work_dir": "rehearsal-1"}).encode(),
    ],
)
def test_a_record_that_cannot_be_read_stops_no_cleaning(
    content: bytes, record: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sentence says how to find what may still run; nothing is ended or removed by what it seems to say."""
    record.write_bytes(content)
    ended: list[Any] = []
    monkeypatch.setattr("localaws.local_cloud.end", ended.append)
    monkeypatch.setattr("shutil.rmtree", ended.append)
    assert command.main(["--end"]) == command.OBSERVED
    assert "If a kept cloud still runs, end it by its process ids" in capsys.readouterr().err
    assert not record.exists()
    assert ended == []


@pytest.mark.parametrize("content", ["config: [", "", "config:", "- x", None])
def test_a_stacks_file_that_cannot_be_used_is_said_before_any_work(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one sentence, with the file's name."""
    if content is not None:
        (tmp_path / "Pulumi.rehearsal.yaml").write_text(content)
    monkeypatch.setattr(toolchain, "ROOT", tmp_path)
    monkeypatch.setattr(toolchain, "find", find_nothing)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.delenv("KEEP", raising=False)
    assert command.main([]) == command.UNUSABLE
    told = capsys.readouterr().err
    assert "Cannot run: " in told
    assert "Pulumi.rehearsal.yaml" in told
