"""Upgrades: a stack that an earlier version made, previewed by the program as it is now.

`exported/0.1.0.json` is what `pulumi stack export` gave of a rehearsal's stack under that version. A release
that changes the program keeps it and adds its own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws
import pytest

from components import CanaryMigration
from localaws.provider.server import serve
from rehearsal.engine import Engine
from settings.reading import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from rehearsal.engine import Outcome

pytestmark = pytest.mark.slow

EXPORTED = Path(__file__).parent / "exported"
ACCOUNT = "000000000000"
CONFIG = {
    "existingDatabaseHost": "127.0.0.1",
    "existingDatabasePort": "5432",
    "existingDatabaseName": "huntaze",
    "existingDatabaseUser": "huntaze",
    "existingDatabaseSecretArn": (
        f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:rehearsal-database-abcdef"
    ),
}
FLAG_VERSION = "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion"
FLAG_DEPLOYMENT = "aws:appconfig/deployment:Deployment"
BASELINES = 2
GENTLE = {"same", "update", "create"}
"""What an upgrade may do: nothing of a running migration is deleted or made anew."""
NEW_SINCE = ("huntaze-reads-prisma-migrate", "huntaze-reads-release-alarms-policy")
"""What 0.1.0 did not have, in the renamed unit: only this is made."""


@pytest.fixture
def upgraded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Preview a program on the exported stack."""
    monkeypatch.setattr("localaws.provider.cloud.PREVIEW_ACCOUNT", ACCOUNT)

    def run(
        version: str,
        program: Callable[[], None] | None = None,
        change: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> Outcome:
        state = json.loads((EXPORTED / f"{version}.json").read_text())
        change(state)
        with serve(None) as provider:
            engine = Engine(tmp_path, "rehearsal", provider.port, CONFIG, program=program)
            engine.restore(state)
            return engine.preview()

    return run


def renamed(*, with_alias: bool) -> Callable[[], None]:
    """The program with another name for its unit, as a refactoring would give it."""

    def program() -> None:
        settings = load()
        tags = {"Project": pulumi.get_project(), "Stack": settings.stack, "Owner": settings.owner}
        provider = aws.Provider("aws", region=settings.region, default_tags={"tags": tags})
        account = aws.get_caller_identity_output(
            opts=pulumi.InvokeOutputOptions(provider=provider)
        ).account_id
        connection = settings.existing_database()
        assert connection is not None
        before = [pulumi.Alias(name=f"{settings.prefix}-migration")] if with_alias else []
        unit = CanaryMigration(
            f"{settings.prefix}-reads",
            settings.unit(account, connection),
            pulumi.ResourceOptions(provider=provider, aliases=before),
        )
        pulumi.export("canary", unit.outputs)
        pulumi.export("apiUrl", unit.url)

    return program


def operations(outcome: Outcome) -> set[str]:
    """What would be done to any resource."""
    return {str(operation) for operation in outcome.changes}


@pytest.mark.parametrize("version", sorted(path.stem for path in EXPORTED.glob("*.json")))
def test_an_upgrade_deletes_and_replaces_nothing(version: str, upgraded: Callable[..., Outcome]) -> None:
    """Flags, aliases and logs of a running migration outlive every upgrade."""
    outcome = upgraded(version)
    assert operations(outcome) <= GENTLE, outcome.planned
    assert outcome.changes["same"] > 0
    assert not outcome.refused


def test_a_baseline_of_other_words_is_not_deployed_again(upgraded: Callable[..., Outcome]) -> None:
    """What an earlier version deployed as its baseline stays, whatever a later one would deploy first."""

    def other_words(state: dict[str, Any]) -> None:
        of = [one for one in state["resources"] if one["type"] == FLAG_VERSION]
        assert len(of) == BASELINES
        for one in of:
            one["inputs"]["content"] = one["outputs"]["content"] = '{"version": "1", "flags": {}}'

    outcome = upgraded("0.1.0", change=other_words)
    assert not [name for _, token, name in outcome.planned if token in {FLAG_VERSION, FLAG_DEPLOYMENT}]


def test_a_unit_that_is_renamed_with_an_alias_stays_what_it_is(upgraded: Callable[..., Outcome]) -> None:
    """The way to rename: the children follow their parent's alias."""
    outcome = upgraded("0.1.0", renamed(with_alias=True))
    assert operations(outcome) <= GENTLE, outcome.planned
    created = {name for operation, _, name in outcome.planned if operation == "create"}
    assert all(name.startswith(NEW_SINCE) for name in created), created


def test_a_unit_that_is_renamed_without_one_would_be_made_anew(upgraded: Callable[..., Outcome]) -> None:
    """Which is what the two tests above would see."""
    outcome: Any = upgraded("0.1.0", renamed(with_alias=False))
    assert {"create", "delete"} <= operations(outcome)
