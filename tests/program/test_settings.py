"""Configuration: what the CLI is told of a key is what the program takes, and faults say how to mend them."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from components.unit_args import Unit
from settings import Settings
from settings.kinds import PROJECT
from settings.reading import FIELDS, KINDS, RENAMED, SettingsError, parse, read, renamed
from tests.program.configured import EXISTING, NETWORK, SUBNETS, fault, faults, parsed, texts
from tests.program.recording import ACCOUNT

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(Settings) if field.metadata}
RANGES = {
    name: (Decimal(found[1]), Decimal(found[2]))
    for name, kind in KINDS.items()
    if (found := re.search(r"number from (\S+) to (\S+)$", kind.allowed))
}
"""Lowest and highest value of each key that is a number, by its own words."""
WHOLE = [name for name in RANGES if "whole" in KINDS[name].allowed]
DECIMAL = [name for name in RANGES if name not in WHOLE]
KEYS = {name: key for key, name in FIELDS.items()}


def test_the_cli_knows_exactly_the_programs_keys() -> None:
    """No key that the program would refuse, none that `pulumi config` does not describe."""
    assert set(SCHEMA) == {f"{PROJECT}:{key}" for key in FIELDS}


@pytest.mark.parametrize("key", FIELDS)
def test_a_key_is_described_as_it_is_judged(key: str) -> None:
    """Type, default and what is allowed: one truth, told by the schema and by the program."""
    described, name = SCHEMA[f"{PROJECT}:{key}"], FIELDS[key]
    kind, default = KINDS[name], DEFAULTS[name]
    assert described["type"] == kind.schema
    assert described.get("items") == ({"type": "string"} if kind.schema == "array" else None)
    says, _, allowed = described["description"].partition(" Allowed: ")
    assert allowed == f"{kind.allowed}."
    assert says.endswith(".")
    for_none = {"string": "", "array": [], "integer": 0}
    if default in {None, ()}:
        assert described["default"] == for_none[kind.schema]
    elif kind.schema == "string" and not isinstance(default, str):
        assert described["default"] == f"{default:g}"
    else:
        assert described["default"] == default


def test_the_schemas_defaults_are_the_programs() -> None:
    """The engine hands over every default; the result is that of nothing having been set."""
    given = texts({name: described["default"] for name, described in SCHEMA.items()})
    assert parse("test", "us-east-1", {**given, **NETWORK}) == parsed()


@pytest.mark.parametrize("stack", ["beta", "prod", "rehearsal"])
def test_the_stacks_files_are_valid(stack: str) -> None:
    """As they are; the rehearsal's with the database that whoever starts it adds."""
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    added = EXISTING if stack == "rehearsal" else {}
    settings = parse(stack, config["aws:region"], {**texts(config), **added})
    assert settings.stack == stack
    assert settings.prefix == "huntaze"
    assert settings.protect == (stack == "prod")
    assert (settings.existing_database() is None) == (stack != "rehearsal")


def test_every_fault_is_reported_at_once() -> None:
    """A person mends all of them before the next try."""
    found = faults(
        {"errorRatePct": "two", "shiftPercentage": "101", "prefx": "x", "jwtIssuer": "https://a.test"},
        "eu-central",
    )
    assert len(found) == 6
    for part in ("errorRatePct", "shiftPercentage", "prefx", "jwtIssuer", "aws:region", "vpcId"):
        assert sum(part in line for line in found) == 1


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("shiftPercentage", "101", "a whole number from 1 to 99"),
        ("diffsGoPct", "101", "a number from 0 to 100"),
        ("errorRatePct", "two", "a number from 0.01 to 50"),
        ("errorRatePct", "nan", "a number from 0.01 to 50"),
        ("canaryErrorFloor", "1.5", "a whole number from 1 to 1000"),
        ("pollIntervalS", "14", "a whole number from 15 to 60"),
        ("shadowReservedConcurrency", "-1", "0 for none, or a whole number from 1 to 1000"),
        ("trafficShift", "sudden", "linear or canary"),
        ("protect", "yes", "true or false"),
        ("owner", " ", "at most 256 letters, digits, spaces and _ . : / = + - @"),
        ("owner", "o" * 257, "at most 256 letters"),
        ("owner", "team\nreads", "at most 256 letters"),
        ("owner", "reads, and more", "at most 256 letters"),
        ("owner", "AWS:reads", "not aws: first"),
        ("existingDatabaseName", "reads\x00", "a text of printable characters"),
        ("prefix", "Huntaze_2", "small letters, digits and single hyphens, a letter first"),
        ("prefix", "h" * 33, "at most 32 characters"),
        ("prefix", "aws-reads", "not aws or ssm first"),
        ("prefix", "ssm", "not aws or ssm first"),
        ("notifyEmail", "ops", "an e-mail address"),
        ("notifyEmail", "o\x01ps@a.test", "an e-mail address"),
        ("notifyUrl", "http://ops.test", "an https URL"),
        ("playbookUrl", "docs/BETA_PLAYBOOK.md", "an https URL"),
        ("subnetIds", "subnet-0be7a00000000000a", "a list of subnets' ids"),
        ("subnetIds", '["vpc-0be7a00000000000a"]', "a list of subnets' ids"),
        ("subnetIds", "[1]", "a list of subnets' ids"),
        ("subnetIds", json.dumps([*SUBNETS, f" {SUBNETS[0]}"]), "a list of subnets' ids, each once"),
        ("errorRatePct", "\u0662", "a number from 0.01 to 50"),
        ("errorRatePct", "\uff15", "a number from 0.01 to 50"),
        ("errorRatePct", "1_0", "a number from 0.01 to 50"),
        ("bakeMinutes", "\uff110", "a whole number from 10 to 1440"),
        ("logRetentionDays", "8", "one of 1, 3, 5, 7"),
        ("existingDatabaseTls", "require", "verify-full or off"),
        ("databaseInstanceClass", "t4g.small", "an instance class, such as db.t4g.small"),
    ],
)
def test_a_value_that_is_not_allowed_is_named_with_what_is(key: str, value: str, allowed: str) -> None:
    """Key, value, allowed range."""
    # One of them belongs to the network: without it there is a second fault.
    network = {} if key == "subnetIds" else NETWORK
    found = faults({**network, key: value})[0]
    assert found.startswith(f"{PROJECT}:{key} = {value!r}: must be ")
    assert allowed in found


