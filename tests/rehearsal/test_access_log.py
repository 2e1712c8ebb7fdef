"""A user's own log as traffic: AWS's documented lines, what cannot be mapped, and files of no use at all.

The lines are the examples of
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html, their
URLs led to a creator where a test needs one.
"""

from __future__ import annotations

import gzip
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.access_log import AccessLogError, Replay, parse, read
from rehearsal.traffic import squeezed
from tests.fuzzing import fuzz

if TYPE_CHECKING:
    from pathlib import Path

CREATORS = ["c-0001", "c-0002", "c-0003"]
TAIL = (
    "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "
    '"Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" '
    '"10.0.0.1:80" "200" "-" "-" TID_1234abcd5678ef90'
)
HTTP = (
    "http 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 "
    f'0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - {TAIL}'
)
HTTPS = (
    "https 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 "
    '10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/ HTTP/1.1" "curl/7.46.0" '
    f"ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 {TAIL}"
)
H2 = (
    "h2 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 10.0.1.252:48160 10.0.0.66:9000 "
    '0.000 0.002 0.000 200 200 5 257 "GET https://10.0.2.105:773/ HTTP/2.0" "curl/7.46.0" '
    f"ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 {TAIL}"
)
LAMBDA = (
    "http 2018-11-30T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 - "
    f'0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - {TAIL}'
)
WEBSOCKET = (
    "ws 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 10.0.0.140:40914 "
    '10.0.1.192:8010 0.001 0.003 0.000 101 101 218 587 "GET http://10.0.0.30:80/ HTTP/1.1" "-" - - ' + TAIL
)


def line(
    path: str = "/creators/c-0001",
    at: str = "22:23:00.186641",
    client: str = "192.168.131.39:2817",
    agent: str = "curl/7.46.0",
    method: str = "GET",
) -> str:
    """AWS's first example, changed."""
    return (
        HTTP.replace(":80/ HTTP", f":80{path} HTTP")
        .replace("22:23:00.186641", at, 1)
        .replace("192.168.131.39:2817", client)
        .replace("curl/7.46.0", agent)
        .replace('"GET ', f'"{method} ')
    )


def parsed(*lines: str) -> Replay:
    """Those lines as traffic."""
    return parse(lines, CREATORS)


@pytest.mark.parametrize("documented", [HTTP, HTTPS, H2, LAMBDA, WEBSOCKET])
def test_a_documented_line_is_read_in_each_of_its_forms(documented: str) -> None:
    """As it stands it reads no creator, and is counted; led to one, it is a request of its user."""
    assert parsed(documented).skipped == {"path is not /creators/ID": 1}
    method, _, rest = documented.partition("/ HTTP")
    replay = parsed(f"{method}/creators/c-0002?limit=5 HTTP{rest}")
    ((offset, request),) = replay.requests
    assert (offset, request.record, request.limit) == (0.0, "c-0002", 5)
    assert not replay.skipped


def test_requests_come_in_the_order_of_time_from_the_first() -> None:
    """A load balancer's log is not sorted."""
    replay = parsed(line(at="22:23:10.5"), line("/creators/c-0002", at="22:23:00.0"))
    assert [(offset, request.record) for offset, request in replay.requests] == [
        (0.0, "c-0002"),
        (10.5, "c-0001"),
    ]
    assert replay.span_s == 10.5


def test_a_user_is_an_address_with_an_agent_whatever_the_port() -> None:
    """Somebody's next connection is still theirs; their phone is another user."""
    users = [
        request.user
        for _, request in parsed(
            line(),
            line(client="192.168.131.39:9999"),
            line(agent="Mobile"),
            line(client="192.168.131.40:2817"),
        ).requests
    ]
    assert users[0] == users[1]
    assert len(set(users)) == 3
    assert not any("192.168" in user for user in users)


def test_a_creator_that_the_seed_does_not_know_is_always_the_same_one_of_it() -> None:
    """Popular creators stay popular."""
    first, second, other = (
        request.record
        for _, request in parsed(
            line("/creators/alice"), line("/creators/alice/"), line("/creators/c-0003")
        ).requests
    )
    assert first == second
    assert first in CREATORS
    assert other == "c-0003"


@pytest.mark.parametrize(
    ("query", "limit"), [("", 10), ("?limit=3", 3), ("?limit=999", 50), ("?limit=0", 1), ("?limit=x", 10)]
)
def test_a_limit_is_one_that_the_api_takes(query: str, limit: int) -> None:
    """Too large and too small are brought within it, nonsense is the default."""
    ((_, request),) = parsed(line(f"/creators/c-0001{query}")).requests
    assert request.limit == limit


def test_what_cannot_be_mapped_is_counted_and_named_with_its_first_line() -> None:
    """One reason each, and nothing of it is fatal."""
    replay = parsed(
        line(),
        line(method="POST"),
        line("/health"),
        line("/health"),
        "",
        "not a log",
        line(at="yesterday"),
        line().replace('"GET http://www.example.com:80/creators/c-0001 HTTP/1.1"', '"- http://a:80- -"'),
        line().replace('"GET http://www.example.com:80/creators/c-0001 HTTP/1.1"', '"-"'),
    )
    assert len(replay.requests) == 1
    assert replay.skipped == {
        "method POST is not replayed": 1,
        "path is not /creators/ID": 2,
        "not an ALB access log line": 1,
        "unreadable time, client or request": 2,
        "method - is not replayed": 1,
    }
    assert replay.examples["path is not /creators/ID"] == 3


