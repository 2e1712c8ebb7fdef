"""`canary ready`: each check fails for its own reason only, says what it looked at and how to mend it."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from mock_read.http import entry

from canary.cli.checks import looking_ready
from canary.cli.checks.functions_answer import NOBODY, entry_event
from canary.cli.checks.ready import CHECKS
from tests.fakes.account import Account, alias_arn, answered
from tests.fakes.aws import refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Canary


@pytest.fixture(autouse=True)
def api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, int]:
    """The API's answers by URL; what is not there refuses the connection. The documents are there."""
    answers = {"http://api.test/health": 200}

    def get(_self: object, url: str) -> int:
        if url not in answers:
            raise ConnectionRefusedError("refused")
        return answers[url]

    monkeypatch.setattr("canary.cli.web.Web.get", get)
    for document in looking_ready.DOCUMENTS:
        (tmp_path / document).touch()
    monkeypatch.setattr(looking_ready, "DOCS", tmp_path)
    return answers


def not_ok(canary: Canary) -> dict[str, dict[str, Any]]:
    """Checks that are not ok, by name."""
    checks = json.loads(canary("ready", "--wait", "0", "--json").stdout)["checks"]
    return {check["name"]: check for check in checks if check["state"] != "ok"}


def test_a_fresh_unit_is_ready(canary: Canary) -> None:
    """Everything is ok: exit code 0, names on stderr as they are looked at, findings on stdout."""
    result = canary("ready", "--wait", "0")
    assert result.exit_code == 0, result.output
    assert f"{len(CHECKS)}/{len(CHECKS)} ok. Ready." in result.stdout
    assert "… the API answers" in result.stderr
    assert "…" not in result.stdout


def test_the_sheets_checklist_is_answered() -> None:
    """Points 1 to 13 of the beta sheet's 14 are each answered by a check; the last is the test suite."""
    assert {check.point for check in CHECKS} - {0} == set(range(1, 14))


def test_the_entry_function_is_asked_in_the_name_of_its_own_claim() -> None:
    """A stack may name its users by another claim than ``sub``; whoever asks must use that one."""
    assert entry.parse(entry_event("email")).claims == {"email": NOBODY}


def test_looking_changes_nothing(canary: Canary, account: Account) -> None:
    """No call that changes something is made."""
    canary("ready", "--wait", "0")
    changing = ("put", "create", "update", "delete", "start_deployment", "stop", "publish")
    assert [call for call in account.script.calls if call.startswith(changing)] == []


def broken_prisma(account: Account) -> None:
    """A database that was never migrated."""
    error = {"errorType": "PrismaClientKnownRequestError", "errorMessage": 'table "Creator" does not exist'}
    account.functions.answers[alias_arn("prisma-read")] = lambda: answered(error, "Unhandled")


def failing_guard(account: Account) -> None:
    """A guard that may tell nobody."""
    tried = [{"what": "sns:Publish", "on": "arn:topic", "ok": False, "detail": "AccessDenied"}]
    account.functions.answers[alias_arn("guard")] = lambda: answered({"ok": False, "tried": tried})


def migrations(account: Account, payload: dict[str, Any], error: str | None = None) -> None:
    """What the migrations' function says."""
    account.functions.answers["prisma-migrate"] = lambda: answered(payload, error)


FAULTS: list[tuple[str, str, Callable[[Account], object]]] = [
    (
        "the entry function answers through its alias",
        "answered 503",
        lambda a: a.functions.answers.update({alias_arn("mock-read"): lambda: answered({"statusCode": 503})}),
    ),
    ("the Prisma function reads its database", 'table "Creator" does not exist', broken_prisma),
    (
        "the shadow function reads its database",
        'answered {"status": "invalid"}',
        lambda a: a.functions.answers.update(
            {alias_arn("prisma-read-shadow"): lambda: answered({"status": "invalid"})}
        ),
    ),
    (
        "the database is migrated",
        "pending: 20261201000000_prices",
        lambda a: migrations(a, {"status": "ok", "pending": ["20261201000000_prices"]}),
    ),
    (
        "the database is migrated",
        "drift: Migration one was edited",
        lambda a: migrations(a, {"status": "drift", "message": "Migration one was edited"}),
    ),
    (
        "the database is migrated",
        "could not be asked: prisma-migrate failed: DatabaseFault: ENOTFOUND",
        lambda a: migrations(a, {"errorType": "DatabaseFault", "errorMessage": "ENOTFOUND"}, "Unhandled"),
    ),
    ("X-Ray is active", "guard: PassThrough", lambda a: a.functions.tracing.update(guard="PassThrough")),
    ("traces arrive, annotated", "without userId", lambda a: a.xray.annotations.remove("userId")),
    ("traces arrive, annotated", "no trace of the last", lambda a: a.xray.annotations.clear()),
    ("the flag document is valid, and off", "the canary is on at 1 %", lambda a: a.canary(1)),
    (
        "the flag document is valid, and off",
        "prismaShadow is missing",
        lambda a: a.deploy(
            "ramp",
            {"version": "1", "flags": {"prismaAdapter": {}}, "values": {"prismaAdapter": {"enabled": False}}},
        ),
    ),
    ("the kill switch is off", "rolled back by alarm canary-alarm", Account.latch),
    (
        "the kill switch acts at once",
        "bakes 10",
        lambda a: a.environments.strategies.update({"at-once": (0, 10)}),
    ),
    (
        "the kill switch acts at once",
        "1 alarms watch",
        lambda a: a.environments.monitors.update(kill=["canary-alarm"]),
    ),
    (
        "safe baselines are deployed",
        "no deployment is complete",
        lambda a: a.flags.environments["ramp"].deployments.clear(),
    ),
    (
        "the alarms exist and are OK",
        "loss-alarm is INSUFFICIENT_DATA",
        lambda a: a.states.update({"loss-alarm": "INSUFFICIENT_DATA"}),
    ),
    (
        "the alarms act",
        "its actions are disabled",
        lambda a: a.alarms.details["p95-alarm"].update(ActionsEnabled=False),
    ),
    (
        "the alarms act",
        f"does not act on {alias_arn('guard')}",
        lambda a: a.alarms.details["p95-alarm"].update(AlarmActions=["arn:topic"]),
    ),
    ("the alarms are not muted", "canary-alarm by arn:mute", lambda a: a.alarms.muted.add("canary-alarm")),
    (
        "the ramp is monitored",
        "p95-alarm does not monitor",
        lambda a: a.environments.monitors["ramp"].remove("p95-alarm"),
    ),
    ("the dashboard is there", "DashboardNotFound", lambda a: setattr(a.alarms, "dashboard", None)),
    ("the saved queries are there", "7 of 8", lambda a: a.logs.queries.pop()),
    (
        "CodeDeploy is armed",
        "automatic rollback is disabled",
        lambda a: a.releases.group["autoRollbackConfiguration"].update(enabled=False),
    ),
    (
        "CodeDeploy is armed",
        "canary-alarm is not attached",
        lambda a: a.releases.group["alarmConfiguration"].update(alarms=[]),
    ),
    (
        "the alias leads to one version",
        "it is split",
        lambda a: a.lambda_._inner.alias.update(RoutingConfig={"AdditionalVersionWeights": {"2": 0.1}}),
    ),
    (
        "the guard ran in the last 2 minutes",
        "no run that came to its end",
        lambda a: a.logs.groups["/aws/lambda/guard"].clear(),
    ),
    ("the guard passes a self-test", "sns:Publish on arn:topic: AccessDenied", failing_guard),
    ("the guard may act", "sns:Publish", lambda a: a.iam.refused.add("sns:Publish")),
    (
        "people are told",
        "not confirmed: jo@huntaze.example",
        lambda a: a.topic.subscriptions[1].update(SubscriptionArn="PendingConfirmation"),
    ),
    ("the account has concurrency left", "10 of 1000", lambda a: setattr(a.functions, "unreserved", 10)),
]