@pytest.mark.parametrize(
    "namespace",
    [
        *("huntaze-read-migraton", "Huntaze-Read-Migration", "huntaze_read_migration"),
        *("huntaze", "read-migration"),
    ],
)
def test_a_key_in_a_misspelt_namespace_is_answered_with_ours(namespace: str) -> None:
    """Pulumi hands it over in silence, and the stack would go without what it says."""
    everything = {f"{PROJECT}:{name}": value for name, value in NETWORK.items()}
    with pytest.raises(SettingsError) as caught:
        read("prod", {**everything, "aws:region": "us-east-1", f"{namespace}:protect": "true"})
    assert str(caught.value).splitlines()[1:] == [
        f"  {namespace}:protect: the namespace {namespace} is not this project's. Write {PROJECT}:protect."
    ]


def test_a_key_of_a_provider_is_let_be() -> None:
    """GIVEN keys of other namespaces THEN they are those of Pulumi and of providers, which read them."""
    everything = {f"{PROJECT}:{name}": value for name, value in NETWORK.items()}
    others = ("aws:profile", "pulumi:tags", "github:owner", "kubernetes:context", "shop-read-migrations:x")
    found = read("prod", {**everything, "aws:region": "us-east-1", **dict.fromkeys(others, "x")})
    assert found == parse("prod", "us-east-1", NETWORK)


def test_no_key_is_one_that_the_cli_takes_for_a_secret() -> None:
    """`pulumi config set` refuses a long value of such a key: here, and in the example that people copy.

    https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/cmd/pulumi/config/config.go, `keyPattern`.
    """
    suspicious = re.compile("(?i)passwd|pass|password|pwd|secret|token")
    keys = [
        key.partition(":")[2]
        for path in [*ROOT.glob("Pulumi*.yaml"), *ROOT.glob("examples/*/Pulumi*.yaml")]
        for key in yaml.safe_load(path.read_text())["config"]
    ]
    assert [key for key in keys if suspicious.search(key)] == []
    assert all(suspicious.search(old) for old in RENAMED)


@pytest.mark.parametrize("old", RENAMED)
def test_an_old_name_is_read_as_todays_and_said(old: str) -> None:
    """GIVEN a stack's file of before THEN its value counts, also beside a default of the new name."""
    new, arn = RENAMED[old], EXISTING["existingDatabaseCredentialsArn"]
    others = {name: value for name, value in EXISTING.items() if name != new}
    today = parse("test", "us-east-1", {**EXISTING, new: arn})
    for written in ({old: arn}, {old: arn, new: ""}, {old: arn, new: arn}):
        assert parse("test", "us-east-1", {**others, **written}) == today
        (told,) = renamed(written)
        assert told.startswith(f"{PROJECT}:{old} is now called {new}.")
    assert renamed({new: arn, old: ""}) == []


def test_an_old_and_a_new_name_that_disagree_are_refused() -> None:
    """No one can tell which was meant."""
    other = "arn:aws:secretsmanager:us-east-1:1:secret:other"
    assert fault({**EXISTING, "existingDatabaseSecretArn": other}) == (
        f"{PROJECT}:existingDatabaseCredentialsArn: existingDatabaseSecretArn, its old name, has another "
        "value. Remove one of the two."
    )