def test_an_agent_with_quotes_does_not_move_the_fields() -> None:
    """The load balancer escapes them."""
    replay = parsed(line(agent=r"Odd \"quoted\" agent"))
    assert len(replay.requests) == 1


@given(st.lists(st.text(max_size=200)))
def test_no_text_breaks_the_reader(lines: list[str]) -> None:
    """Every line is a request, empty, or counted."""
    replay = parse(lines, CREATORS)
    written = [one for one in lines if one.strip()]
    assert len(replay.requests) + sum(replay.skipped.values()) == len(written)


def test_a_limit_that_no_one_means_costs_its_line_alone() -> None:
    """Python makes no number of 4,400 digits (Kinto/kinto#3500): the line is counted and named."""
    replay = parsed(line("/creators/c-0001?limit=3"), line(f"/creators/c-0001?limit={'1' * 4400}"))
    assert [request.limit for _, request in replay.requests] == [3]
    assert replay.skipped == {"limit of more than 9 digits": 1}
    assert replay.examples == {"limit of more than 9 digits": 2}


def test_a_method_that_is_none_reaches_no_terminal() -> None:
    """A client writes what it likes; the reasons are printed."""
    replay = parsed(*(line(method=method) for method in ("\x1b]0;owned\x07", "PWN1", "PWN2", "POST")))
    assert replay.skipped == {"method unknown is not replayed": 3, "method POST is not replayed": 1}


def test_a_file_without_line_breaks_is_not_read_into_memory(tmp_path: Path) -> None:
    """GIVEN 64 MB of zeros, zipped into some KB, before a request THEN one line of them is too long."""
    path = tmp_path / "access.log.gz"
    path.write_bytes(gzip.compress(bytes(64 << 20) + f"\n{line()}\n".encode()))
    tracemalloc.start()
    replay = read(path, CREATORS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(replay.requests) == 1
    assert replay.skipped == {"longer than 262144 characters": 1}
    assert peak < 8 << 20


HOSTILE = st.one_of(
    st.text(st.characters(), max_size=60),
    st.integers(1, 9000).map(lambda digits: f"/creators/c-0001?limit={'1' * digits}"),
    st.sampled_from(
        [
            "-",
            '"',
            "\\",
            "http://[::1",
            "http://\u2100.test/",
            "/creators/%ff%00",
            "9999-12-31T23:59:59.999999-23:59",
            "0001-01-01T00:00:00+23:59",
            "2026-02-30T00:00:00Z",
            "/creators/c-0001?" + "&".join(["limit=1"] * 3000),
        ]
    ),
)


@fuzz(3_000)
@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={"path": HOSTILE, "at": HOSTILE, "client": HOSTILE, "agent": HOSTILE, "method": HOSTILE},
        ),
        max_size=4,
    ),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6),
)
def test_a_hostile_log_is_replayed_counted_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[dict[str, str]],
    bytes_changed: list[tuple[int, int]],
) -> None:
    """GIVEN documented lines with any field or byte replaced THEN nothing but AccessLogError is raised."""
    content = bytearray("\n".join(line(**fields) for fields in lines).encode(errors="surrogatepass"))
    for at, byte in bytes_changed:
        if at < len(content):
            content[at] = byte
    path = tmp_path_factory.getbasetemp() / "hostile.log"
    path.write_bytes(content)
    try:
        replay = read(path, CREATORS)
    except AccessLogError:
        return
    assert all(1 <= request.limit <= 50 and request.record in CREATORS for _, request in replay.requests)
    assert all(reason.isascii() and reason.isprintable() for reason in replay.skipped)
    assert list(squeezed(replay.requests, replay.span_s, 60))[-1][0] <= 60.001


def test_a_file_is_read_plain_and_as_it_is_delivered(tmp_path: Path) -> None:
    """By its ending: gzip is the form that the load balancer writes to S3."""
    plain, zipped = tmp_path / "access.log", tmp_path / "access.log.gz"
    plain.write_text(f"{line()}\n{line('/health')}\n")
    zipped.write_bytes(gzip.compress(plain.read_bytes()))
    assert read(plain, CREATORS) == read(zipped, CREATORS)
    assert len(read(zipped, CREATORS).requests) == 1


def unusable(path: Path) -> str:
    """What is said of a file that cannot be replayed."""
    with pytest.raises(AccessLogError) as caught:
        read(path, CREATORS)
    assert str(caught.value).startswith(f"TRAFFIC={path}: ")
    return str(caught.value)


def test_a_file_without_one_request_is_refused_with_the_reasons(tmp_path: Path) -> None:
    """Better than a rehearsal of nothing."""
    path = tmp_path / "access.log"
    path.write_text(f"{line('/health')}\n{line('/health')}\n{line(method='POST')}\n")
    assert "(2 x path is not /creators/ID, 1 x method POST is not replayed)" in unusable(path)
    path.write_text("")
    assert "it is empty" in unusable(path)


def test_a_file_that_cannot_be_read_is_refused_in_words(tmp_path: Path) -> None:
    """Missing, a folder, no gzip inside, cut off, or damaged."""
    assert "No such file" in unusable(tmp_path / "missing.log")
    assert "Is a directory" in unusable(tmp_path)
    path = tmp_path / "access.log.gz"
    path.write_text(line())
    assert "Not a gzipped file" in unusable(path)
    whole = gzip.compress(f"{line()}\n".encode() * 50)
    path.write_bytes(whole[:-20])
    assert "Give a readable ALB access log" in unusable(path)
    path.write_bytes(whole[:60] + bytes(40) + whole[100:])
    assert "Give a readable ALB access log" in unusable(path)
