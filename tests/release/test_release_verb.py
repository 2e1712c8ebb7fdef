"""`canary release`: shifts the alias by CodeDeploy, follows that, and says honestly how it ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from canary.cli.errors import OpsError
from canary.cli.release.release import Override, release
from canary.unit.app_spec import AppSpec
from tests.fakes.releases import answered

if TYPE_CHECKING:
    from canary.cli.target import Target
    from tests.fakes.releases import ReleasingUnit


def run(unit: ReleasingUnit, target: Target, **wanted: Any) -> Any:
    """The verb, with what it said."""
    wanted.setdefault("reason", "faster seed")
    return release(unit, target, **wanted)  # type: ignore[arg-type]


def test_a_new_version_takes_all_traffic_step_by_step(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN a version that `pulumi up` published WHEN released THEN checked, shifted, read back."""
    unit.lambda_.publish("mock-read")
    said: list[str] = []
    done = run(unit, target, say=said.append)
    assert (done.outcome, done.exit_code, done.alias) == ("released", 0, "2")
    assert unit.alias == ("2", {})
    assert unit.codedeploy.asked == ["CodeDeployHook_huntaze-release about 2"]
    assert any("50 % on the new version" in line for line in said)
    trail = json.loads(unit.codedeploy.infos["d-1"]["description"])
    assert (trail["verb"], trail["who"], trail["why"]) == ("release", "arn:aws:iam::1:user/jo", "faster seed")