@pytest.mark.parametrize(
    ("name", "says", "fault"), FAULTS, ids=[f"{name}: {says}"[:70] for name, says, _ in FAULTS]
)
def test_a_fault_is_found_said_and_how_to_mend_it(
    canary: Canary, account: Account, name: str, says: str, fault: Callable[[Account], object]
) -> None:
    """GIVEN one thing that is wrong THEN its check fails, says so and how to mend it; exit code 3."""
    fault(account)
    found = not_ok(canary)
    assert says in found[name]["found"]
    assert found[name]["state"] == "failed"
    assert found[name]["mend"]
    assert canary("ready", "--wait", "0").exit_code == 3


@pytest.mark.parametrize(("status", "says"), [(500, "answered 500"), (None, "refused")])
def test_an_api_that_does_not_answer_is_found(
    canary: Canary, api: dict[str, int], status: int | None, says: str
) -> None:
    """An error and a connection that is refused are both said."""
    api.clear()
    if status:
        api["http://api.test/health"] = status
    assert says in not_ok(canary)["the API answers"]["found"]


def test_a_rollback_that_would_have_to_wait_is_found(canary: Canary, account: Account) -> None:
    """GIVEN the kill environment is rolling back WHEN asked THEN a rollback now would not be at once."""
    account.flags.environments["kill"].deployments[-1].state = "ROLLING_BACK"
    assert "would have to wait" in not_ok(canary)["a rollback would act at once"]["found"]


def test_a_warning_does_not_keep_from_being_ready(canary: Canary, account: Account) -> None:
    """Nobody but the guard listens: a person may live with that, and is told."""
    account.topic.subscriptions.pop()
    result = canary("ready", "--wait", "0")
    assert result.exit_code == 0
    assert "warn people are told: nobody but the guard listens" in result.stdout


def test_a_check_that_cannot_look_is_not_ok_and_keeps_no_other_from_looking(
    canary: Canary, account: Account
) -> None:
    """GIVEN a missing permission THEN that check is unknown, all others are made, and it is not ready."""
    account.script.will(
        "simulate_principal_policy", refusal("AccessDenied", "iam:SimulatePrincipalPolicy", 403)
    )
    found = not_ok(canary)
    assert found["the guard may act"]["state"] == "unknown"
    assert list(found) == ["the guard may act"]
    account.script.will(
        "simulate_principal_policy", refusal("AccessDenied", "iam:SimulatePrincipalPolicy", 403)
    )
    assert canary("ready", "--wait", "0").exit_code == 3


def test_an_answer_that_is_no_json_is_a_finding_not_a_traceback(canary: Canary, account: Account) -> None:
    """What was read is not what it should be: said as that."""
    account.functions.answers[alias_arn("prisma-read")] = lambda: {"Payload": io.BytesIO(b"<html>")}
    found = not_ok(canary)["the Prisma function reads its database"]
    assert found["state"] == "unknown"
    assert "not what it should be" in found["found"]


def test_a_playbook_that_is_not_at_hand_is_a_warning(canary: Canary, tmp_path: Path) -> None:
    """Named; nobody is kept from going on."""
    (tmp_path / "BETA_PLAYBOOK.md").unlink()
    found = not_ok(canary)["the playbook is at hand"]
    assert found["state"] == "warning"
    assert "BETA_PLAYBOOK.md" in found["found"]
