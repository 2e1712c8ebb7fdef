"""X-Ray, in the only module that knows its SDK. No fault of tracing ever reaches a user.

Lambda's own segment cannot be annotated, so annotations go on a subsegment:
https://docs.aws.amazon.com/lambda/latest/dg/python-tracing.html.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from typing import TYPE_CHECKING, Any

from aws_xray_sdk.core import xray_recorder

if TYPE_CHECKING:
    from collections.abc import Iterator

SUBSEGMENT = "read"

logging.getLogger("aws_xray_sdk").setLevel(logging.CRITICAL)
xray_recorder.configure(context_missing="IGNORE_ERROR", streaming_threshold=1000)


class Trace:
    """The subsegment of one request."""

    def __init__(self, subsegment: Any) -> None:
        self._subsegment = subsegment

    @property
    def header(self) -> str | None:
        """``X-Amzn-Trace-Id`` for a call that belongs to this request."""
        root, _, rest = os.environ.get("_X_AMZN_TRACE_ID", "").partition(";")
        if not root:
            return None
        identifier = getattr(self._subsegment, "id", None)
        sampled = "Sampled=1" if "Sampled=1" in rest else "Sampled=0"
        return f"{root};Parent={identifier};{sampled}" if identifier else os.environ["_X_AMZN_TRACE_ID"]

    @property
    def trace_id(self) -> str | None:
        """The trace's id, for the log."""
        return os.environ.get("_X_AMZN_TRACE_ID", "").partition(";")[0].removeprefix("Root=") or None

    def annotate(self, **values: bool | str) -> None:
        """Make the request searchable."""
        with contextlib.suppress(Exception):
            for name, value in values.items():
                self._subsegment.put_annotation(name, value)


@contextlib.contextmanager
def request() -> Iterator[Trace]:
    """A subsegment around one request."""
    subsegment = None
    with contextlib.suppress(Exception):
        subsegment = xray_recorder.begin_subsegment(SUBSEGMENT)
    try:
        yield Trace(subsegment)
    finally:
        with contextlib.suppress(Exception):
            xray_recorder.end_subsegment()


def carry(client: Any) -> None:
    """Let a client send the header set by `sending`."""
    client.meta.events.register("before-sign", _add_header)


_sending: dict[int, str] = {}


@contextlib.contextmanager
def sending(header: str | None) -> Iterator[None]:
    """Calls of this thread carry ``header`` inside the block."""
    me = threading.get_ident()
    if header:
        _sending[me] = header
    try:
        yield
    finally:
        _sending.pop(me, None)


def _add_header(request: Any, **_: Any) -> None:
    header = _sending.get(threading.get_ident())
    if header:
        # botocore has put Lambda's own segment there, and its headers append instead of replacing.
        del request.headers["X-Amzn-Trace-Id"]
        request.headers["X-Amzn-Trace-Id"] = header
