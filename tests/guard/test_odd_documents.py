"""Each odd document by name: what the guard and people do about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from canary.stored import DEEPEST, Unreadable, json_of
from canary.unit.flags import documents
from canary.unit.flags.stamps import unstamped
from canary.unit.latch.latch import Latch
from canary.unit.latch.text import LIMIT, parsed
from tests.fakes.aws import refusal
from tests.guard.garbled import deployed_on
from tests.guard.minutes import ALARM, TICK, WHEN, Watch
from tests.guard.situations import bad_release, fails_on_prisma

if TYPE_CHECKING:
    from tests.fakes.unit import Unit

WHO = {"when": "2026-11-01T00:00:00+00:00", "by": "alarm canary-alarm", "reason": "all failed"}
ODD = {
    "steps are a text": json.dumps({**WHO, "steps": "abc"}),
    "a status of another version": json.dumps(
        {**WHO, "steps": {"people": {"status": "superseded", "detail": ""}}, "finished": True}
    ),
    "a step without detail": json.dumps({**WHO, "steps": {"people": {"status": "done"}}}),
    "deep nesting": '{"steps":' * 50_000,
    "another version's": json.dumps({"v": 2, "state": {"rolledBack": True}}),
    "not JSON": "{when: never",
    "a number": "[1]",
    "finished is a text": json.dumps({**WHO, "finished": "false"}),
    "resuming is a number": json.dumps({**WHO, "resuming": 5, "finished": True}),
    "a name twice": '{"when": "", "by": "a", "reason": "b", "finished": false, "finished": true}',
    "not a number": '{"when": "", "by": "a", "reason": "b", "evidence": {"e": NaN}}',
    "too many digits": '{"when": "", "by": "a", "reason": "b", "evidence": {"e": ' + "9" * 5_000 + "}}",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_an_odd_latch_is_unreadable_keeps_the_canary_off_and_is_written_again(unit: Unit, text: str) -> None:
    """GIVEN a latch that cannot be read WHEN a minute goes by THEN killed, off, and it can be read."""
    unit.canary(1)
    unit.ssm.parameters["/latch"] = text
    assert parsed(text).unreadable
    latch = Watch(unit).until_finished(1)
    assert (unit.killed, unit.off, latch.unreadable) == (True, True, "")
    assert latch.evidence["unreadable"] == parsed(text).unreadable


def test_a_latch_by_hand_keeps_its_words(unit: Unit) -> None:
    """GIVEN the playbook's break-glass latch THEN it is a latch by hand, with what the person wrote."""
    assert parsed("break glass, by hand") == Latch("", "unknown", "break glass, by hand")


@pytest.mark.parametrize("reason", ["\U0001f4a5" * 2000, "\ud83d" * 2000, '"\\\n' * 2000, "x" * 10_000])
def test_a_long_reason_fits_and_is_read_back_as_it_was_kept(reason: str) -> None:
    """GIVEN any long text in every field THEN JSON within a parameter, the same when read back."""
    steps = {f"{n}{reason}": {"status": "done", "detail": reason} for n in range(9)}
    latch = Latch(reason, reason, reason, {"x": reason}, steps, resuming=reason).fitted()
    assert len(latch.text()) <= LIMIT
    again = parsed(latch.text())
    assert (again.unreadable, again.identity, again.resuming) == ("", latch.identity, latch.resuming)
    again.reason.encode()


def test_a_reason_outside_of_the_basic_plane_deploys(unit: Unit) -> None:
    """GIVEN an alarm whose reason fills no 1,024 characters but more bytes THEN the description fits."""
    unit.canary(1)
    state = {"value": "ALARM", "reason": "\U0001f4a5" * 900, "timestamp": WHEN}
    alarm = {"alarmName": "canary-alarm", "state": state}
    Watch(unit).run({"alarmData": alarm})
    assert unit.killed
    description = unit.appconfig.environments["kill"].deployments[-1].description
    assert len(description.encode()) <= 1024


@pytest.mark.parametrize(
    "told",
    [
        json.dumps({"at": 1.0, "confirmed": True}),
        json.dumps({"of": "another rollback", "at": 1.0, "confirmed": True}),
        json.dumps({"of": "", "at": "soon", "confirmed": True}),
        "{",
        "[" * 50_000,
    ],
)
def test_a_left_over_word_on_who_was_told_silences_no_rollback(unit: Unit, told: str) -> None:
    """GIVEN the told-parameter of an earlier rollback, or garbage, WHEN rolled back THEN told, once."""
    unit.canary(1)
    unit.ssm.parameters["/latch-told"] = told
    watch = Watch(unit)
    watch.run(ALARM)
    watch.until_finished(2)
    assert len(unit.sns.published) == 1


def test_a_claim_from_a_clock_that_is_ahead_is_taken_over(unit: Unit) -> None:
    """GIVEN a run that died before telling, its clock an hour ahead, THEN another tells, not in an hour."""
    unit.canary(1)
    unit.script.will("publish", refusal("InternalError", status=500))
    watch = Watch(unit)
    watch.run(ALARM)
    claim = json.loads(unit.ssm.parameters["/latch-told"])
    unit.ssm.parameters["/latch-told"] = json.dumps({**claim, "at": claim["at"] + 3600})
    watch.until_finished(1)
    assert len(unit.sns.published) == 1


