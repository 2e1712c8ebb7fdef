"""Lambda with versions and aliases, and a CodeDeploy that shifts one alias as the clock advances."""

# ruff: noqa: N803 - parameters have the names that AWS gives them
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from canary.unit.app_spec import AppSpec, of_deployment
from tests.fakes.aws import Clock, CloudWatch, Script, Service, body, refusal
from tests.fakes.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Callable

ALARMS = ("overall-alarm", "canary-alarm")
STEP_S, PERCENT = 60.0, 50


class Functions(Service):
    """Functions by name, each with versions and one alias ``live``.

    Attributes:
        answers: Answers by ``function:version``; the default is a read that finds nothing.
        elsewhere: Further aliases by function: name and version.
    """

    services = ("lambda",)

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        reads = ("mock-read", "prisma-read", "prisma-read-shadow", "prisma-migrate")
        names = (*reads, "guard", "CodeDeployHook_huntaze-release")
        self.versions: dict[str, list[str]] = {name: ["1"] for name in names}
        self.aliases: dict[str, dict[str, Any]] = {name: alias("1") for name in names}
        self.elsewhere: dict[str, dict[str, str]] = {}
        self.answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}

    def publish(self, function: str) -> str:
        """Publish a version, as `pulumi up` does."""
        version = str(int(self.versions[function][-1]) + 1)
        self.versions[function].append(version)
        return version

    def move(self, function: str, version: str, weights: dict[str, float] | None = None) -> None:
        """Move the alias, as CodeDeploy, the guard or a person does."""
        self.aliases[function] = alias(version, weights, int(self.aliases[function]["RevisionId"]) + 1)

    def op_list_versions_by_function(self, *, FunctionName: str) -> dict[str, Any]:
        versions = ["$LATEST", *self.versions[FunctionName]]
        return {"Versions": [{"Version": version} for version in versions]}

    def op_list_aliases(self, *, FunctionName: str) -> dict[str, Any]:
        more = self.elsewhere.get(FunctionName, {}).items()
        others = [{"Name": name, **alias(version)} for name, version in more]
        return {"Aliases": [{"Name": "live", **self.aliases[FunctionName]}, *others]}

    def op_get_alias(self, *, FunctionName: str, Name: str) -> dict[str, Any]:
        assert Name == "live"
        return dict(self.aliases[FunctionName])

    def op_update_alias(
        self, *, FunctionName: str, Name: str, FunctionVersion: str, RoutingConfig: Any, RevisionId: str
    ) -> None:
        if RevisionId != self.aliases[FunctionName]["RevisionId"]:
            raise refusal("PreconditionFailedException", status=412)
        self.move(FunctionName, FunctionVersion, RoutingConfig["AdditionalVersionWeights"])

    def op_delete_function(self, *, FunctionName: str, Qualifier: str) -> None:
        used = self.aliases[FunctionName]
        if Qualifier in {used["FunctionVersion"], *weights_of(used)}:
            raise refusal("ResourceConflictException", "an alias names it", 409)
        self.versions[FunctionName].remove(Qualifier)

    def op_invoke(self, *, FunctionName: str, Payload: bytes, Qualifier: str = "") -> dict[str, Any]:
        asked = f"{FunctionName}:{Qualifier}" if Qualifier else FunctionName
        event = json.loads(Payload)
        return self.answers[asked](event) if asked in self.answers else answered({"status": "not-found"})


