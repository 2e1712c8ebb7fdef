"""One unit in memory as an operator sees it: the guard's fakes, plus what only people look at."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from canary.unit.flags import documents
from canary.unit.patience import Patience
from tests.fakes.looked_at import Api, Iam, Logs, XRay
from tests.fakes.operated import Alarms, Flags, Functions, Releases, Topic, answered
from tests.fakes.target import ALARMS, alias_arn, target
from tests.fakes.unit import Unit

__all__ = ["NOW", "Account", "Alarms", "Flags", "alias_arn", "answered", "target"]

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
BAKE = timedelta(minutes=10)


class Account(Unit):
    """A unit whose baselines were deployed a day ago by this machine's clock; all is OK and off."""

    def __init__(self) -> None:
        super().__init__()
        self.fakes = (self.cloudwatch, self.lambda_, self.codedeploy, self.sns)
        self.states = self.cloudwatch.alarms
        self.states.clear()
        self.states.update(dict.fromkeys(ALARMS.values(), "OK"))
        self.counted = self.cloudwatch.values
        self.flags = self.appconfig
        self.published = self.sns.published
        self.logs = Logs(self.script)
        self.xray = XRay(self.script)
        self.iam = Iam(self.script)
        self.apigateway = Api(self.script)
        cloudwatch, functions = Alarms(self.script, self.cloudwatch), Functions(self.script, self.lambda_)
        releases, topic = Releases(self.script, self.codedeploy), Topic(self.script, self.sns)
        self.alarms, self.functions, self.releases, self.topic = cloudwatch, functions, releases, topic
        self.environments = Flags(self.script, self.appconfig)
        self.cloudwatch, self.lambda_ = cloudwatch, functions  # type: ignore[assignment]
        self.patient_lambda = functions
        self.codedeploy, self.sns = releases, topic  # type: ignore[assignment]
        self.appconfig = self.environments  # type: ignore[assignment]
        self.ago(timedelta(days=1))
        for environment in self.flags.environments.values():
            for deployed in environment.deployments:
                deployed.started = self.clock.moment
        self.ago(timedelta(minutes=30))
        self.clock.each.append(self._bake)
        self.logs.add("/aws/lambda/guard", '{"_aws": {}, "GuardTicks": 1}', datetime.now(UTC))
        self.script.calls.clear()

    def ago(self, what: timedelta) -> None:
        """Set the clock this far back from now. What is deployed next was deployed at that time."""
        self.clock.seconds = time.time() - what.total_seconds()

    def patience(self, seconds: float) -> Patience:
        """Return a person's patience, on the fake clock."""
        return Patience(self.clock.now() + seconds, self.clock.now, self.clock.sleep)

    def _bake(self) -> None:
        """Complete every deployment that started at least ten minutes ago."""
        for environment in self.flags.environments.values():
            for deployed in environment.deployments:
                if deployed.state == "BAKING" and deployed.started + BAKE <= self.clock.moment:
                    deployed.state = "COMPLETE"

    def count(
        self, requests: int, canary: int = 0, errors: int = 0, compared: int = 0, diffs: int = 0
    ) -> None:
        """Set the counts since the step began; every error is the canary's, and every latency is healthy."""
        self.counted.update(
            {
                ("Requests", None, "Sum"): requests,
                ("Requests", "prisma", "Sum"): canary,
                ("Errors", None, "Sum"): errors,
                ("Errors", "prisma", "Sum"): errors,
                ("ShadowCompared", None, "Sum"): compared,
                ("ShadowDiffs", None, "Sum"): diffs,
                ("Duration", "mock", "p95"): 10,
                ("Duration", "mock", "SampleCount"): requests - canary,
                ("Duration", "prisma", "p95"): 11,
                ("Duration", "prisma", "SampleCount"): canary,
            }
        )

    def trail(self) -> list[dict[str, Any]]:
        """Return what was written into the audit trail."""
        events = self.logs.groups.get("/huntaze/read-migration/audit", [])
        return [json.loads(event["message"]) for event in events]

    def latch(self) -> None:
        """Leave the unit as the guard leaves it after a rollback: latched and killed."""
        self.ssm.parameters["/latch"] = json.dumps(
            {
                "when": "2026-11-25T14:00:00+00:00",
                "by": "alarm canary-alarm",
                "reason": "all failed",
                "finished": True,
            }
        )
        self.deploy("kill", documents.kill(None, on=True))