@pytest.mark.parametrize(
    "values",
    [
        '{"prismaKill": {"enabled": true}, "prismaKill": {"enabled": false}}',
        '{"prismaKill": {"enabled": false, "enabled": true}}',
    ],
)
def test_a_kill_switch_that_stands_twice_is_not_on(unit: Unit, values: str) -> None:
    """GIVEN a kill document with a name twice WHEN rolled back THEN one that can be read is deployed."""
    content = f'{{"version": "1", "flags": {{"prismaKill": {{}}}}, "values": {values}}}'.encode()
    assert isinstance(documents.document_of(content), Unreadable)
    unit.canary(1)
    unit.appconfig.versions["kill"][1] = (content, None)
    Watch(unit).run(ALARM)
    assert deployed_on(unit)
    written = unstamped(json.loads(unit.appconfig.versions["kill"][2][0]))
    assert written["values"] == {"prismaKill": {"enabled": True}}


def test_a_document_that_appconfig_does_not_take_again_is_replaced_by_a_bare_one(unit: Unit) -> None:
    """GIVEN a kill document with a flag that AppConfig refuses by now THEN the switch goes on without it."""
    document = documents.kill(None, on=False)
    document["flags"]["Not A Name"] = {}
    unit.canary(1)
    unit.appconfig.versions["kill"][1] = (json.dumps(document).encode(), None)
    Watch(unit).run(ALARM)
    assert deployed_on(unit)


def test_a_version_deployed_by_its_label_is_read(unit: Unit) -> None:
    """GIVEN a ramp deployed by a version's label WHEN it fails THEN it is judged like any other."""
    unit.canary(1)
    number = max(unit.appconfig.versions["ramp"])
    unit.appconfig.versions["ramp"][number] = (unit.appconfig.versions["ramp"][number][0], "one-percent")
    listed = unit.appconfig.op_list_deployments

    def by_label(*, EnvironmentId: str, **more: Any) -> dict[str, Any]:  # noqa: N803 - AWS's name
        answer = listed(EnvironmentId=EnvironmentId, **more)
        for item in answer["Items"]:
            if EnvironmentId == "ramp" and item["ConfigurationVersion"] == str(number):
                item["ConfigurationVersion"] = "one-percent"
        return answer

    unit.appconfig.op_list_deployments = by_label  # type: ignore[method-assign]
    fails_on_prisma(unit)
    watch = Watch(unit)
    watch.tick()
    assert watch.said("VERDICT")[0]["percent"] == 1
    assert unit.killed


@pytest.mark.parametrize("content", [b"<html>", b"{}", b'{"values": {}}', b"[" * 50_000])
def test_a_step_whose_flags_cannot_be_read_is_judged_by_its_errors(unit: Unit, content: bytes) -> None:
    """GIVEN a ramp that is no flag document, all canary requests failing, THEN off; none failing, nothing."""
    unit.canary(100)
    unit.appconfig.versions["ramp"][2] = (content, None)
    watch = Watch(unit)
    watch.tick()
    assert unit.deployments("kill") == ["COMPLETE"]
    fails_on_prisma(unit)
    watch.tick()
    assert unit.killed
    assert watch.said("FLAGS-UNREADABLE")


def test_a_kill_switch_that_only_something_in_between_serves_is_not_believed(unit: Unit) -> None:
    """GIVEN a kept session that is told "on" by another than AppConfig WHEN it fails THEN it is deployed."""
    unit.canary(1)
    fails_on_prisma(unit)
    unit.appconfig.instead["kill"] = b'{"prismaKill": {"enabled": true}}'
    Watch(unit).tick()
    assert deployed_on(unit)


def test_without_a_readable_latch_the_step_is_judged_and_the_fault_is_raised(unit: Unit) -> None:
    """GIVEN SSM is down WHEN the canary fails THEN off; the run fails all the same, as an alarm sees."""
    unit.canary(1)
    fails_on_prisma(unit)

    def down(operation: str) -> None:
        if operation == "get_parameter":
            raise refusal("InternalServerError", status=500)

    unit.script.before = down
    watch = Watch(unit)
    with pytest.raises(Exception, match="InternalServerError"):
        watch.tick()
    assert unit.killed
    assert watch.counted("GuardTicks") == 0


def test_one_message_that_fails_does_not_hold_up_the_next(unit: Unit) -> None:
    """GIVEN a batch of the topic's with garbage before the alarm THEN the alarm acts."""
    unit.canary(1)
    odd = ["[" * 50_000, "{}", json.dumps({"AlarmName": 5, "NewStateValue": "ALARM"}), 7]
    records: list[Any] = [{"Sns": {"Message": message}} for message in odd] + [None, {"Sns": 5}]
    alarm = {"AlarmName": "canary-alarm", "NewStateValue": "ALARM", "NewStateReason": {"a": 1}}
    unit.cloudwatch.alarms["canary-alarm"] = "ALARM"
    Watch(unit).run({"Records": [*records, {"Sns": {"Message": json.dumps(alarm)}}]})
    assert unit.killed


