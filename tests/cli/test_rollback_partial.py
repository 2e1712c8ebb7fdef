"""`canary rollback` when something else does not work: the kill switch first, the rest said, code 3."""

from __future__ import annotations

import getpass
import io
import os
import pwd
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from canary.cli.operating import who
from tests.fakes.aws import refusal
from tests.guard.garbled import deployed_on

if TYPE_CHECKING:
    from tests.cli.conftest import Canary
    from tests.fakes.account import Account

FAULTS: dict[str, Any] = {
    "a proxy's page": lambda: ResponseParserError("Unable to parse response, <html>504</html>"),
    "a page in another encoding": lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    "no answer": lambda: ReadTimeoutError(endpoint_url="https://aws.test"),
    "no way there": lambda: EndpointConnectionError(endpoint_url="https://aws.test"),
    "no credentials": NoCredentialsError,
    "expired": lambda: refusal("ExpiredTokenException", "The security token is expired", 403),
    "refused": lambda: refusal("AccessDeniedException", "no", 403),
    "an answer of another service": lambda: KeyError("Parameter"),
}
BESIDE = {
    "SSM": {"put_parameter", "get_parameter", "delete_parameter"},
    "SNS": {"publish"},
    "STS": {"get_caller_identity"},
    "CloudWatch": {"describe_alarms", "get_metric_data"},
    "CodeDeploy": {"list_deployments_of_releases", "get_deployment_of_releases"},
    "the trail": {"create_log_group", "put_log_events"},
    "what is served": {"start_configuration_session", "get_latest_configuration"},
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("service", BESIDE)
def test_no_other_service_holds_the_kill_switch_up(
    canary: Canary, account: Account, service: str, fault: str
) -> None:
    """GIVEN a service that fails in any way WHEN rolled back THEN killed, no traceback, code 0 or 3."""
    account.canary(5)

    def down(operation: str) -> None:
        if operation in BESIDE[service]:
            error: BaseException = FAULTS[fault]()
            raise error

    account.script.before = down
    result = canary("rollback", "--reason", "x", "--wait", "0")
    account.script.before = lambda _operation: None
    assert deployed_on(account), result.output
    assert result.exit_code in {0, 3}, result.output
    assert "Traceback" not in result.output
    if service in {"SSM", "SNS", "the trail"}:
        assert result.exit_code == 3
        assert fault != "no credentials" or "credentials" in result.output


def test_a_kill_switch_that_is_not_on_is_said_with_code_1(canary: Canary, account: Account) -> None:
    """GIVEN AppConfig refuses deployments THEN code 1, and where the break-glass lines are."""
    account.canary(5)

    def down(operation: str) -> None:
        if operation == "start_deployment":
            raise refusal("AccessDeniedException", "no", 403)

    account.script.before = down
    result = canary("rollback", "--reason", "x", "--wait", "0")
    assert result.exit_code == 1
    assert "break-glass" in result.stderr


def test_a_user_that_the_machine_does_not_know_rolls_back(
    canary: Canary, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN STS down and a container without a passwd entry THEN by number; the rollback is the same."""

    def unknown(_uid: int) -> Any:
        raise KeyError("uid not found")

    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    account.script.will("get_caller_identity", *[refusal("ServiceUnavailable", status=503)] * 2)
    account.canary(5)
    assert canary("rollback", "--reason", "x").exit_code == 0
    assert account.killed
    assert account.trail()[0]["who"].startswith(f"user {os.getuid()} on this machine")


def test_a_name_that_no_stream_can_encode_is_escaped(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a user name with bytes that are not UTF-8 THEN who it is can be written anywhere."""
    monkeypatch.setattr(getpass, "getuser", lambda: "j\udcf8")
    account.script.will("get_caller_identity", NoCredentialsError())
    assert who(account).encode().startswith(b"j\\udcf8")  # type: ignore[arg-type]


class Gone:
    """A stream whose reader has gone."""

    encoding = "ascii"

    def write(self, _text: str) -> int:
        raise BrokenPipeError

    def flush(self) -> None:
        raise BrokenPipeError

    def isatty(self) -> bool:
        return False


@pytest.mark.parametrize("stream", ["stderr", "stdout"])
def test_a_closed_pipe_stops_nothing(
    canary: Canary, account: Account, monkeypatch: pytest.MonkeyPatch, stream: str
) -> None:
    """GIVEN nobody reads what is said any more WHEN rolled back THEN all steps are taken and written down."""
    account.canary(5)
    streams = {"stdout": io.StringIO(), "stderr": io.StringIO(), stream: Gone()}
    monkeypatch.setattr("canary.cli.commands.speech.sys", SimpleNamespace(**streams))
    assert canary("rollback", "--reason", "x").exit_code == 0
    assert (account.killed, account.off) == (True, True)
    assert [entry["stage"] for entry in account.trail()] == ["done"]


def test_repeated_rounds_tell_people_once_without_a_latch(
    canary: Canary, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a role that may not write parameters, and a red alarm to wait for, THEN told once."""
    account.canary(5)
    account.states["canary-alarm"] = "ALARM"

    def refused(operation: str) -> None:
        if operation == "put_parameter":
            raise refusal("AccessDeniedException", "no", 403)

    account.script.before = refused
    monkeypatch.setattr("canary.cli.rollback.PAUSE_S", 0.01)
    result = canary("rollback", "--reason", "x", "--wait", "0.5")
    assert result.stderr.count("Waiting for what is left") > 1
    assert account.killed
    assert len(account.published) == 1


@pytest.mark.parametrize("text", ['{"steps": "abc"}', "[" * 50_000, '{"v": 2}'])
def test_an_unreadable_latch_is_shown_and_can_be_cleared(canary: Canary, account: Account, text: str) -> None:
    """GIVEN a latch that cannot be read THEN status says so and how to clear it, and resume clears it."""
    account.latch()
    account.ssm.parameters["/latch"] = text
    shown = canary("status")
    assert shown.exit_code == 3
    assert "latch        by whom is unreadable, unreadable (" in shown.stdout
    assert "`canary resume --reason …` clears it" in shown.stdout
    result = canary("resume", "--reason", "it was garbage")
    assert result.exit_code == 0, result.output
    assert "/latch" not in account.ssm.parameters
    assert not account.killed


def test_flags_that_cannot_be_read_are_said_and_not_built_upon(canary: Canary, account: Account) -> None:
    """GIVEN a ramp document with a name twice THEN status says so, and what builds on it refuses."""
    content = b'{"version": "1", "flags": {}, "values": {"prismaAdapter": {}, "prismaAdapter": {}}}'
    account.flags.versions["ramp"][1] = (content, None)
    assert "prismaAdapter' twice" in canary("status").stdout
    for verb in (["enable", "--percentage", "1"], ["ramp"]):
        result = canary(*verb, "--reason", "x")
        assert result.exit_code == 1
        assert "`canary rollback --reason …` deploys the ramp's flags again" in result.stderr, verb
        assert result.stderr.count("\n") == 1
    assert canary("rollback", "--reason", "x").exit_code == 0
    assert account.off
    assert canary("resume", "--reason", "x").exit_code == 0


def test_a_rollback_over_flags_that_cannot_be_read_does_not_end(canary: Canary, account: Account) -> None:
    """GIVEN a latch, and a ramp document with a name twice WHEN resumed THEN it says what helps."""
    content = b'{"version": "1", "flags": {}, "values": {"prismaAdapter": {}, "prismaAdapter": {}}}'
    account.flags.versions["ramp"][1] = (content, None)
    account.latch()
    result = canary("resume", "--reason", "x")
    assert result.exit_code == 1
    assert "`canary rollback --reason …` deploys the ramp's flags again" in result.stderr
    assert account.killed


def test_what_cannot_be_told_after_a_resume_is_said_with_code_3(canary: Canary, account: Account) -> None:
    """GIVEN SNS is down when a rollback has ended THEN it has ended; code 3."""
    account.latch()
    account.script.will("publish", refusal("InternalError", status=500))
    result = canary("resume", "--reason", "x")
    assert result.exit_code == 3
    assert "People were not told" in result.stderr
    assert "/latch" not in account.ssm.parameters


def test_a_foreign_line_in_the_trail_is_shown_as_unreadable(canary: Canary, account: Account) -> None:
    """GIVEN lines that are no entries THEN the audit shows each, and goes on."""
    canary("enable", "--percentage", "1", "--reason", "H+1")
    at = account.clock.moment
    for line in ("[" * 50_000, "hello", '{"when": 5}', '{"when": "x", "when": "y"}'):
        account.logs.add("/huntaze/read-migration/audit", line, at)
    result = canary("audit", "--since", "1d")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("unreadable") == 4
    assert "H+1" in result.stdout
