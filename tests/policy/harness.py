"""The pack behind the SDK's own service, with requests in the form that the engine sends.

A rule that is called with hand-made arguments can pass where the engine's would make it fail: the engine's
numbers are floats, its mappings are proxies, and one unknown value ends a rule. So every request goes through
the engine's protocol.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from catalogue import policies
from google.protobuf import json_format
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel
from pulumi_policy import policy as sdk

TODAY = date(2026, 11, 25)
CAPTURED = Path(__file__).parent / "captured"
ROOT = Path(__file__).resolve().parents[2]
LEVELS = {
    analyzer_pb2.ADVISORY: "advisory",
    analyzer_pb2.MANDATORY: "mandatory",
    analyzer_pb2.DISABLED: "disabled",
    analyzer_pb2.REMEDIATE: "remediate",
}
Json = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """What a rule reported."""

    rule: str
    level: str
    message: str
    urn: str


class Pack:
    """The pack, configured as the engine does it.

    Args:
        configuration: Configuration as in a policy-config file, on top of the defaults.
        today: Date for exceptions and end dates.
    """

    def __init__(self, configuration: Json | None = None, today: date = TODAY) -> None:
        self._policies = policies(lambda: today)
        service: Any = sdk._PolicyAnalyzerServicer
        self.servicer = service("canary-rollback", "0.1.0", self._policies, EnforcementLevel.MANDATORY)
        self.servicer.Configure(self._request(configuration or {}), None)

    def _request(self, configuration: Json) -> Any:
        """Build the engine's request: level and settings of every rule, defaults included."""
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        for policy in self._policies:
            given = configuration.get(policy.name, {})
            given = {"enforcementLevel": given} if isinstance(given, str) else dict(given)
            level = given.pop(
                "enforcementLevel", (policy.enforcement_level or EnforcementLevel.MANDATORY).value
            )
            schema = policy.config_schema.properties if policy.config_schema else {}
            defaults = {name: value["default"] for name, value in schema.items() if "default" in value}
            config = request.policyConfig[policy.name]
            config.enforcementLevel = getattr(analyzer_pb2, level.upper())
            config.properties.update({**defaults, **given})
        return request

    def judge(self, resources: list[Json]) -> list[Said]:
        """Return everything reported about a stack: resource by resource, then as a whole."""
        said = [one for resource in resources for one in self.about(resource)]
        return said + self.about_stack(resources)

    def about(self, resource: Json) -> list[Said]:
        """Return what is reported about the inputs of one resource."""
        return _said(self.servicer.Analyze(analyze_request(resource), None))

    def about_stack(self, resources: list[Json]) -> list[Said]:
        """Return what is reported about the stack as the preview leaves it."""
        return _said(self.servicer.AnalyzeStack(stack_request(resources), None))

    def not_applicable(self, resources: list[Json]) -> set[str]:
        """Return the rules that do not apply to a stack."""
        answer = self.servicer.AnalyzeStack(stack_request(resources), None)
        return {one.policy_name for one in answer.not_applicable}


def _said(answer: Any) -> list[Said]:
    return [
        Said(one.policyName, LEVELS[one.enforcementLevel], one.message.partition("\n")[2], one.urn)
        for one in answer.diagnostics
    ]


def analyze_request(resource: Json) -> Any:
    """Build the engine's request about one resource."""
    given: Json = {key: resource[key] for key in ("type", "urn", "name", "options") if key in resource}
    return json_format.ParseDict({**given, "properties": resource["inputs"]}, analyzer_pb2.AnalyzeRequest())


def stack_request(resources: list[Json]) -> Any:
    """Build the engine's request about the stack."""
    given = [{key: value for key, value in one.items() if key != "inputs"} for one in resources]
    return json_format.ParseDict({"resources": given}, analyzer_pb2.AnalyzeStackRequest())


def captured(stack: str) -> list[Json]:
    """Return a stack's resources, captured from a preview."""
    found: list[Json] = json.loads((CAPTURED / f"{stack}.json").read_text())
    return found


def configuration(stack: str) -> Json:
    """Return a stack's levels and settings."""
    found: Json = json.loads((ROOT / f"policy-config.{stack}.json").read_text())
    return found


def copied(resources: list[Json]) -> list[Json]:
    """Return a copy that may be changed."""
    return copy.deepcopy(resources)