def test_a_release_of_another_function_is_left_alone(unit: Unit) -> None:
    """GIVEN a bad release of something else in our group THEN our alias is not moved to its version."""
    bad_release(unit)
    revision = unit.codedeploy.deployments["d-1"]["revision"]["appSpecContent"]
    revision["content"] = revision["content"].replace("mock-read", "other-function")
    watch = Watch(unit)
    watch.run(ALARM)
    assert "moves other-function:live" in watch.until_finished().steps["release"]["detail"]
    assert unit.script.calls["stop_deployment"] == 0


def test_a_release_that_cannot_be_read_is_stopped_and_said(unit: Unit) -> None:
    """GIVEN a bad release whose AppSpec is in S3 THEN CodeDeploy takes it back, and the step says so."""
    bad_release(unit)
    unit.codedeploy.deployments["d-1"]["revision"] = {"revisionType": "S3", "s3Location": {"bucket": "b"}}
    watch = Watch(unit)
    watch.run(ALARM)
    latch = watch.latch
    assert latch is not None
    assert "as one in S3" in latch.steps["release"]["detail"]
    assert unit.lambda_.alias["FunctionVersion"] == "1"
    assert unit.killed


def test_the_word_of_a_person_who_resumes_ends(unit: Unit) -> None:
    """GIVEN a `resume` that was ended half-way, the switch off, THEN it is on again in 15 minutes."""
    unit.canary(1)
    watch = Watch(unit)
    watch.run(ALARM)
    latch = json.loads(unit.ssm.parameters["/latch"])
    resuming = json.dumps({**latch, "resuming": "2999-01-01T00:00:00+00:00 by jo"})
    unit.ssm.put_parameter(Name="/latch", Value=resuming, Type="String", Overwrite=True)
    unit.deploy("kill", documents.kill(None, on=False))
    for _ in range(14):
        watch.tick()
    assert not unit.killed
    unit.clock.sleep(120)
    watch.run(TICK)
    assert unit.killed


@pytest.mark.parametrize(
    "content",
    ['{"a": 1, "a": 2}', "NaN", "1e999", "9" * 41, "[" * (DEEPEST + 2) + "]" * (DEEPEST + 2), "", None],
)
def test_what_two_readers_may_read_differently_is_unreadable(content: str | None) -> None:
    """GIVEN JSON that is none, or not to every reader, THEN why."""
    found = json_of(content)
    assert isinstance(found, Unreadable)
    assert found.why


def test_answers_that_are_none_are_asked_for_again(unit: Unit) -> None:
    """GIVEN two answers without what AppConfig's have, as of a proxy, THEN the switch goes on in this run."""
    unit.canary(1)
    unit.script.will("list_deployments", KeyError("Items"), TypeError("NoneType"))
    Watch(unit).run(ALARM)
    assert deployed_on(unit)


def test_a_reason_with_control_characters_is_deployed_without_them(unit: Unit) -> None:
    """GIVEN a latch whose reason would steer a terminal THEN the deployment's description does not."""
    unit.canary(1)
    unit.ssm.parameters["/latch"] = json.dumps({**WHO, "reason": "a\x00\x1b[2J\u202e\nb"})
    Watch(unit).tick()
    assert unit.killed
    assert unit.appconfig.environments["kill"].deployments[-1].description.isprintable()


def test_a_deployment_that_does_not_say_when_it_began_is_replaced_all_the_same(unit: Unit) -> None:
    """GIVEN listed deployments with nothing but a number and a state THEN the switch goes on."""
    unit.canary(1)
    listed = unit.appconfig.op_list_deployments

    def bare(**asked: Any) -> dict[str, Any]:
        items = listed(**asked)["Items"]
        return {
            "Items": [
                {"DeploymentNumber": each["DeploymentNumber"], "State": each["State"]} for each in items
            ]
        }

    unit.appconfig.op_list_deployments = bare  # type: ignore[method-assign]
    Watch(unit).run(ALARM)
    assert deployed_on(unit)


@pytest.mark.parametrize(
    "content",
    ['{"prismaKill": 1}', '{"prismaAdapter": {"enabled": true, "percentage": 50}}', '{"version": "1"}'],
)
def test_a_hosted_document_without_flags_and_values_is_unreadable_not_off(content: str) -> None:
    """Such as one in the form that is served: taken for off, nothing would be deployed over it."""
    assert isinstance(documents.document_of(content), Unreadable)
    assert documents.document_of("{}") == {"flags": {}, "values": {}}


def test_people_are_told_although_an_error_is_a_whole_page(unit: Unit) -> None:
    """GIVEN a service that answers with 400 KB THEN the message is one that SNS takes: 256 KB."""
    unit.canary(5)
    page = "x" * 400_000
    fails_on_prisma(unit)

    def answered_by_a_page(operation: str) -> None:
        if operation == "list_deployments" and unit.killed:
            raise ConnectionError(page)

    unit.script.before = answered_by_a_page
    Watch(unit).tick()
    (message,) = unit.sns.published
    assert len(message["Message"].encode()) < 10_000
