"""URLs and hosts in the configuration: one that is taken can be asked for; one that is not is told why."""

from __future__ import annotations

import contextlib
import http.client
import urllib.request
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from settings.kinds import PROJECT
from settings.reading import FIELDS, KINDS, parse
from tests.program.configured import EXISTING, NETWORK, fault, faults, parsed

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
