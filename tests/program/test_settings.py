"""Configuration: what the CLI is told of a key is what the program takes, and faults say how to mend them."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import urllib.request
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from components.unit_args import Unit
from settings import Settings
from settings.kinds import PROJECT
from settings.reading import FIELDS, KINDS, RENAMED, SettingsError, parse, read, renamed
from tests.program.recording import ACCOUNT

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(Settings) if field.metadata}
SUBNETS = ["subnet-0be7a00000000000a", "subnet-0be7a00000000000b"]
NETWORK = {"vpcId": "vpc-0be7a00000000000a", "subnetIds": json.dumps(SUBNETS)}
EXISTING = {
    "existingDatabaseHost": "db.internal",
    "existingDatabaseName": "reads",
    "existingDatabaseUser": "reader",
    "existingDatabaseCredentialsArn": "arn:aws:secretsmanager:us-east-1:1:secret:db",
}
RANGES = {
    name: (Decimal(found[1]), Decimal(found[2]))
    for name, kind in KINDS.items()
    if (found := re.search(r"number from (\S+) to (\S+)$", kind.allowed))
}
"""Lowest and highest value of each key that is a number, by its own words."""
WHOLE = [name for name in RANGES if "whole" in KINDS[name].allowed]
DECIMAL = [name for name in RANGES if name not in WHOLE]
KEYS = {name: key for key, name in FIELDS.items()}


def texts(config: dict[str, Any]) -> dict[str, str]:
    """A stack file's values as Pulumi hands them over: by key, as texts, lists as JSON."""
    return {
        name.removeprefix(f"{PROJECT}:"): value if isinstance(value, str) else json.dumps(value)
        for name, value in config.items()
        if name.startswith(f"{PROJECT}:")
    }


def parsed(**changes: str) -> Settings:
    """A stack with a network, and what a test changes."""
    return parse("test", "us-east-1", {**NETWORK, **changes})


def faults(given: dict[str, str], region: str | None = "us-east-1") -> list[str]:
    """What is wrong with a configuration, a line a fault."""
    with pytest.raises(SettingsError) as caught:
        parse("test", region, given)
    first, *others = str(caught.value).splitlines()
    assert first == "Configuration of stack test cannot be used:"
    return [line.strip() for line in others]


def fault(given: dict[str, str], region: str | None = "us-east-1") -> str:
    """The only thing that is wrong with a configuration."""
    (found,) = faults(given, region)
    return found


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


LONG = "h" * 70


@pytest.mark.parametrize("key", ["jwtIssuer", "notifyUrl", "playbookUrl"])
@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("https://[", "its square brackets hold no IPv6 address"),
        ("https://[x", "its square brackets hold no IPv6 address"),
        ("https://[::g]/", "its square brackets hold no IPv6 address"),
        ("https://host:abc/", "its port 'abc' is no whole number from 1 to 65535"),
        ("https://host:/", "its port '' is no whole number"),
        ("https://host:70000/", "its port '70000' is no whole number"),
        ("https://ho\x01st/", "it has a space, a control character or a letter outside ASCII"),
        ("https://h\u00e9.test/", "a host of such letters is written as xn--"),
        ("https://host/a b", "it has a space"),
        ("https:///", "it has no host"),
        ("https://a..b/", "has two dots in a row"),
        ("https://-a.test/", "has characters that no host name has"),
        (f"https://{LONG}.test/", "between two dots has 70 characters, and DNS allows 63"),
        ("https://300.1.1.1/", "is no IPv4 address"),
        ("http://host/", "it does not begin with https://"),
    ],
)
def test_a_malformed_url_is_refused_with_what_is_wrong_with_it(key: str, value: str, why: str) -> None:
    """As a setting, with its reason; no library has to raise over it later."""
    others = {"jwtAudience": '["web"]'} if key == "jwtIssuer" else {}
    found = faults({**NETWORK, **others, key: value})[0]
    assert found.startswith(f"{PROJECT}:{key} = {value!r}: must be empty for none, or an https URL; ")
    assert why in found


@pytest.mark.parametrize(
    "value",
    [
        "https://a.test",
        "https://A.test:8443/pool/?x=1#y",
        "https://192.0.2.1/",
        "https://[2001:db8::1]:443/",
        "https://xn--hr-bja.test.",
    ],
)
def test_a_url_that_is_well_formed_is_taken_as_it_is(value: str) -> None:
    """With a port, an address for a host, or a name in Punycode."""
    assert parsed(notifyUrl=value).notify_url == value


def test_only_a_subscription_takes_a_password_in_its_url() -> None:
    """SNS sends it; an issuer's URL would show it to everyone."""
    assert parsed(notifyUrl="https://me:pw@a.test/").notify_url == "https://me:pw@a.test/"
    told = fault({**NETWORK, "playbookUrl": "https://me:pw@a.test/"})
    assert "it has a user name (me) before the host" in told


@profile(deadline=None)
@given(key=st.sampled_from(["jwtIssuer", "notifyUrl"]), rest=st.text(max_size=30))
def test_any_url_that_is_taken_can_be_asked_for(key: str, rest: str) -> None:
    """What is no fault here raises nowhere: split, with its port, and in an HTTP request."""
    kind = KINDS[FIELDS[key]]
    with contextlib.suppress(ValueError):
        url = kind.parse(f"https://{rest}")
        parts = urlsplit(url)
        try:
            assert parts.hostname
            parts.hostname.encode("idna")
            http.client.HTTPSConnection(parts.hostname, parts.port)
            urllib.request.Request(url)  # noqa: S310 - https, and not opened
        except ValueError as error:
            raise AssertionError(url) from error


def test_a_host_is_judged_alike_wherever_it_is_written() -> None:
    """In an e-mail address, in a URL, and by itself; and it gets no second fault for what it belongs to."""
    assert "has two dots in a row" in fault({**NETWORK, "notifyEmail": "ops@a..b"})
    told = fault({**EXISTING, "existingDatabaseHost": "db internal"})
    assert "must be empty for none, or a host name; its host 'db internal' has characters that no" in told
    found = parse("test", "us-east-1", {**EXISTING, "existingDatabaseHost": "2001:db8::1"})
    assert found.existing_database_host == "2001:db8::1"


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
