"""Values of the right form that no account can use, refused by name where a real one would be changed."""

from __future__ import annotations

import http.client
import json
import urllib.error
from email.message import Message
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localaws.provider.server import serve
from rehearsal.engine import Engine, EngineError
from settings import Settings, placeholders
from settings.placeholders import EXAMPLE_ACCOUNTS, UnknownIssuerError, faults, fetched, for_account
from settings.reading import parse
from tests.program.recording import REGION

if TYPE_CHECKING:
    from pathlib import Path

REAL = "998877665544"
ISSUER = "https://login.acme.io/pool/"
FILLED_IN = {
    "vpcId": "vpc-0d1c2b3a49586776f",
    "subnetIds": '["subnet-0a9b8c7d6e5f41322", "subnet-0a9b8c7d6e5f41323"]',
    "jwtIssuer": ISSUER,
    "jwtAudience": '["web"]',
    "notifyEmail": "oncall@acme.io",
}


def settings(**given: str) -> Settings:
    """A stack that is filled in, but for what is given."""
    return parse("beta", REGION, {**FILLED_IN, **given})


def served(document: Any) -> Any:
    """An issuer's server: bytes, or what it does instead."""

    def fetch(url: str) -> bytes:
        assert url == "https://login.acme.io/pool/.well-known/openid-configuration"
        if isinstance(document, Exception):
            raise document
        return document if isinstance(document, bytes) else json.dumps(document).encode()

    return fetch


RIGHT = served({"issuer": ISSUER, "jwks_uri": "https://login.acme.io/keys"})


def never(url: str) -> bytes:
    """Nothing may be asked."""
    raise AssertionError(url)


def test_a_stack_that_is_filled_in_is_let_through() -> None:
    """Names, ids and issuer are somebody's."""
    assert list(faults(settings(), REAL, RIGHT)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("jwtIssuer", "https://auth.huntaze.example/"),
        ("jwtIssuer", "https://auth.invalid"),
        ("jwtIssuer", "https://LOGIN.TEST/pool"),
        ("jwtIssuer", "https://localhost:8443"),
        ("jwtIssuer", "https://sub.example.com/x"),
        ("notifyEmail", "oncall@huntaze.example"),
        ("notifyUrl", "https://hooks.example.org/page"),
        ("vpcId", "vpc-0be7a00000000000a"),
        ("vpcId", "vpc-0123456789abcdef0"),
        ("subnetIds", '["subnet-0a9b8c7d6e5f41322", "subnet-0c0de00000000000b"]'),
    ],
)
def test_a_placeholder_is_named_with_what_to_do(name: str, value: str) -> None:
    """For a real account, and by its key; the issuer of such a name is not even asked."""
    fetch = never if name == "jwtIssuer" else RIGHT
    (fault,) = faults(settings(**{name: value}), REAL, fetch)
    assert fault.startswith(f"huntaze-read-migration:{name} = ")
    assert "pulumi config set huntaze-read-migration:" in fault


@pytest.mark.parametrize("account", sorted(EXAMPLE_ACCOUNTS))
def test_an_account_of_examples_takes_placeholders(account: str) -> None:
    """So that beta and prod can be previewed as they ship; nobody is asked anything."""
    given = settings(jwtIssuer="https://auth.huntaze.example/", vpcId="vpc-0be7a00000000000a")
    assert list(faults(given, account, never)) == []
    assert list(faults(settings(), account, never)) == []


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (UnknownIssuerError("HTTP 404"), "cannot be read: HTTP 404"),
        (b"<html>", "is no JSON"),
        (b"\xff\xfe", "is no JSON"),
        ([], "is of the issuer None"),
        ({"issuer": "https://login.acme.io/pool"}, "is of the issuer 'https://login.acme.io/pool'"),
    ],
)
def test_an_issuer_without_its_document_is_refused_as_api_gateway_would(document: Any, why: str) -> None:
    """Before anything is created, and with what was found instead."""
    (fault,) = faults(settings(), REAL, served(document))
    assert why in fault


def test_an_issuer_that_cannot_be_asked_hides_no_other_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN placeholders and no way to the issuer THEN each placeholder is named, and a warning is given."""
    warned: list[str] = []

    def unreachable(_url: str) -> bytes:
        raise TimeoutError("timed out")

    monkeypatch.setattr(placeholders, "fetched", unreachable)
    monkeypatch.setattr(pulumi.log, "warn", warned.append)
    given = settings(vpcId="vpc-0be7a00000000000a", notifyEmail="oncall@huntaze.example")
    with pytest.raises(pulumi.RunError) as refused:
        for_account(given, REAL)
    assert "huntaze-read-migration:vpcId = " in str(refused.value)
    assert "huntaze-read-migration:notifyEmail = " in str(refused.value)
    assert warned == [
        "huntaze-read-migration:jwtIssuer: its discovery document could not be asked for: timed out"
    ]
    assert for_account(settings(), REAL) == REAL
    assert len(warned) == 2


@pytest.mark.parametrize(
    ("raised", "why"),
    [
        (http.client.BadStatusLine("SSH-2.0"), "what answers does not speak HTTP"),
        (http.client.InvalidURL("nonnumeric port: 'abc'"), "it leads to what is no URL"),
        (ValueError("Invalid IPv6 URL"), "it leads to what is no URL"),
        (UnicodeError("label too long"), "it leads to what is no URL"),
        (urllib.error.HTTPError(ISSUER, 404, "", Message(), None), "HTTP 404"),
    ],
)
def test_whatever_an_issuers_server_does_is_said_as_it_is(
    raised: Exception, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is a traceback, and nothing is called JSON that was never read."""

    def fails(*_: object, **__: object) -> bytes:
        raise raised

    monkeypatch.setattr("urllib.request.urlopen", fails)
    (fault,) = faults(settings(), REAL, fetched)
    assert f"cannot be read: {why}" in fault


@given(st.from_regex(r"[0-9a-f]{17}", fullmatch=True))
def test_an_id_drawn_by_chance_is_not_taken_for_made_up(drawn: str) -> None:
    """Only runs that chance does not draw in a lifetime are."""
    found = list(faults(settings(vpcId=f"vpc-{drawn}"), REAL, RIGHT))
    assert bool(found) == ("00000000" in drawn or "0123456789abcdef" in drawn)


@pytest.mark.slow
def test_a_preview_for_a_real_account_names_all_placeholders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN beta as it ships WHEN it is previewed for an account THEN it stops, and says each key once."""
    monkeypatch.setattr("localaws.provider.cloud.PREVIEW_ACCOUNT", REAL)
    with serve(None) as provider:
        engine = Engine(tmp_path, "beta", provider.port)
        with pytest.raises(
            EngineError, match=f"Configuration for account {REAL} is not filled in"
        ) as stopped:
            engine.preview()
    for name in ("jwtIssuer", "vpcId", "subnetIds"):
        assert f"huntaze-read-migration:{name} = " in str(stopped.value)
    assert "Traceback" not in str(stopped.value)
