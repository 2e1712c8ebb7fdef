"""AppSpecs as others write them: YAML, type String, either case; and what is none."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from canary.stored import Unreadable
from canary.unit import app_spec
from canary.unit.app_spec import AppSpec, block_yaml
from tests.fuzzing import fuzz
from tests.guard.garbage import garbage

SPEC = AppSpec("mock-read", "live", "1", "2", "CodeDeployHook_x")
DOCUMENT = json.loads(SPEC.content())
BY_HAND = """---
# As the user guide writes it.
version: 0.0
Resources:
  - myLambdaFunction:   # any name
      Type: AWS::Lambda::Function
      Properties:
        Name: "mock-read"
        Alias: 'live'
        CurrentVersion: 1
        TargetVersion: "2"
Hooks:
- BeforeAllowTraffic: "CodeDeployHook_x"
- AfterAllowTraffic: "LambdaFunctionToValidateAfterTrafficShift"
"""
LOWER = BY_HAND.replace("Resources", "resources").replace("Type", "type").replace("Alias:", "alias:")


@pytest.mark.parametrize(
    "content",
    [
        BY_HAND,
        BY_HAND.replace("\n", "\r\n"),
        "\ufeff" + BY_HAND,
        LOWER,
        yaml.safe_dump(DOCUMENT),
        yaml.safe_dump(DOCUMENT, sort_keys=False, indent=8, explicit_start=True, explicit_end=True),
        SPEC.content(),
        json.dumps(DOCUMENT, indent=4),
    ],
)
@pytest.mark.parametrize(("kind", "member"), [("AppSpecContent", "appSpecContent"), ("String", "string")])
def test_every_form_is_read_alike(content: str, kind: str, member: str) -> None:
    """GIVEN YAML or JSON, as AppSpecContent or String, THEN the same shift."""
    revision = {"revisionType": kind, member: {"content": content, "sha256": "0"}}
    assert app_spec.of_deployment(None, {"deploymentId": "d-1", "revision": revision}) == SPEC


NONE = {
    "two resources": {**DOCUMENT, "Resources": DOCUMENT["Resources"] * 2},
    "of ECS": {"Resources": [{"a": {**DOCUMENT["Resources"][0]["entry"], "Type": "AWS::ECS::Service"}}]},
    "a version that is none": json.loads(SPEC.content().replace('"1"', '"latest"')),
    "hooks that are no list": {**DOCUMENT, "Hooks": {"BeforeAllowTraffic": "x"}},
    "a name in two cases": json.loads(SPEC.content().replace('"Alias"', '"alias": "other", "Alias"')),
}


@pytest.mark.parametrize("document", NONE.values(), ids=NONE)
def test_what_is_no_lambda_appspec_is_unreadable(document: Any) -> None:
    """GIVEN another document, in JSON or YAML, THEN why it is none."""
    for content in (json.dumps(document), yaml.safe_dump(document)):
        assert isinstance(app_spec.parsed(content), Unreadable)


@pytest.mark.parametrize(
    "more",
    [
        "a: &b c",
        "a: *b",
        "a: !!str b",
        "a: |\n  b",
        "a: >\n  b",
        "a: {b: c}",
        "a: [b]",
        "a: b: c",
        "\ta: b",
        "a: b\n   c",
    ],
)
def test_forms_that_are_not_read_are_refused_not_guessed(more: str) -> None:
    """GIVEN an anchor, alias, tag, block scalar, flow collection or a tab THEN unreadable."""
    assert isinstance(app_spec.parsed(f"{BY_HAND}{more}\n"), Unreadable)


SCALAR = st.text(st.sampled_from("ab1 :#-'\"?,[]{}&*!|>%@`~._/\\"), max_size=8) | st.integers(0, 99).map(str)
NODE = st.recursive(
    SCALAR,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(
            st.from_regex(r"[A-Za-z_][A-Za-z_.-]{0,5}", fullmatch=True), inner, min_size=1, max_size=3
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from(["Resources", "Hooks", "x"]), NODE, min_size=1), st.sampled_from([2, 4])
)
def test_what_is_read_is_what_a_whole_yaml_reader_reads(document: Any, indent: int) -> None:
    """GIVEN any document as PyYAML writes it THEN read as PyYAML's text-only loader reads it, or refused."""
    content = yaml.safe_dump(document, indent=indent, width=10_000, allow_unicode=True)
    try:
        found = block_yaml.read(content)
    except block_yaml.NotReadError:
        return
    assert found == yaml.load(content, yaml.BaseLoader)  # noqa: S506 - texts, lists and dicts only


@fuzz(20_000)
@given(st.integers(0, 2**64 - 1))
def test_any_revision_is_an_appspec_or_unreadable(seed: int) -> None:
    """GIVEN garbage THEN never an error; what is read agrees with the standard library or PyYAML."""
    content = garbage(random.Random(seed), (SPEC.content(), BY_HAND, LOWER)).decode("utf-8", "replace")  # noqa: S311
    found = app_spec.parsed(content)
    if isinstance(found, AppSpec):
        # PyYAML reads less JSON than JSON's own reader: no tab between its parts.
        is_json = content.lstrip().startswith("{")
        whole = str(json.loads(content) if is_json else yaml.load(content, yaml.BaseLoader))  # noqa: S506
        assert all(part in whole for part in (found.function, found.alias, found.before, found.after))
