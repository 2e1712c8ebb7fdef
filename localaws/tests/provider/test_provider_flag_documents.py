"""Whatever feature flags are deployed, AppConfig stamps them, and an update that ignores content is quiet."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, cast

from hypothesis import given
from hypothesis import strategies as st

from canary.unit.flags.stamps import unstamped
from localaws.cloud import flag_documents
from localaws.provider.model import Change
from localaws.provider.plan import Origin
from localaws.provider.resources import Resources, Urn
from localaws.provider.types import TYPES
from tests.fuzzing import fuzz

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud

URN = Urn("aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion", "baseline")
NOW = 1_764_000_000.0
NAMES = st.from_regex(r"[a-z][a-zA-Z\d_-]{0,8}", fullmatch=True)
ATTRIBUTES = st.integers() | st.booleans() | st.text(max_size=8) | st.lists(st.text(max_size=4), max_size=3)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A document of feature flags, written in any of the ways that JSON has."""
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    values = {
        name: {**draw(st.dictionaries(NAMES, ATTRIBUTES, max_size=3)), "enabled": draw(st.booleans())}
        for name in names
    }
    document = {"version": "1", "flags": {name: {"name": name} for name in names}, "values": values}
    return json.dumps(document, indent=draw(st.sampled_from([None, 2])), sort_keys=draw(st.booleans()))


class Stored:
    """A cloud that keeps one hosted version, stamped."""

    live, region = True, "us-east-1"

    def __init__(self) -> None:
        self.content, self.fields = b"", dict[str, Any]()

    def client(self, _service: str) -> Any:
        """The one service there is."""
        return self

    def arn(self, service: str, path: str) -> str:
        """Of anything."""
        return f"arn:aws:{service}:us-east-1:000000000000:{path}"

    def create_hosted_configuration_version(self, *, Content: bytes, **fields: Any) -> dict[str, int]:  # noqa: N803
        """Store it as AppConfig does."""
        self.content, self.fields = flag_documents.stamped(Content, NOW), fields
        return {"VersionNumber": 1}

    def get_hosted_configuration_version(self, **_: Any) -> dict[str, Any]:
        """As it was stored."""
        return {**self.fields, "Content": io.BytesIO(self.content)}


@fuzz(1_000)
@given(documents())
def test_no_document_is_deployed_twice(content: str) -> None:
    """GIVEN any flags WHEN made and read back THEN content differs, and nothing does where it is ignored."""
    cloud = Stored()
    resources = Resources(TYPES, lambda _region: cast("Cloud", cloud))
    given_inputs = {
        "applicationId": "app1",
        "configurationProfileId": "pro1",
        "contentType": "application/json",
        "description": "Safe baseline",
        "content": content,
    }
    inputs, wrong = resources.check(URN, given_inputs, Origin("baseline"))
    assert wrong == []
    identifier, state = resources.create(URN, inputs, "us-east-1")
    found = resources.read(URN, Change(identifier, inputs, state, inputs), "us-east-1")
    assert found is not None
    for have in (state, found[0]):
        assert resources.diff(URN, have, inputs, []).replace == {"content"}
        assert not resources.diff(URN, have, inputs, ["content"]).keys
    assert json.loads(found[1]["content"])["flags"] != json.loads(content)["flags"]


@fuzz(1_000)
@given(documents())
def test_documents_that_differ_by_stamps_are_equal(content: str) -> None:
    """GIVEN any flags, stored twice at two times WHEN read without stamps THEN they are what was written."""
    once = flag_documents.stamped(content.encode(), NOW)
    again = flag_documents.stamped(once, NOW + 60)
    assert once != again
    assert unstamped(json.loads(once)) == unstamped(json.loads(again)) == json.loads(content)


@fuzz(1_000)
@given(documents())
def test_of_a_disabled_flag_nothing_else_is_served(content: str) -> None:
    """GIVEN any flags WHEN served THEN values alone, without stamps, and of disabled flags just that."""
    served = json.loads(flag_documents.served(flag_documents.stamped(content.encode(), NOW)))
    values = json.loads(content)["values"]
    assert served == {
        name: value if value["enabled"] else {"enabled": False} for name, value in values.items()
    }
