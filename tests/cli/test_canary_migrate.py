"""`canary migrate`: what the function said is told, asked for in prod, and written down."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError

from canary.cli.clients import Clients
from canary.cli.errors import OpsError
from canary.cli.migrate import look
from canary.cli.target import Target
from components.functions.migrate_function import TIMEOUT_S
from tests.fakes.account import target as names
from tests.fakes.aws import body, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Canary
    from tests.fakes.account import Account

ONE, TWO = "20261101000000_init", "20261201000000_prices"
DRIFT = (
    f"Migration {ONE} was edited after it had been applied: restore the file and add a new migration instead."
)


class Database:
    """The function as `functions/prisma_read/src/migrate.ts` answers, with a history in memory.

    Attributes:
        asked: Each event.
        says: What it answers instead.
    """

    def __init__(self, account: Account, before: list[str], package: list[str]) -> None:
        self.before, self.package = before, package
        self.asked: list[dict[str, Any]] = []
        self.says: dict[str, Any] | None = None
        self.error: str | None = None
        account.functions.op_invoke = self.invoke  # type: ignore[method-assign]

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - AWS's names
        assert FunctionName == "prisma-migrate"
        event = json.loads(Payload)
        self.asked.append(event)
        failed = {"FunctionError": self.error} if self.error else {}
        return {"Payload": body(json.dumps(self.says or self._answer(event)).encode()), **failed}

    def _answer(self, event: dict[str, Any]) -> dict[str, Any]:
        before = list(self.before)
        pending = [name for name in self.package if name not in before]
        if event == {"request": "status"}:
            return {"status": "ok", "applied": [], "before": before, "pending": pending}
        assert event == {"request": "apply"}
        self.before += pending
        return {"status": "ok", "applied": pending, "before": before, "pending": []}


@pytest.fixture
def database(account: Account) -> Database:
    """One migration is applied, one is not."""
    return Database(account, [ONE], [ONE, TWO])


def test_what_is_pending_is_applied_told_and_written_down(
    canary: Canary, account: Account, database: Database
) -> None:
    """GIVEN a pending migration WHEN migrated THEN it is named, and the trail has both lines."""
    result = canary("migrate", "--reason", "prices")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [f"applied {TWO}", "1 applied before."]
    began, done = account.trail()
    assert (began["stage"], began["verb"], began["why"]) == ("began", "migrate", "prices")
    assert began["after"] == {"pending": [TWO]}
    assert (done["stage"], done["after"]["applied"]) == ("done", [TWO])
    assert database.before == [ONE, TWO]


def test_with_nothing_to_do_nothing_is_asked_and_nothing_written(
    canary: Canary, account: Account, database: Database
) -> None:
    """GIVEN prod, all applied THEN it says so without a question, and the trail stays as it was."""
    database.before = [ONE, TWO]
    result = canary("migrate", stack="prod")
    assert result.exit_code == 0, result.output
    assert result.stdout == "Nothing to do: 2 applied before.\n"
    assert database.asked == [{"request": "status"}]
    assert account.trail() == []


def test_a_dry_run_says_what_is_pending_and_applies_nothing(
    canary: Canary, account: Account, database: Database
) -> None:
    """Exit code 3 while something is pending, so that a pipeline can stop there; no line in the trail."""
    result = canary("migrate", "--dry-run", stack="prod")
    assert result.exit_code == 3, result.output
    assert result.stdout.splitlines() == [f"pending {TWO}", "1 applied before."]
    assert database.asked == [{"request": "status"}]
    assert account.trail() == []


def test_production_is_migrated_when_its_name_was_typed(canary: Canary, database: Database) -> None:
    """GIVEN prod THEN what is pending is shown first; another name changes nothing."""
    refused = canary("migrate", stack="prod", keys="beta\n")
    assert refused.exit_code == 1
    assert f"Pending: {TWO}." in refused.stderr
    assert database.before == [ONE]
    assert canary("migrate", stack="prod", keys="prod\n").exit_code == 0
    assert database.before == [ONE, TWO]


def test_drift_is_named_with_what_to_do_and_nothing_is_changed(
    canary: Canary, account: Account, database: Database
) -> None:
    """GIVEN an edited migration THEN exit code 1, the function's own words, and no change begun."""
    database.says = {"status": "drift", "message": DRIFT}
    result = canary("migrate")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [f"drift: {DRIFT}", "Nothing was applied."]
    assert json.loads(canary("migrate", "--json").stdout)["status"] == "drift"
    assert account.trail() == []