class Deployments(Service):
    """CodeDeploy for one group: shifts half of the traffic a minute, asks hooks and alarms as AWS does.

    Attributes:
        passes: Whether the release check accepts a release.
    """

    services = ("codedeploy",)

    def __init__(self, script: Script, functions: Functions, cloudwatch: CloudWatch, clock: Clock) -> None:
        super().__init__(script)
        self._functions, self._cloudwatch, self._clock = functions, cloudwatch, clock
        self.infos: dict[str, dict[str, Any]] = {}
        self.passes = True
        self.asked: list[str] = []
        self.group: dict[str, Any] = {
            "deploymentConfigName": "half-a-minute",
            "alarmConfiguration": {"enabled": True, "alarms": [{"name": name} for name in ALARMS]},
            "autoRollbackConfiguration": {
                "enabled": True,
                "events": [
                    "DEPLOYMENT_FAILURE",
                    "DEPLOYMENT_STOP_ON_ALARM",
                    "DEPLOYMENT_STOP_ON_REQUEST",
                ],
            },
        }
        clock.each.append(self.advance)

    def advance(self) -> None:
        """Advance every deployment in progress."""
        for info in list(self.infos.values()):
            if info["status"] == "InProgress":
                self._advance(info)

    def _advance(self, info: dict[str, Any]) -> None:
        spec = of_deployment(self, info)
        if info.get("creator") == "codeDeployRollback":
            self._functions.move(spec.function, spec.after)
            info.update(status="Succeeded", completeTime=self._clock.moment)
            return
        asked = info.get("overrideAlarmConfiguration") or self.group["alarmConfiguration"]
        names = [alarm["name"] for alarm in asked["alarms"]] if asked["enabled"] else []
        red = [name for name in names if self._cloudwatch.alarms.get(name) == "ALARM"]
        if red:
            self._end(info, spec, f"Activated alarms: {', '.join(red)}")
        elif spec.check is not None and not info["checked"] and not self._checked(info, spec):
            self._end(info, spec, "The lifecycle event BeforeAllowTraffic failed.")
        else:
            self._shift(info, spec)

    def _checked(self, info: dict[str, Any], spec: AppSpec) -> bool:
        self.asked.append(f"{spec.check} about {spec.after}")
        info["checked"] = True
        return self.passes

    def _shift(self, info: dict[str, Any], spec: AppSpec) -> None:
        passed = self._clock.now() - info["createTime"].timestamp()
        if passed >= STEP_S:
            self._functions.move(spec.function, spec.after)
            info.update(status="Succeeded", completeTime=self._clock.moment, weight=100)
        elif not info["weight"]:
            info["weight"] = PERCENT
            self._functions.move(spec.function, spec.before, {spec.after: PERCENT / 100})

    def _end(self, info: dict[str, Any], spec: AppSpec, why: str) -> None:
        info.update(status="Stopped", completeTime=self._clock.moment, errorInformation={"message": why})
        back = self._new(AppSpec(spec.function, spec.alias, spec.after, spec.before), "codeDeployRollback")
        info["rollbackInfo"] = {"rollbackDeploymentId": back}

    def _new(self, spec: AppSpec, creator: str, **more: Any) -> str:
        identifier = f"d-{len(self.infos) + 1}"
        self.infos[identifier] = {
            "deploymentId": identifier,
            "applicationName": "app",
            "status": "InProgress",
            "createTime": self._clock.moment,
            "creator": creator,
            "revision": spec.revision(),
            "checked": False,
            "weight": 0,
            **more,
        }
        return identifier

    def op_create_deployment(self, *, revision: Any, **params: Any) -> dict[str, str]:
        if any(info["status"] == "InProgress" for info in self.infos.values()):
            raise refusal("DeploymentLimitExceededException")
        info = {"deploymentId": "new", "revision": revision}
        return {"deploymentId": self._new(of_deployment(self, info), "user", **params)}

    def op_list_deployments(self, **_: Any) -> dict[str, Any]:
        return {"deployments": list(self.infos)}

    def op_get_deployment(self, *, deploymentId: str) -> dict[str, Any]:
        return {"deploymentInfo": dict(self.infos[deploymentId])}

    def op_stop_deployment(self, *, deploymentId: str, autoRollbackEnabled: bool) -> None:
        info = self.infos[deploymentId]
        assert autoRollbackEnabled
        self._end(info, of_deployment(self, info), "stopped by a request")

    def op_list_deployment_targets(self, **_: Any) -> dict[str, Any]:
        return {"targetIds": ["mock-read:live"]}

    def op_get_deployment_target(self, *, deploymentId: str, **_: Any) -> dict[str, Any]:
        weight = {"targetVersionWeight": self.infos[deploymentId]["weight"]}
        return {"deploymentTarget": {"lambdaTarget": {"lambdaFunctionInfo": weight, "lifecycleEvents": []}}}

    def op_get_deployment_group(self, **_: Any) -> dict[str, Any]:
        return {"deploymentGroupInfo": self.group}

    def op_get_deployment_config(self, **_: Any) -> dict[str, Any]:
        step = {"linearPercentage": PERCENT, "linearInterval": 1}
        routing = {"type": "TimeBasedLinear", "timeBasedLinear": step}
        return {"deploymentConfigInfo": {"trafficRoutingConfig": routing}}


class ReleasingUnit(Unit):
    """A unit whose functions have versions and whose CodeDeploy works."""

    lambda_: Any
    codedeploy: Any

    def __init__(self) -> None:
        super().__init__()
        self.cloudwatch.alarms |= dict.fromkeys(ALARMS, "OK")
        self.lambda_ = Functions(self.script)
        self.codedeploy = Deployments(self.script, self.lambda_, self.cloudwatch, self.clock)

    @property
    def alias(self) -> tuple[str, dict[str, float]]:
        """Version and weights of the entry function's alias."""
        found = self.lambda_.aliases["mock-read"]
        return found["FunctionVersion"], weights_of(found)


def alias(version: str, weights: dict[str, float] | None = None, revision: int = 1) -> dict[str, Any]:
    """Return an alias as GetAlias shows it."""
    return {
        "FunctionVersion": version,
        "RevisionId": str(revision),
        "RoutingConfig": {"AdditionalVersionWeights": weights or {}},
    }


def weights_of(found: dict[str, Any]) -> dict[str, float]:
    """Return the weights of an alias."""
    weights: dict[str, float] = found["RoutingConfig"]["AdditionalVersionWeights"]
    return weights


def answered(payload: Any, error: str | None = None) -> dict[str, Any]:
    """Return what Invoke returns."""
    failed = {"FunctionError": error} if error else {}
    return {"Payload": body(json.dumps(payload).encode()), **failed}
