"""Checked inputs, and what a preview knows."""

from __future__ import annotations

from localaws.provider.model import Change
from localaws.provider.plan import Origin, assembled, completed, planned, replanned
from localaws.provider.types import TYPES
from localaws.provider.wire import DEFAULTS, UNKNOWN

FUNCTION = TYPES["aws:lambda/function:Function"]
ROLE = TYPES["aws:iam/role:Role"]
ALARM = TYPES["aws:cloudwatch/metricAlarm:MetricAlarm"]
SEED = bytes.fromhex("0123456789abcdef")


def test_a_name_follows_from_the_programs_and_the_engines_seed() -> None:
    """GIVEN no name WHEN checked THEN one is derived, noted as derived, and the same each time."""
    one = completed(ROLE, {"assumeRolePolicy": "{}"}, Origin("guard", SEED))
    assert one["name"] == "guard-0123456"
    assert "name" in one[DEFAULTS]
    assert completed(ROLE, {"assumeRolePolicy": "{}"}, Origin("guard", SEED)) == one


def test_a_derived_name_is_kept_and_a_chosen_one_not_touched() -> None:
    """GIVEN a name derived before WHEN checked with another seed THEN it stays; so do chosen ones."""
    old = completed(ROLE, {"assumeRolePolicy": "{}"}, Origin("guard", SEED))
    again = completed(ROLE, {"assumeRolePolicy": "{}"}, Origin("guard", b"\xff" * 8, old=old))
    assert again["name"] == old["name"]
    chosen = completed(ROLE, {"assumeRolePolicy": "{}", "name": "mine"}, Origin("guard", SEED, old=old))
    assert (chosen["name"], "name" in chosen[DEFAULTS]) == ("mine", False)


def test_the_providers_defaults_are_filled_in_and_noted() -> None:
    """GIVEN an alarm that says little WHEN checked THEN defaults are there, the user's own win."""
    inputs = completed(ALARM, {"name": "a", "actionsEnabled": False}, Origin("a"))
    assert (inputs["treatMissingData"], inputs["actionsEnabled"]) == ("missing", False)
    assert inputs[DEFAULTS] == ["treatMissingData"]


def test_default_tags_are_merged_into_all_tags_and_the_resources_own_win() -> None:
    """GIVEN default tags WHEN a taggable resource is checked THEN tagsAll has both, and tags only its own."""
    origin = Origin("a", default_tags={"Project": "p", "Stack": "beta"})
    inputs = completed(ALARM, {"name": "a", "tags": {"Stack": "own"}}, origin)
    assert inputs["tagsAll"] == {"Project": "p", "Stack": "own"}
    assert inputs["tags"] == {"Stack": "own"}
    assert completed(ALARM, {"tags": {"a": UNKNOWN}}, origin)["tagsAll"] is UNKNOWN


def test_a_resource_without_tags_gets_none() -> None:
    """GIVEN default tags WHEN a resource cannot be tagged THEN it has no tagsAll."""
    kind = TYPES["aws:lambda/alias:Alias"]
    assert "tagsAll" not in completed(kind, {}, Origin("a", default_tags={"a": "b"}))


def test_a_preview_of_a_creation_knows_inputs_and_nothing_of_the_service() -> None:
    """GIVEN a function to be created WHEN previewed THEN inputs are echoed and computed outputs unknown."""
    found = planned(FUNCTION, completed(FUNCTION, {"role": "r", "name": "f"}, Origin("f")), "us-east-1")
    assert (found["name"], found["timeout"], found["region"]) == ("f", 3, "us-east-1")
    for name in (
        "arn",
        "version",
        "invokeArn",
        "qualifiedArn",
        "codeSha256",
        "architectures",
        "loggingConfig",
    ):
        assert found[name] is UNKNOWN
    assert DEFAULTS not in found


def test_what_was_given_is_known_though_the_service_could_fill_it_in() -> None:
    """GIVEN architectures in the program WHEN previewed THEN they are known."""
    inputs = {"role": "r", "architectures": ["arm64"]}
    assert planned(FUNCTION, inputs, "us-east-1")["architectures"] == ["arm64"]


def changed(**new: object) -> Change:
    """A function whose inputs were changed so."""
    old = {"role": "r", "name": "f", "timeout": 3, "tagsAll": {}}
    state = {**old, "arn": "arn:f", "version": "1", "qualifiedArn": "arn:f:1"}
    return Change("f", old, state, {**old, **new})


def test_a_preview_of_an_update_knows_what_stays() -> None:
    """GIVEN a new timeout WHEN previewed THEN the ARN stays known, the version to come does not."""
    found = replanned(FUNCTION, changed(timeout=5), "us-east-1")
    assert (found["arn"], found["timeout"]) == ("arn:f", 5)
    assert found["version"] is UNKNOWN
    assert found["qualifiedArn"] is UNKNOWN


def test_tags_and_concurrency_publish_nothing() -> None:
    """GIVEN only tags or reserved concurrency changed WHEN previewed THEN the version stays known."""
    found = replanned(FUNCTION, changed(tagsAll={"a": "b"}, reservedConcurrentExecutions=5), "us-east-1")
    assert found["version"] == "1"


def test_the_state_is_what_the_service_returns() -> None:
    """GIVEN a live answer in another form, and one left out WHEN assembled THEN the service's form stays."""
    inputs = {"assumeRolePolicy": '{"a": 1}', "name": "r", "description": "gone", "path": "/"}
    live = {"assumeRolePolicy": '{"a":1}', "arn": "arn:r", "description": None}
    found = assembled(ROLE, inputs, live, "us-east-1")
    assert found == {"assumeRolePolicy": '{"a":1}', "name": "r", "arn": "arn:r", "path": "/"}
