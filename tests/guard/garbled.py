"""Units in which every stored document is garbage."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from canary.read.flags import CANARY_FLAG
from canary.stored import Unreadable
from canary.unit.app_spec import AppSpec
from canary.unit.flags import documents
from tests.fakes.appconfig import Deployed
from tests.guard.garbage import garbage
from tests.guard.situations import fails_on_prisma

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from tests.fakes.unit import Unit

STEPS = {
    name: {"status": "done", "detail": "x"} for name in ("kill-switch", "release", "ramp-flag", "people")
}
WHO = {"when": "2026-11-01T00:00:00+00:00", "by": "alarm canary-alarm", "reason": "all failed"}
LATCHES = (
    json.dumps({**WHO, "evidence": {}, "steps": STEPS, "finished": True, "resuming": ""}),
    json.dumps({**WHO, "evidence": {"n": 1}, "steps": {}, "finished": False, "resuming": ""}),
    "break glass, by hand",
)
TOLD = (json.dumps({"of": "0" * 16, "at": 1793491200.0, "confirmed": True}),)
RAMPS = (json.dumps(documents.ramp(None, percentage=1, shadow=100)), json.dumps(documents.off(None)))
KILLS = (json.dumps(documents.kill(None, on=False)),)
SERVED = (json.dumps({"prismaKill": {"enabled": False}}), json.dumps({"prismaAdapter": {"enabled": False}}))
SPEC = AppSpec("mock-read", "live", "1", "2").content()
YAML = f"version: 0.0\nResources:\n- f:\n    Type: AWS::Lambda::Function\n    Properties: {SPEC}\n"
NOTES = (json.dumps({"verb": "enable", "who": "jo", "why": "x", "before": {}, "after": {}}), "Rollback by x")
ENTRY = {"change": "1", "stage": "done", "verb": "ramp", "who": "jo", "why": "x", "before": {}, "after": {}}
LINES = (json.dumps({"when": WHO["when"], **ENTRY}),)


def garble(unit: Unit, rng: random.Random, *, readable_ramp: bool = True, latched: bool = True) -> None:
    """Turn the canary on, make it fail, and put garbage wherever something is stored.

    Args:
        unit: A valid unit.
        rng: Source of randomness.
        readable_ramp: Whether the ramp may by chance be valid flags, which then decide what is judged.
        latched: Whether there is a latch, and a record of who was told.
    """
    unit.canary(1)
    fails_on_prisma(unit)
    if latched:
        for name, sound in (("/latch", LATCHES), ("/latch-told", TOLD)):
            unit.ssm.parameters[name] = garbage(rng, sound).decode("utf-8", "replace") or " "
    for name, hosted in (("ramp", RAMPS), ("kill", KILLS)):
        _host(unit, name, garbage(rng, hosted), garbage(rng, NOTES).decode("utf-8", "replace"))
        if rng.random() < 0.25:
            _appconfig(unit).instead[name] = garbage(rng, SERVED)
    if not readable_ramp:
        _unless_flags(unit)
    _release(unit, rng)


def _appconfig(unit: Unit) -> Any:
    return getattr(unit, "flags", unit.appconfig)


def _host(unit: Unit, name: str, content: bytes, note: str) -> None:
    """Store a version without any of AppConfig's checks, and deploy it."""
    appconfig = _appconfig(unit)
    number = max(appconfig.versions[name], default=0) + 1
    appconfig.versions[name][number] = (content, None)
    deployments = appconfig.environments[name].deployments
    deployments.append(Deployed(len(deployments) + 1, number, note, unit.clock.moment, "COMPLETE"))


def _unless_flags(unit: Unit) -> None:
    """Undo the garbage in the ramp if it can be read as flags."""
    appconfig = _appconfig(unit)
    deployed = appconfig.environments["ramp"].deployments
    if len(deployed) > 2:
        found = documents.document_of(appconfig.versions["ramp"][deployed[-1].version][0])
        values = found if isinstance(found, Unreadable) else found["values"]
        if any(map(_says, (values, documents.values_of(appconfig.content("ramp"))))):
            deployed.pop()
    if _says(documents.values_of(appconfig.instead.get("ramp"))):
        del appconfig.instead["ramp"]


def _says(values: Any) -> bool:
    """Return whether flag values say how many users are in the canary."""
    return not isinstance(values, Unreadable) and CANARY_FLAG in values


def _release(unit: Unit, rng: random.Random) -> None:
    add: Callable[..., None] = unit.codedeploy.add
    add("d-1", unit.clock.moment, "1", "2", status=rng.choice(["Succeeded", "Stopped"]))
    info = unit.codedeploy.deployments["d-1"]
    info["completeTime"] = unit.clock.moment
    content = garbage(rng, (SPEC, SPEC, YAML)).decode("utf-8", "replace")
    kind, member = rng.choice(
        [("AppSpecContent", "appSpecContent"), ("String", "string"), ("S3", "s3Location")]
    )
    info["revision"] = {"revisionType": kind, member: {"content": content, "sha256": "0"}}


def deployed_on(unit: Unit) -> bool:
    """Return whether the kill environment's newest deployment has prismaKill on; uses none of our code."""
    appconfig = _appconfig(unit)
    newest = appconfig.environments["kill"].deployments[-1]
    content = json.loads(appconfig.versions["kill"][newest.version][0])
    return newest.state == "COMPLETE" and content["values"]["prismaKill"]["enabled"] is True