def test_there_is_nothing_to_do_at_the_newest_version(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN every alias at its newest version WHEN released THEN nothing is started, and that is no error."""
    done = run(unit, target)
    assert (done.outcome, done.exit_code) == ("nothing to do", 0)
    assert unit.codedeploy.infos == {}


def test_a_dry_run_shows_what_would_move_and_moves_nothing(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN new versions of two functions WHEN run dry THEN both moves, shift, check and alarms are shown."""
    unit.lambda_.publish("mock-read")
    unit.lambda_.publish("prisma-read")
    shown = "\n".join(run(unit, target, dry_run=True).lines())
    assert "mock-read:live  1 -> 2" in shown
    assert "prisma-read:live  1 -> 2, at once" in shown
    assert "50 % every 1 min, 1 min in all" in shown
    assert "CodeDeployHook_huntaze-release" in shown
    assert unit.alias == ("1", {})
    assert unit.lambda_.aliases["prisma-read"]["FunctionVersion"] == "1"
    assert unit.codedeploy.infos == {}


def test_an_alarm_takes_the_release_back_and_the_verb_fails(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN an alarm red half-way WHEN CodeDeploy takes it back THEN exit code 1, and why."""
    unit.lambda_.publish("mock-read")

    def red(line: str) -> None:
        if "50 %" in line:
            unit.cloudwatch.alarms["overall-alarm"] = "ALARM"

    done = run(unit, target, say=red)
    assert (done.outcome, done.exit_code, done.alias) == ("rolled back", 1, "1")
    assert "overall-alarm" in done.why
    assert unit.alias == ("1", {})


def test_a_version_that_fails_its_check_takes_no_traffic(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN a check that says no WHEN released THEN the alias never moved, and the verb fails."""
    unit.lambda_.publish("mock-read")
    unit.codedeploy.passes = False
    seen = []
    unit.clock.each.append(lambda: seen.append(unit.alias[1]))
    done = run(unit, target)
    assert (done.outcome, done.exit_code) == ("rolled back", 1)
    assert "BeforeAllowTraffic" in done.why
    assert not any(seen)


def test_a_version_taken_back_is_not_released_again_by_accident(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN a version that was taken back WHEN released once more THEN refused, unless --again."""
    unit.lambda_.publish("mock-read")
    unit.codedeploy.passes = False
    run(unit, target)
    unit.codedeploy.passes = True
    with pytest.raises(OpsError, match="taken back before, by d-1"):
        run(unit, target)
    assert run(unit, target, again=True).outcome == "released"


def test_a_red_alarm_is_said_before_anything_is_started(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN a red alarm WHEN released THEN refused with the way out; nothing was started or moved."""
    unit.lambda_.publish("mock-read")
    unit.lambda_.publish("prisma-read")
    unit.cloudwatch.alarms["canary-alarm"] = "ALARM"
    with pytest.raises(OpsError, match=r"canary-alarm is in ALARM.*--override-alarm"):
        run(unit, target)
    assert unit.codedeploy.infos == {}
    assert unit.lambda_.aliases["prisma-read"]["FunctionVersion"] == "1"


def test_a_fix_goes_out_under_a_red_alarm_by_name(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN a red alarm WHEN overridden THEN only it is left out, this once, written down and told."""
    unit.lambda_.publish("mock-read")
    unit.cloudwatch.alarms["canary-alarm"] = "ALARM"
    done = run(unit, target, override=Override("mends the fallback", 30))
    assert (done.outcome, done.overridden) == ("released", ("canary-alarm",))
    info = unit.codedeploy.infos["d-1"]
    assert info["overrideAlarmConfiguration"] == {"enabled": True, "alarms": [{"name": "overall-alarm"}]}
    kept = json.loads(info["description"])["override"]
    assert (kept["alarms"], kept["why"]) == (["canary-alarm"], "mends the fallback")
    (message,) = unit.sns.published
    assert "although canary-alarm is in ALARM" in message["Message"]
    assert unit.codedeploy.group["alarmConfiguration"]["enabled"]


def test_an_overridden_release_is_still_taken_back_by_the_other_alarms(
    unit: ReleasingUnit, target: Target
) -> None:
    """GIVEN one red alarm overridden WHEN another turns red THEN the release is taken back all the same."""
    unit.lambda_.publish("mock-read")
    unit.cloudwatch.alarms["canary-alarm"] = "ALARM"

    def red(line: str) -> None:
        if "50 %" in line:
            unit.cloudwatch.alarms["overall-alarm"] = "ALARM"

    done = run(unit, target, override=Override("mends it", 30), say=red)
    assert (done.outcome, done.alias) == ("rolled back", "1")


def test_an_override_that_runs_out_ends_the_release(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN a release that hangs under an override WHEN time is over THEN it is taken back."""
    unit.lambda_.publish("mock-read")
    unit.cloudwatch.alarms["canary-alarm"] = "ALARM"
    unit.codedeploy._shift = lambda _info, _spec: None
    done = run(unit, target, override=Override("mends it", 5))
    assert (done.outcome, done.exit_code, done.alias) == ("rolled back", 1, "1")


def test_an_override_shorter_than_the_shift_is_refused(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN a shift of a minute WHEN overridden for a minute THEN refused: it would be stopped half-way."""
    unit.lambda_.publish("mock-read")
    unit.cloudwatch.alarms["canary-alarm"] = "ALARM"
    with pytest.raises(OpsError, match="takes 1 min and the override holds for 1"):
        run(unit, target, override=Override("mends it", 1))


def test_a_release_in_progress_is_followed_not_started_again(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN a release that was left alone half-way WHEN run again THEN it follows that one to its end."""
    unit.lambda_.publish("mock-read")
    left = run(unit, target, wait_s=0.5)
    assert (left.outcome, left.exit_code) == ("still going on", 3)
    done = run(unit, target)
    assert (done.outcome, done.deployment) == ("released", "d-1")
    assert len(unit.codedeploy.infos) == 1


def test_somebody_else_is_a_moment_faster(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN a release that somebody starts between the look and the call THEN it says so."""
    unit.lambda_.publish("mock-read")

    def faster() -> None:
        unit.codedeploy._new(AppSpec("mock-read", "live", "1", "2"), "user")

    unit.script.will("create_deployment", faster)
    with pytest.raises(OpsError, match="Somebody else has just started a release"):
        run(unit, target)


def test_a_split_that_nobody_deploys_is_not_built_upon(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN an alias split by hand WHEN released THEN refused: CodeDeploy would fail on it."""
    unit.lambda_.publish("mock-read")
    unit.lambda_.move("mock-read", "1", {"2": 0.1})
    with pytest.raises(OpsError, match="somebody moved it by hand"):
        run(unit, target)


def test_the_other_functions_follow_after_they_have_answered(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN new versions of all functions WHEN released THEN each alias is at its newest version."""
    for function in ("prisma-read", "prisma-read-shadow", "guard", "mock-read"):
        unit.lambda_.publish(function)
    assert run(unit, target).outcome == "released"
    moved = {name: found["FunctionVersion"] for name, found in unit.lambda_.aliases.items()}
    assert moved == {
        "mock-read": "2",
        "prisma-read": "2",
        "prisma-read-shadow": "2",
        "guard": "2",
        "prisma-migrate": "1",
        "CodeDeployHook_huntaze-release": "1",
    }


@pytest.mark.parametrize(
    ("function", "answer", "said"),
    [
        ("prisma-read", answered({"errorType": "P1001"}, "Unhandled"), "fails: P1001"),
        ("prisma-read", answered({"status": "invalid"}), "answers status 'invalid' to a read"),
        (
            "guard",
            answered({"selfTest": {"ok": False, "tried": [{"what": "x:Y", "ok": False, "detail": "no"}]}}),
            "does not pass its self-test .x:Y: no",
        ),
    ],
)
def test_a_version_that_does_not_answer_stops_the_release(
    unit: ReleasingUnit, target: Target, function: str, answer: dict[str, Any], said: str
) -> None:
    """GIVEN a bad version of another function WHEN released THEN its alias stays, and so does the entry's."""
    unit.lambda_.publish("mock-read")
    unit.lambda_.publish(function)
    unit.lambda_.answers[f"{function}:2"] = lambda _event: answer
    with pytest.raises(OpsError, match=said):
        run(unit, target)
    assert unit.lambda_.aliases[function]["FunctionVersion"] == "1"
    assert unit.alias == ("1", {})


def test_an_unchecked_release_says_so_in_its_trail(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN --unchecked WHEN released THEN no check is asked, and the trail says that."""
    unit.lambda_.publish("mock-read")
    run(unit, target, unchecked=True)
    assert unit.codedeploy.asked == []
    assert json.loads(unit.codedeploy.infos["d-1"]["description"])["checked"] is False


def test_a_version_that_does_not_exist_is_named(unit: ReleasingUnit, target: Target) -> None:
    """GIVEN --to 7 WHEN there is none THEN what there is is said."""
    with pytest.raises(OpsError, match=r"mock-read has no version 7\. It has 1"):
        run(unit, target, to="7")