def test_sql_that_fails_is_told_and_written_down(
    canary: Canary, account: Account, database: Database
) -> None:
    """GIVEN SQL that PostgreSQL refuses THEN exit code 1, and the trail says that nothing was applied."""

    def then_fails() -> None:
        database.says = {"status": "failed", "message": f"Migration {TWO} failed with PostgreSQL's 55P03"}

    account.script.will("create_log_group", then_fails)
    result = canary("migrate")
    assert result.exit_code == 1
    assert f"failed: Migration {TWO} failed with PostgreSQL's 55P03" in result.stdout
    assert account.trail()[-1]["after"]["status"] == "failed"
    assert account.trail()[-1]["after"]["applied"] == []


def test_json_says_the_same(canary: Canary, database: Database) -> None:
    """One document, with every field."""
    assert json.loads(canary("migrate", "--json").stdout) == {
        "status": "ok",
        "applied": [TWO],
        "before": [ONE],
        "pending": [],
        "message": "",
    }


def timed_out(_account: Account, database: Database) -> None:
    """As Lambda says it: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html."""
    database.error = "Unhandled"
    database.says = {"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out"}


FAULTS: list[tuple[str, Callable[[Account, Database], object]]] = [
    ("prisma-migrate failed: Sandbox.Timedout: Task timed out", timed_out),
    ("it is not of this version", lambda _a, d: setattr(d, "says", {"status": "invalid"})),
    (
        "There is no function prisma-migrate: run `pulumi up` first.",
        lambda a, _d: a.script.will("invoke", refusal("ResourceNotFoundException", status=404)),
    ),
    (
        "prisma-migrate has not answered",
        lambda a, _d: a.script.will("invoke", ReadTimeoutError(endpoint_url="https://lambda")),
    ),
    (
        "AWS: An error occurred (AccessDeniedException)",
        lambda a, _d: a.script.will("invoke", refusal("AccessDeniedException", status=403)),
    ),
]


@pytest.mark.parametrize(("says", "fault"), FAULTS, ids=[says for says, _ in FAULTS])
def test_a_function_that_does_not_answer_is_said_in_one_sentence(
    canary: Canary,
    account: Account,
    database: Database,
    says: str,
    fault: Callable[[Account, Database], object],
) -> None:
    """GIVEN a fault on the way THEN exit code 1 and what is wrong, no traceback, no line in the trail."""
    fault(account, database)
    result = canary("migrate")
    assert result.exit_code == 1
    assert says in result.stderr
    assert account.trail() == []


def test_a_stack_of_an_older_version_is_told_to_be_brought_up() -> None:
    """GIVEN outputs without the function THEN the target is whole, and only migrating is refused."""
    outputs = {name: value for name, value in vars(names()).items() if name != "migrate_function"}
    old = Target.from_outputs(outputs)
    assert old.migrate_function is None
    with pytest.raises(OpsError, match="Run `pulumi up` with this version"):
        look(None, old)


def test_the_client_waits_longer_than_the_function_may_run_and_never_asks_twice() -> None:
    """A repeated invocation would find the first one's migrations applied, and report nothing to do."""
    clients = Clients("http://127.0.0.1:9", "us-east-1")
    patient, usual = clients.patient_lambda.meta.config, clients.lambda_.meta.config
    assert patient.read_timeout > TIMEOUT_S > usual.read_timeout
    assert patient.retries["total_max_attempts"] == 1
    assert patient.connect_timeout == usual.connect_timeout
