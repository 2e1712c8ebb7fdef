"""The release check: asks the new version on both paths, and always answers CodeDeploy."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st
from mock_read.http import entry
from release_check.check import Check
from release_check.hook import Hook, NotAHookError
from release_check.probes import MEMBER, probes
from release_check.settings import Settings, SettingsError, read

from canary.read import contract, probing
from canary.unit.app_spec import AppSpec, UnreadableError, of_deployment
from tests.fakes.aws import Script, Service, refusal
from tests.fakes.releases import answered
from tests.program.stacks import own_actions

EVENT = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1"}
RECORD = contract.mock(probing.query(contract.PROBED))
PRISMA = "arn:prisma:live"


class Versions(Service):
    """The new version, as `mock_read` answers, and the Prisma alias; `faulty` spoils one answer."""

    services = ("lambda",)

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.asked: list[tuple[str, Any]] = []
        self.faulty: dict[str, Any] = {}

    def op_invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - AWS's names
        event = json.loads(Payload)
        self.asked.append((FunctionName, event))
        wanted = event.get(MEMBER, {}).get("path") or event.get("rawPath") or "prisma-alias"
        if wanted in self.faulty:
            return dict(self.faulty[wanted])
        if FunctionName == PRISMA:
            return answered({"status": "ok", "body": RECORD})
        status, body = {"/health": (200, {"status": "ok"}), "/creators/not%20an%20id": (400, {})}.get(
            event["rawPath"], (200, RECORD)
        )
        taken = event.get(MEMBER, {}).get("path")
        told = {MEMBER: {"served": taken} if taken else {}}
        return answered({"statusCode": status, "body": json.dumps(body), **told})


class Asking(Service):
    """CodeDeploy, waiting for an answer."""

    services = ("codedeploy",)

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.revision = AppSpec("mock-read", "live", "1", "2", "CodeDeployHook_x").revision()
        self.heard: list[tuple[str, str, str]] = []

    def op_get_deployment(self, *, deploymentId: str) -> dict[str, Any]:  # noqa: N803 - AWS's names
        info = {"deploymentId": deploymentId, "applicationName": "app", "revision": self.revision}
        return {"deploymentInfo": info}

    def op_get_application_revision(self, *, revision: Any, **_: Any) -> dict[str, Any]:
        return {"revision": AppSpec("mock-read", "live", "1", "3").revision()}

    def op_put_lifecycle_event_hook_execution_status(
        self,
        *,
        deploymentId: str,  # noqa: N803 - AWS's names
        lifecycleEventHookExecutionId: str,  # noqa: N803
        status: str,
    ) -> None:
        self.heard.append((deploymentId, lifecycleEventHookExecutionId, status))


class Case:
    """A hook with everything it speaks to."""

    def __init__(self) -> None:
        self.script = Script()
        self.versions, self.codedeploy = Versions(self.script), Asking(self.script)
        self.logged: list[str] = []

        def log(message: str, **_: Any) -> None:
            self.logged.append(message)

        check = Check(self.versions, Settings(PRISMA), log)
        self.hook = Hook(self.codedeploy, check, log)


@pytest.fixture
def case() -> Case:
    """A sound version."""
    return Case()


def test_a_sound_version_is_asked_by_its_own_qualifier_and_passes(case: Case) -> None:
    """GIVEN a version that answers WHEN checked THEN both paths were asked, of it alone, and it passes."""
    assert case.hook.run(EVENT)["faults"] == []
    assert case.codedeploy.heard == [("d-1", "e-1", "Succeeded")]
    assert {whom for whom, _ in case.versions.asked} == {"mock-read:2", PRISMA}
    paths = [event[MEMBER].get("path") for whom, event in case.versions.asked if whom == "mock-read:2"]
    assert paths == [None, None, "mock", "prisma"]


@pytest.mark.parametrize(
    ("where", "answer", "said"),
    [
        ("mock", answered({"errorType": "ImportError"}, "Unhandled"), "failed: ImportError"),
        ("mock", answered({"statusCode": 503, "body": "{}"}), "the mock path: answered 503, not 200"),
        (
            "prisma",
            answered({"statusCode": 200, "body": "{}"}),
            "the canary path: answered outside the contract: creator",
        ),
        (
            "prisma",
            answered(
                {
                    "statusCode": 200,
                    "body": json.dumps(RECORD),
                    MEMBER: {"served": "mock", "canaryError": "t"},
                }
            ),
            "the canary path: took another path",
        ),
        (
            "prisma",
            answered({"statusCode": 200, "body": json.dumps(RECORD)}),
            "the canary path: did not say which path it took",
        ),
        (
            "/creators/not%20an%20id",
            answered({"statusCode": 500}),
            "nobody can answer: answered 500, not 400",
        ),
        ("/health", answered(None), "health: answered None, not 200"),
        ("prisma-alias", answered({"status": "not-found"}), "Prisma: answered not-found, not ok"),
        (
            "prisma-alias",
            answered({"status": "ok", "body": {}}),
            "Prisma: answered outside the contract: creator",
        ),
    ],
)
def test_each_fault_fails_the_release_and_is_named(
    case: Case, where: str, answer: dict[str, Any], said: str
) -> None:
    """GIVEN one answer that is wrong WHEN checked THEN Failed, and the fault says which and how."""
    case.versions.faulty[where] = answer
    (fault,) = case.hook.run(EVENT)["faults"]
    assert said in fault
    assert case.codedeploy.heard == [("d-1", "e-1", "Failed")]


@pytest.mark.parametrize("error", [ReadTimeoutError(endpoint_url="x"), refusal("TooManyRequestsException")])
def test_a_version_that_cannot_be_invoked_fails(case: Case, error: Exception) -> None:
    """GIVEN a version that hangs, or is throttled WHEN checked THEN Failed; it is not asked again."""
    case.script.will("invoke", error)
    (fault,) = case.hook.run(EVENT)["faults"]
    assert "could not be invoked" in fault
    assert case.script.calls["invoke"] == 5


def test_a_deployment_that_cannot_be_read_fails_at_once(case: Case) -> None:
    """GIVEN CodeDeploy does not say what is deployed THEN Failed now, not in an hour."""
    case.script.will("get_deployment", refusal("ThrottlingException"))
    case.hook.run(EVENT)
    assert case.codedeploy.heard == [("d-1", "e-1", "Failed")]


def test_content_left_out_of_the_deployment_is_asked_for(case: Case) -> None:
    """GIVEN GetDeployment without the AppSpec's content THEN the revision is read for it."""
    case.codedeploy.revision = {"revisionType": "AppSpecContent", "appSpecContent": {"sha256": "x"}}
    case.hook.run(EVENT)
    assert case.versions.asked[0][0] == "mock-read:3"


