"""Who is answered: whoever has the cloud's keys, under a name of this machine; a user's read needs none."""

from __future__ import annotations

import json
import stat
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from localaws import private_file
from localaws.cloud.credentials import session_of
from localaws.cloud.gate import check_host
from localaws.cloud.request import ServiceError
from localaws.cloud.signature import Arrived, Signatures
from localaws.keys import Keys
from localaws.tests.cloud.live import Live

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS = Keys.random()
CALLS = {
    "ssm": "describe_parameters",
    "sts": "get_caller_identity",
    "lambda": "list_functions",
    "cloudwatch": "describe_alarms",
    "secretsmanager": "list_secrets",
    "appconfig": "list_applications",
}
"""One operation a protocol, and more."""
NOW = datetime(2026, 11, 28, 12, 0, 0, tzinfo=UTC)


def asked(url: str, headers: dict[str, str], body: bytes | None = None) -> tuple[int, Any]:
    """Status and answer of a request that no SDK makes."""
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - this cloud's own port
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


@pytest.mark.parametrize("service", CALLS)
@pytest.mark.parametrize(
    ("keys", "code"),
    [
        (lambda keys: Keys("AKIAIOSFODNN7EXAMPLE", keys.secret_access_key), "UnrecognizedClientException"),
        (lambda keys: Keys(keys.access_key_id, "guessed"), "InvalidSignatureException"),
        (lambda _: Keys("rehearsal", "rehearsal"), "UnrecognizedClientException"),
        (lambda _: Keys("ASIAMY", "rehearsal"), "InvalidSignatureException"),
    ],
)
def test_another_user_of_the_machine_is_refused(
    live: Live, service: str, keys: Callable[[Keys], Keys], code: str
) -> None:
    """GIVEN keys that are not the cloud's WHEN a service is asked THEN 403, in a form that its SDK reads."""
    client = Live(live.endpoint, keys(live.keys)).client(service)
    with pytest.raises(ClientError) as refused:
        getattr(client, CALLS[service])()
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_what_is_not_signed_is_refused(live: Live) -> None:
    """No service, none of MiniStack's own routes, none of the rehearsal's."""
    for path in ("/", "/2015-03-31/functions", "/_ministack/health", "/_localstack/health", "/_aws/sns"):
        assert asked(f"{live.endpoint}{path}", {})[0] == 403
    for headers in ({}, {"Authorization": "Bearer guessed"}, {"Authorization": "Bearer \xe9"}):
        assert asked(f"{live.endpoint}/_rehearsal/faults", headers)[0] == 403
    assert asked(f"{live.endpoint}/_rehearsal/faults", {}, b"{}")[0] == 403


@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:80", "127.0.0.1.evil.test", "localhost.evil.test", "0"]
)
def test_a_page_that_had_its_name_lead_here_is_refused(live: Live, host: str) -> None:
    """DNS rebinding: the browser says the page's own name, also to where users read."""
    for path in ("/_aws/execute-api/a1/creators/c-0001", "/_rehearsal/clock"):
        opened = {"Authorization": f"Bearer {live.keys.secret_access_key}", "Host": host}
        assert asked(f"{live.endpoint}{path}", opened)[0] == 403


def test_a_read_of_a_user_needs_no_signature(live: Live) -> None:
    """An API that is not there is what is said, by whom it is asked is not."""
    for path, host in (
        ("/_aws/execute-api/abcdef12/c", "localhost"),
        ("/c", "abcdef12.execute-api.localhost"),
        ("/health", "abcdef12.execute-api.localhost"),
    ):
        status, answer = asked(f"{live.endpoint}{path}", {"Host": host})
        assert status == 404, answer
    assert asked(f"{live.endpoint}/_ministack/health", {"Host": "abcdef12.execute-api.localhost"})[0] == 403


@pytest.mark.parametrize("path", ["/_aws/execute-api/a1/x", "/2015-03-31/functions/f/invocations"])
def test_a_users_request_reaches_no_service(live: Live, path: str) -> None:
    """GIVEN a request to an API that says it is for a service THEN no service takes it: no one signed."""
    scope = "Credential=A/20261128/us-east-1/monitoring/aws4_request"
    headers = {"X-Amz-Target": "GraniteServiceVersion20100801.DescribeAlarms", "Authorization": scope}
    status, answer = asked(
        f"{live.endpoint}{path}", {**headers, "Host": "abcdef12.execute-api.localhost"}, b"{}"
    )
    assert status in {403, 404}
    assert b"MetricAlarms" not in answer
    assert b"Function" not in answer


