"""Reads an Application Load Balancer's access log as traffic to replay.

The format is documented by AWS:
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
Files ending in ``.gz`` are read as gzip, the form in which the load balancer delivers them.

A log has no user id, so each combination of client address and user agent counts as one user. A record that
does not exist here is mapped by hash onto one that does, so the same record always maps to the same one.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TextIO
from urllib.parse import parse_qs, urlsplit

from rehearsal import read_path
from rehearsal.traffic import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from urllib.parse import SplitResult

_FIELD = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"|(\S+)')
_TIME, _CLIENT, _REQUEST, _AGENT = 1, 3, 12, 13
_MAX_LIMIT = 50
_LONGEST_LIMIT = 9
"""Maximum number of digits of a limit that is clamped to what the API accepts; a longer one is no mistake."""
_METHODS = frozenset({"CONNECT", "DELETE", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE", "-"})
"""Methods that are named if they are not replayed.

A client can write anything in place of a method, and none of that may reach a terminal.
"""
_LONGEST_LINE = 1 << 18
"""Maximum number of characters of a line that is read.

A load balancer accepts no request line and no headers of 256 KiB:
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html.
"""


class AccessLogError(ValueError):
    """The file as a whole cannot be replayed."""


@dataclass
class Replay:
    """Requests by their second in the log, and the lines that could not be mapped.

    Attributes:
        requests: ``(offset_s, request)`` in order of time; the first has offset 0.
        skipped: Number of skipped lines by reason.
        examples: Number of the first skipped line for each reason, so that it can be looked up.
    """

    requests: list[tuple[float, Request]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    examples: dict[str, int] = field(default_factory=dict)

    @property
    def span_s(self) -> float:
        """Seconds from the first request to the last."""
        return self.requests[-1][0] if self.requests else 0.0


def read(path: Path, records: Sequence[str]) -> Replay:
    """Read a log file. Lines that cannot be mapped are counted by reason and are not fatal.

    Raises:
        AccessLogError: The file cannot be read, or none of its lines could be mapped.
    """
    opener: Callable[..., TextIO] = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8", errors="replace") as log:
            replay = parse(_lines(log), records)
    except (OSError, EOFError, zlib.error) as error:
        raise AccessLogError(
            f"TRAFFIC={path}: {error}. Give a readable ALB access log, plain or .gz."
        ) from error
    if not replay.requests:
        reasons = (
            ", ".join(f"{count} x {why}" for why, count in replay.skipped.most_common()) or "it is empty"
        )
        raise AccessLogError(
            f"TRAFFIC={path}: no line of it is a GET {read_path.LOGGED} request of an ALB access log "
            f"({reasons}).",
        )
    return replay


def parse(lines: Iterable[str], records: Sequence[str]) -> Replay:
    """Map log lines to requests. Pure."""
    replay = Replay()
    timed: list[tuple[datetime, Request]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        found = _map(line, records)
        if isinstance(found, str):
            replay.skipped[found] += 1
            replay.examples.setdefault(found, number)
        else:
            timed.append(found)
    timed.sort(key=lambda pair: pair[0])
    replay.requests = [((when - timed[0][0]).total_seconds(), request) for when, request in timed]
    return replay


def _lines(log: TextIO) -> Iterator[str]:
    """Yield the lines of a log, cut to the longest that can be mapped.

    A file need not have any line breaks.
    """
    while line := log.readline(_LONGEST_LINE + 1):
        rest = line
        while len(rest) > _LONGEST_LINE and not rest.endswith("\n"):
            rest = log.readline(_LONGEST_LINE + 1)
        yield line


def _map(line: str, records: Sequence[str]) -> tuple[datetime, Request] | str:
    """Return one line as a timed request, or the reason why it is not one."""
    if len(line) > _LONGEST_LINE:
        return f"longer than {_LONGEST_LINE} characters"
    fields = [quoted or plain for quoted, plain in _FIELD.findall(line)]
    if len(fields) <= _AGENT:
        return "not an ALB access log line"
    try:
        when = datetime.fromisoformat(fields[_TIME])
        client = fields[_CLIENT].rsplit(":", 1)[0]
        method, url, _protocol = fields[_REQUEST].split(" ")
        parts = urlsplit(url)
    except ValueError:
        return "unreadable time, client or request"
    if when.tzinfo is None:
        return "time without a zone"
    user = _digest(f"{client}|{fields[_AGENT]}").hex()[:16]
    request = _read(f"log-{user}", method, parts, records)
    return request if isinstance(request, str) else (when, request)


def _read(user: str, method: str, url: SplitResult, records: Sequence[str]) -> Request | str:
    """Return a request as a read, or the reason why it is not one."""
    if method != "GET":
        return f"method {method if method in _METHODS else 'unknown'} is not replayed"
    record = read_path.logged(url.path)
    if record is None:
        return f"path is not {read_path.LOGGED}"
    limit = _limit(url.query)
    if limit is None:
        return f"limit of more than {_LONGEST_LIMIT} digits"
    return Request(user, _known(record, records), limit)


def _known(record: str, records: Sequence[str]) -> str:
    if record in records:
        return record
    return records[int.from_bytes(_digest(record)[:4], "big") % len(records)]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()


def _limit(query: str) -> int | None:
    """Return the limit as the API accepts it: 10 if it is missing or not a number, None if it is too long."""
    value = parse_qs(query).get("limit", ["10"])[0]
    if not (value.isascii() and value.isdigit()):
        return 10
    return min(_MAX_LIMIT, max(1, int(value))) if len(value) <= _LONGEST_LIMIT else None