def test_an_unknown_key_is_answered_with_the_nearest() -> None:
    """A slip of the pen gets its correction, anything else the list."""
    assert fault({**NETWORK, "errorRatePcnt": "2"}) == (
        f"{PROJECT}:errorRatePcnt: there is no such key. Did you mean errorRatePct?"
    )
    listed = fault({**NETWORK, "zzz": "2"})
    assert all(key in listed for key in FIELDS)


@pytest.mark.parametrize("region", [None, "", "us-east", "cn-north-1", "us-gov-west-1", "us-east-1 "])
def test_a_region_that_is_none_of_ours_is_named(region: str | None) -> None:
    """Other partitions have other ARNs."""
    assert fault(NETWORK, region) == (
        f"aws:region = {region!r}: must be a commercial AWS region, for instance us-east-1."
    )


@given(name=st.sampled_from(DECIMAL), data=st.data())
def test_any_decimal_within_its_range_is_taken_as_it_is(name: str, data: st.DataObject) -> None:
    """Also at both ends, and with space around it."""
    low, high = RANGES[name]
    value = data.draw(st.just(low) | st.just(high) | st.decimals(low, high, places=2))
    assert KINDS[name].parse(f" {value} ") == pytest.approx(float(value))


@given(name=st.sampled_from(WHOLE), data=st.data())
def test_any_whole_number_within_its_range_is_taken_as_it_is(name: str, data: st.DataObject) -> None:
    """Also at both ends."""
    low, high = map(int, RANGES[name])
    value = data.draw(st.just(low) | st.just(high) | st.integers(low, high))
    assert KINDS[name].parse(str(value)) == value


@given(name=st.sampled_from(list(RANGES)), data=st.data())
def test_any_number_outside_its_range_is_refused_with_the_range(name: str, data: st.DataObject) -> None:
    """However far, and however it is written."""
    low, high = map(int, RANGES[name])
    # For none, 0 is allowed where there is no default, so start below it.
    far = st.integers(max_value=min(low, 0) - 1) | st.integers(min_value=high + 1)
    value = data.draw(far.map(str) | st.sampled_from(["inf", "-inf", "nan", "1e9", "", "0x10"]))
    found = faults({**NETWORK, KEYS[name]: value})[0]
    assert found == f"{PROJECT}:{KEYS[name]} = {value!r}: must be {KINDS[name].allowed}."


@given(key=st.sampled_from(list(FIELDS)), value=st.text(max_size=20))
def test_no_text_breaks_the_reader(key: str, value: str) -> None:
    """Whatever somebody types, it is a setting or a fault in words; any other exception is a traceback."""
    with contextlib.suppress(SettingsError):
        parse("test", "us-east-1", {**NETWORK, key: value})


def test_the_units_arguments_carry_what_was_set() -> None:
    """Each argument that the unit takes from configuration, under the unit's own name."""
    settings = parsed(
        errorRatePct="1.5",
        functionMemoryMb="2048",
        playbookUrl="https://wiki.test/beta",
        jwtIssuer="https://a.test",
        jwtAudience='["web", "app"]',
        notifyEmail="ops@a.test",
        shadowReservedConcurrency="5",
        protect="true",
    )
    unit = Unit.of(settings.unit(ACCOUNT, {"host": "h", "port": 1, "name": "n", "user": "u", "tls": "off"}))
    assert unit.thresholds["error_rate_pct"] == 1.5
    assert (unit.memory_mb, unit.shadow_reserved_concurrency, unit.protect) == (2048, 5, True)
    assert (unit.playbook_url, unit.notify_email, unit.notify_url) == (
        "https://wiki.test/beta",
        "ops@a.test",
        None,
    )
    assert (unit.jwt_issuer, unit.jwt_audience) == ("https://a.test", ["web", "app"])


def test_nothing_set_gives_the_units_own_defaults() -> None:
    """The defaults of configuration and those of the component are the same."""
    database: Any = {"host": "h"}
    settings = parsed()
    assert Unit.of(settings.unit(ACCOUNT, database)) == Unit("huntaze", "us-east-1", ACCOUNT, database)


def test_an_existing_database_is_reached_from_inside_its_network_when_groups_are_given() -> None:
    """Subnets and groups both go to the functions; without them they stay outside."""
    outside = parse("test", "us-east-1", EXISTING).existing_database()
    assert outside is not None
    assert outside["vpc"] is None
    groups = '["sg-0be7a00000000000a"]'
    inside = parse(
        "test",
        "us-east-1",
        {**EXISTING, "subnetIds": NETWORK["subnetIds"], "existingDatabaseSecurityGroupIds": groups},
    ).existing_database()
    assert inside is not None
    assert inside["vpc"] == {
        "subnet_ids": SUBNETS,
        "security_group_ids": ["sg-0be7a00000000000a"],
    }
