"""The AppSpec that a release sends is the one that CodeDeploy reads."""

from __future__ import annotations

import pytest

from canary.unit.app_spec import AppSpec
from localaws.cloud.codedeploy import appspec


@pytest.mark.parametrize("check", [None, "CodeDeployHook_huntaze-release"])
def test_the_local_codedeploy_reads_what_a_release_sends(check: str | None) -> None:
    """GIVEN a revision of ours THEN function, alias, versions and hook arrive, and the checksum is right."""
    sent = AppSpec("huntaze-mock-read", "live", "1", "2", check)
    text = appspec.revision_text(sent.revision())
    read = appspec.parse(text)
    assert (read.function, read.alias, read.current, read.target) == ("huntaze-mock-read", "live", "1", "2")
    assert read.hooks == ({} if check is None else {"BeforeAllowTraffic": check})
    assert appspec.checksum(text) == sent.revision()["appSpecContent"]["sha256"]