def test_its_role_may_do_what_it_calls_and_no_more(case: Case) -> None:
    """GIVEN a check that has to ask for everything THEN its calls are its permissions, each and all."""
    case.codedeploy.revision = {"revisionType": "AppSpecContent", "appSpecContent": {"sha256": "x"}}
    case.hook.run(EVENT)
    assert case.script.actions == own_actions("CodeDeployHook_huntaze-release-role")


def test_an_answer_that_was_heard_before_is_no_fault(case: Case) -> None:
    """GIVEN a hook that Lambda runs a second time THEN that its answer is known already is not an error."""
    error = refusal("LifecycleEventAlreadyCompletedException")
    case.script.will("put_lifecycle_event_hook_execution_status", error)
    case.hook.run(EVENT)
    assert "ANSWERED-BEFORE" in case.logged


def test_an_answer_that_does_not_arrive_is_given_again_by_lambda(case: Case) -> None:
    """GIVEN CodeDeploy cannot be told THEN the run fails, which makes Lambda repeat it."""
    error = refusal("InternalFailure", status=500)
    case.script.will("put_lifecycle_event_hook_execution_status", error)
    with pytest.raises(Exception, match="InternalFailure"):
        case.hook.run(EVENT)


@pytest.mark.parametrize("event", [{}, None, [], {"DeploymentId": "d-1"}])
def test_anybody_else_is_told_what_this_is(case: Case, event: Any) -> None:
    """GIVEN an event that is not CodeDeploy's THEN the error says who invokes this, and nothing was asked."""
    with pytest.raises(NotAHookError, match="invoked by CodeDeploy"):
        case.hook.run(event)
    assert case.versions.asked == []


def test_the_probes_are_requests_that_the_entry_function_understands() -> None:
    """GIVEN the events of the probes THEN the entry function's own parser reads them as meant."""
    health, malformed, mock, canary = (entry.parse(probe.event) for probe in probes("email"))
    assert health.path == "/health"
    assert contract.query(mock.path, mock.parameters) == probing.query(contract.PROBED)
    assert mock.path == canary.path
    assert mock.claims == canary.claims == {"email": "release-check"}
    with pytest.raises(contract.InvalidRequestError):
        contract.query(malformed.path, malformed.parameters)


def test_settings_that_are_missing_are_all_named() -> None:
    """GIVEN an empty environment THEN the variable is named."""
    with pytest.raises(SettingsError, match="PRISMA_FUNCTION_ARN"):
        read({})
    assert read({"PRISMA_FUNCTION_ARN": PRISMA, "USER_CLAIM": "email"}) == Settings(PRISMA, "email")


VERSION = st.integers(1, 10**9).map(str)


@given(VERSION, VERSION, st.none() | st.from_regex(r"CodeDeployHook_[a-z-]{1,20}", fullmatch=True))
def test_an_appspec_is_read_back_as_it_was_written(before: str, after: str, check: str | None) -> None:
    """GIVEN any versions and hook WHEN written and read back THEN the same."""
    spec = AppSpec("mock-read", "live", before, after, check)
    assert of_deployment(None, {"deploymentId": "d", "revision": spec.revision()}) == spec


@given(st.text(min_size=1) | st.sampled_from(["{}", '{"Resources": []}', '{"Resources": [{}]}', "[]"]))
def test_other_peoples_revisions_are_refused_by_name(content: str) -> None:
    """GIVEN a revision that is no AppSpec of ours THEN the deployment is named."""
    revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}}
    with pytest.raises(UnreadableError, match="d-7 deploys something else"):
        of_deployment(None, {"deploymentId": "d-7", "revision": revision})
