"""The local AppConfig stamps feature flags as it stores them, and serves values alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from localaws.tests.cloud.live import Live

ON, OFF = {"enabled": True, "percentage": 5}, {"enabled": False, "percentage": 0}
FLAGS = {"version": "1", "flags": {"a": {"name": "a"}, "b": {"name": "b"}}, "values": {"a": ON, "b": OFF}}


def stored(client: Any, app: str, kind: str) -> tuple[str, dict[str, Any]]:
    """A profile of a kind, and its first version as it is read back."""
    profile = client.create_configuration_profile(
        ApplicationId=app, Name=kind.rpartition(".")[2], LocationUri="hosted", Type=kind
    )["Id"]
    where = {"ApplicationId": app, "ConfigurationProfileId": profile}
    client.create_hosted_configuration_version(
        **where, Content=json.dumps(FLAGS).encode(), ContentType="application/json"
    )
    answer = client.get_hosted_configuration_version(**where, VersionNumber=1)
    return profile, json.loads(answer["Content"].read())


@pytest.fixture(scope="module")
def app(live: Live) -> str:
    """An application."""
    return str(live.client("appconfig").create_application(Name="stamped")["Id"])


def test_flags_come_back_stamped_and_are_served_without(live: Live, app: str) -> None:
    """GIVEN feature flags WHEN stored and deployed THEN each flag and value is stamped, served are values."""
    client = live.client("appconfig")
    profile, found = stored(client, app, "AWS.AppConfig.FeatureFlags")
    for part in ("flags", "values"):
        for name in ("a", "b"):
            assert found[part][name].items() > FLAGS[part][name].items()  # type: ignore[index]
            assert found[part][name].keys() >= {"_createdAt", "_updatedAt"}
    environment = client.create_environment(ApplicationId=app, Name="e")["Id"]
    client.start_deployment(
        ApplicationId=app,
        EnvironmentId=environment,
        ConfigurationProfileId=profile,
        ConfigurationVersion="1",
        DeploymentStrategyId="AppConfig.AllAtOnce",
    )
    data = live.client("appconfigdata")
    token = data.start_configuration_session(
        ApplicationIdentifier=app,
        EnvironmentIdentifier=environment,
        ConfigurationProfileIdentifier=profile,
    )["InitialConfigurationToken"]
    served = data.get_latest_configuration(ConfigurationToken=token)["Configuration"].read()
    assert json.loads(served) == {"a": ON, "b": {"enabled": False}}


def test_other_documents_come_back_as_they_were_sent(live: Live, app: str) -> None:
    """GIVEN a free-form document of the same words WHEN stored THEN nothing is added."""
    assert stored(live.client("appconfig"), app, "AWS.Freeform")[1] == FLAGS