@given(st.text(max_size=40))
def test_only_names_of_this_machine_are_hosts(text: str) -> None:
    """Whatever a browser can be made to send."""
    names = ("127.0.0.1", "[::1]", "localhost")
    for host in (*names, *(f"{name}:49152" for name in names), "a1.execute-api.localhost:80"):
        check_host(host)
    with pytest.raises(ServiceError):
        check_host(f"{text}.test")


def signed(keys: Keys, body: bytes, at: datetime = NOW, token: str | None = None) -> Arrived:
    """A request as botocore signs it."""
    credentials = botocore.credentials.Credentials(keys.access_key_id, keys.secret_access_key, token)
    request = AWSRequest("POST", "http://127.0.0.1:1/a%20b/c?z=1&a=%2F", data=body, headers={"x-a": "1  2"})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("botocore.auth.get_current_datetime", lambda: at.replace(tzinfo=None))
        SigV4Auth(credentials, "ssm", "us-east-1").add_auth(request)
    headers = {name.lower(): str(value) for name, value in request.headers.items()}
    return Arrived("POST", "/a%20b/c?z=1&a=%2F", {**headers, "host": "127.0.0.1:1"}, body)


def refused(request: Arrived) -> bool:
    """Whether a request is refused, at the time of the tests."""
    try:
        Signatures(KEYS, lambda: NOW).check(request)
    except ServiceError as error:
        return error.status == 403
    return False


@given(st.binary(max_size=50), st.data())
def test_a_request_that_was_changed_on_its_way_is_refused(body: bytes, data: st.DataObject) -> None:
    """Method, path, query, a signed header, the body, key and time: each is under the signature."""
    request = signed(KEYS, body)
    assert not refused(request)
    changes: list[Arrived] = [
        Arrived("GET", request.target, request.headers, body),
        Arrived("POST", request.target + "&b=2", request.headers, body),
        Arrived("POST", "/a%20b/d?z=1&a=%2F", request.headers, body),
        Arrived("POST", request.target, request.headers, body + b"!"),
        Arrived("POST", request.target, {**request.headers, "x-a": "1 3"}, body),
        Arrived("POST", request.target, {**request.headers, "host": "localhost"}, body),
        Arrived("POST", request.target, {**request.headers, "x-amz-date": "20261128T120001Z"}, body),
        Arrived("POST", request.target, {**request.headers, "x-amz-date": "now"}, body),
        Arrived("POST", request.target, {**request.headers, "authorization": "Basic YTpi"}, body),
    ]
    assert refused(data.draw(st.sampled_from(changes)))


@pytest.mark.parametrize(("minutes", "late"), [(-6, True), (-4, False), (4, False), (6, True)])
def test_a_signature_is_good_for_five_minutes(minutes: int, late: bool) -> None:  # noqa: FBT001
    """As on AWS, in both directions."""
    assert refused(signed(KEYS, b"", NOW + timedelta(minutes=minutes))) == late


def test_a_sandbox_signs_with_keys_of_its_own() -> None:
    """GIVEN one sandbox's session WHEN it says that it is another THEN it is refused."""
    own = session_of("reader", "stream-1", KEYS)
    keys = Keys(own["AWS_ACCESS_KEY_ID"], own["AWS_SECRET_ACCESS_KEY"])
    assert not refused(signed(keys, b"", token="stream-1"))
    assert refused(signed(keys, b"", token="stream-2"))
    assert refused(signed(Keys(keys.access_key_id, "rehearsal"), b"", token="stream-1"))


def test_a_file_with_a_secret_is_never_anyone_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under any umask, from the moment in which it is made, and in the place of one that was readable."""
    path = tmp_path / "secret"
    path.write_text("old")
    path.chmod(0o644)
    made: list[int] = []
    real = Path.replace

    def replace(partial: Path, target: Path) -> Path:
        made.append(partial.stat().st_mode)
        return real(partial, target)

    monkeypatch.setattr(Path, "replace", replace)
    private_file.write(path, json.dumps({"secret": "x"}))
    assert [stat.S_IMODE(mode) for mode in (*made, path.stat().st_mode)] == [0o600, 0o600]
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]
