"""The first commands of all: what a real account asks of them beyond the options that it knows."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs

import botocore.session

from tests.docs.commands import ROOT, commands, documents

REGIONS = set(botocore.session.get_session().get_available_regions("s3"))
KEYS = re.compile(r"awskms://(?P<key>[^\s?\"'`]*)\??(?P<options>[^\s\"'`]*)")


def given(words: tuple[str, ...], option: str) -> str | None:
    """The value of an option."""
    return words[words.index(option) + 1] if option in words else None


def test_every_key_of_a_state_is_an_alias_that_was_made_in_a_region() -> None:
    """Pulumi takes ``awskms://alias/NAME?region=REGION``, and KMS knows an alias only once it is made.

    https://www.pulumi.com/docs/iac/concepts/secrets/#aws-key-management-service-kms
    """
    made = {given(c.words, "--alias-name") for c in commands() if c.words[1:3] == ("kms", "create-alias")}
    text = "\n".join(path.read_text(encoding="utf-8") for path in documents())
    workflows = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob(".github/workflows/*.yml"))
    found = list(KEYS.finditer(text + workflows))
    assert found
    for one in found:
        assert one["key"] in made, one[0]
        assert set(parse_qs(one["options"])["region"]) <= REGIONS, one[0]


def test_a_bucket_is_made_in_every_region() -> None:
    """S3 takes no LocationConstraint of us-east-1, and nothing without one elsewhere.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
    """
    made = [c.words for c in commands() if c.words[1:3] == ("s3api", "create-bucket")]
    where = {given(words, "--create-bucket-configuration") for words in made}
    shape: Any = botocore.session.get_session().get_service_model("s3").shape_for("BucketLocationConstraint")
    constraints = {one.partition("=")[2] for one in where if one is not None}
    assert None in where
    assert constraints
    assert constraints <= set(shape.enum) - {"us-east-1"}
