"""Keys that make sense only together: each that is missing, or has no effect, is named."""

from __future__ import annotations

import json

import pytest

from settings.kinds import PROJECT
from settings.reading import parse
from tests.program.configured import EXISTING, NETWORK, SUBNETS, fault, parsed


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("existingDatabaseName", "reads"),
        ("existingDatabasePort", "5433"),
        ("existingDatabaseTls", "off"),
        ("existingDatabaseCredentialsArn", EXISTING["existingDatabaseCredentialsArn"]),
        ("existingDatabaseSecurityGroupIds", '["sg-0be7a00000000000a"]'),
        ("existingDatabaseMigrationHost", "instance.internal"),
    ],
)
def test_what_belongs_to_an_existing_database_needs_its_host(key: str, value: str) -> None:
    """Without it the stack would make a database of its own, and say nothing."""
    told = fault({**NETWORK, key: value})
    assert told.startswith(f"{PROJECT}:{key} = ")
    assert f"needs {PROJECT}:existingDatabaseHost, and has no effect without it" in told


def test_a_claim_needs_the_issuer_whose_tokens_have_it() -> None:
    """Without one the header names the user, whatever the claim is called."""
    assert f"userClaim = 'email' needs {PROJECT}:jwtIssuer" in fault({**NETWORK, "userClaim": "email"})
    assert parsed(userClaim="email", jwtIssuer="https://a.test", jwtAudience='["web"]').user_claim == "email"


def test_the_stacks_own_database_needs_two_subnets() -> None:
    """One is in one zone only; an existing database is reached from one too."""
    one = json.dumps(SUBNETS[:1])
    told = fault({**NETWORK, "subnetIds": one})
    assert told.startswith(f"{PROJECT}:subnetIds = {SUBNETS[:1]!r}: must be subnets in at least two zones")
    groups = '["sg-0be7a00000000000a"]'
    parse("test", "us-east-1", {**EXISTING, "subnetIds": one, "existingDatabaseSecurityGroupIds": groups})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, f"{PROJECT}:vpcId and {PROJECT}:subnetIds are missing"),
        ({"vpcId": NETWORK["vpcId"]}, f"{PROJECT}:vpcId and {PROJECT}:subnetIds are missing"),
        ({**NETWORK, "jwtIssuer": "https://a.test"}, "go together: set both or none"),
        ({**NETWORK, "jwtAudience": '["web"]'}, "go together: set both or none"),
        ({**NETWORK, "p95GoPct": "130"}, "p95GoPct = 130: must be less than p95InvestigatePct = 130."),
        ({**NETWORK, "diffsInvestigatePct": "0.2"}, "must be less than diffsInvestigatePct = 0.2."),
        ({**NETWORK, "shareLowPct": "3"}, "shareLowPct = 3: must be less than shareHighPct = 2."),
        (
            {**NETWORK, "shiftPercentage": "1", "shiftIntervalMinutes": "30"},
            "shiftIntervalMinutes = 30: must be at most 29, for 99 steps of 1 % within CodeDeploy's 2880",
        ),
        ({**EXISTING, "existingDatabaseName": ""}, f"{PROJECT}:existingDatabaseName is missing"),
        ({**EXISTING, "existingDatabaseUser": ""}, f"{PROJECT}:existingDatabaseUser is missing"),
        ({**EXISTING, "existingDatabaseCredentialsArn": ""}, "(IAM): set one of the two"),
        ({**EXISTING, "existingDatabaseConnectArn": "arn:aws:rds-db:r:1:dbuser:d/u"}, "set one of the two"),
        (
            {
                **EXISTING,
                "existingDatabaseCredentialsArn": "",
                "existingDatabaseConnectArn": "arn:aws:rds-db:us-east-1:1:dbuser:db/reader",
                "existingDatabaseTls": "off",
            },
            "existingDatabaseTls = 'off': must be verify-full",
        ),
        ({**EXISTING, "subnetIds": NETWORK["subnetIds"]}, "existingDatabaseSecurityGroupIds go together"),
        (
            {**EXISTING, "existingDatabaseMigrationUser": "owner"},
            "existingDatabaseMigrationUser needs",
        ),
        (
            {
                **EXISTING,
                "existingDatabaseCredentialsArn": "",
                "existingDatabaseConnectArn": "arn:aws:rds-db:us-east-1:1:dbuser:prx-1/reader",
                "existingDatabaseMigrationHost": "instance.internal",
            },
            "existingDatabaseMigrationHost needs",
        ),
    ],
)
def test_keys_that_do_not_go_together_are_named_with_what_does(given: dict[str, str], said: str) -> None:
    """One fault, with each key that takes part in it."""
    found = fault(given)
    assert said in found
    assert found.startswith(f"{PROJECT}:")


def test_a_shift_that_just_fits_is_taken() -> None:
    """Ninety-nine steps of twenty-nine minutes are 2871 of CodeDeploy's 2880; one step may take all."""
    assert parsed(shiftPercentage="1", shiftIntervalMinutes="29").shift_interval_minutes == 29
    assert parsed(trafficShift="canary", shiftIntervalMinutes="2880").shift_interval_minutes == 2880
