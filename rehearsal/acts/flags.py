"""An operator changes the flags: with the product's own commands, and once by hand, bypassing them."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from canary.cli.enable import enable
from canary.cli.resume import resume as end_rollback
from canary.cli.verdict import judged
from canary.unit.act.act import ramp_environment
from canary.unit.flags import documents
from canary.unit.latch.latch import Latches

if TYPE_CHECKING:
    from canary.verdict import Verdict
    from rehearsal.hands import Hands
    from rehearsal.timeline import Step


def shadow_on(hands: Hands) -> None:
    """Deploy the first flag: the canary off, requests shadowed."""
    enable(
        hands.clients, hands.target, percentage=None, shadow=hands.scenario.shadow, reason="H+0: shadow hour"
    )


def canary_on(hands: Hands, step: Step) -> dict[str, Any]:
    """Run `canary enable`; return the deployment, its state while the flag was served, and when that was."""
    enabled = enable(
        hands.clients,
        hands.target,
        percentage=step.value,
        shadow=hands.scenario.shadow,
        reason=f"rehearsal: {step.name}",
    )
    ramp = ramp_environment(hands.target.settings(), hands.clients)
    newest = ramp.deployments()[0]
    return {
        "deployment": enabled.deployment,
        "state": newest.state,
        "percent": step.value,
        "served_at": time.time(),
    }


def resume(hands: Hands, step: Step) -> dict[str, Any]:
    """Run `canary resume`."""
    return end_rollback(hands.clients, hands.target, reason=f"rehearsal: {step.says}").as_dict()


def flag_by_hand(hands: Hands, step: Step) -> dict[str, Any]:
    """Do what a person does in the console: deploy a new document with the stack's strategy, unchecked."""
    target = hands.target
    ramp = ramp_environment(target.settings(), hands.clients)
    document = documents.ramp(
        ramp.document(ramp.deployments()[0].version), percentage=step.value, shadow=hands.scenario.shadow
    )
    appconfig = hands.clients.appconfig
    version = appconfig.create_hosted_configuration_version(
        ApplicationId=target.appconfig_application_id,
        ConfigurationProfileId=target.flag_profile_id,
        Content=json.dumps(document).encode(),
        ContentType="application/json",
    )["VersionNumber"]
    started = appconfig.start_deployment(
        ApplicationId=target.appconfig_application_id,
        EnvironmentId=target.ramp_environment_id,
        ConfigurationProfileId=target.flag_profile_id,
        ConfigurationVersion=str(version),
        DeploymentStrategyId=target.ramp_strategy_id,
        Description="typed into the console",
    )
    return {"deployment": int(started["DeploymentNumber"]), "percent": step.value}


def verdict(hands: Hands, _step: Step) -> Verdict:
    """Run `canary verdict` on the canary that was rolled back, while the latch says why."""
    on = next(said for name, said in reversed(hands.noted.items()) if name.startswith("canary-on"))
    since = datetime.fromtimestamp(on["served_at"], UTC)
    return judged(hands.clients, hands.target, since=since, percentage=on["percent"]).verdict


def await_rollback(hands: Hands, _step: Step) -> dict[str, Any] | None:
    """Return who rolled back and why, from the latch; the scenario has already waited."""
    found = Latches(hands.clients.ssm, hands.target.latch_parameter).read()
    return None if found is None else asdict(found)
