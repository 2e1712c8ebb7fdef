"""X-Ray tracing. Only this module knows the X-Ray SDK, and no fault of tracing ever reaches a user.

Lambda's own segment cannot be annotated, so annotations go on a subsegment:
https://docs.aws.amazon.com/lambda/latest/dg/python-tracing.html. A fallback hides a canary's error from
X-Ray's own error flags, so the error's class is an annotation too.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from typing import TYPE_CHECKING, Any

try:
    from aws_xray_sdk.core import xray_recorder  # type: ignore[import-untyped]
    from aws_xray_sdk.core.lambda_launcher import LambdaContext  # type: ignore[import-untyped]
except Exception:  # noqa: BLE001 - an unreadable daemon address must not keep the function from starting
    xray_recorder, LambdaContext = None, object

if TYPE_CHECKING:
    from collections.abc import Iterator

SUBSEGMENT = "read"
HEADER = "X-Amzn-Trace-Id"


class _Context(LambdaContext):  # type: ignore[misc]
    """Lambda's context, changed to parse each trace header once; the SDK parses it six times per request."""

    def _refresh_context(self) -> None:
        header = os.environ.get("_X_AMZN_TRACE_ID")
        if getattr(self._local, "parsed", ()) != header:
            super()._refresh_context()
            self._local.parsed = header


logging.getLogger("aws_xray_sdk").setLevel(logging.CRITICAL)
with contextlib.suppress(Exception):
    if isinstance(xray_recorder.context, LambdaContext):
        xray_recorder.configure(context=_Context())
with contextlib.suppress(Exception):
    # The SDK's own streaming threshold in Lambda, 0, stays: each subsegment is sent when it ends. The SDK
    # never sends Lambda's segment, so with a higher threshold nothing would be sent.
    xray_recorder.configure(context_missing="IGNORE_ERROR")


class Trace:
    """The subsegment of one request."""

    def __init__(self, subsegment: Any) -> None:
        self._subsegment = subsegment
        self._came_with = os.environ.get("_X_AMZN_TRACE_ID", "")

    @property
    def header(self) -> str | None:
        """Value of ``X-Amzn-Trace-Id`` for a call that belongs to this request, under this subsegment.

        Read it while the request runs and pass it on: after the response there is no segment to ask. Only the
        parent changes, and only in a sampled trace, since otherwise no subsegment is sent. Every other field
        (``Lineage``, ``Self``, any future one) and a missing sampling decision are passed on as they came.
        https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
        """
        fields = [field for field in self._came_with.split(";") if field]
        identifier = getattr(self._subsegment, "id", None)
        if "Sampled=1" not in fields or not isinstance(identifier, str):
            return self._came_with or None
        kept = [field for field in fields if not field.startswith("Parent=")]
        place = next((at for at, field in enumerate(fields) if field.startswith("Parent=")), 1)
        return ";".join([*kept[:place], f"Parent={identifier}", *kept[place:]])

    @property
    def trace_id(self) -> str | None:
        """Id of the trace, for the log."""
        fields = self._came_with.split(";")
        return next((field[5:] for field in fields if field.startswith("Root=")), "") or None

    def annotate(self, **values: bool | str) -> None:
        """Add annotations, which make the request searchable."""
        with contextlib.suppress(Exception):
            for name, value in values.items():
                self._subsegment.put_annotation(name, value)


@contextlib.contextmanager
def request() -> Iterator[Trace]:
    """Open a subsegment around one request."""
    subsegment = None
    with contextlib.suppress(Exception):
        subsegment = xray_recorder.begin_subsegment(SUBSEGMENT)
    try:
        yield Trace(subsegment)
    finally:
        with contextlib.suppress(Exception):
            if subsegment is not None:
                xray_recorder.end_subsegment()


def carry(client: Any) -> None:
    """Make a botocore client send the header that `sending` sets."""
    client.meta.events.register("before-sign", _add_header)


_sending = threading.local()


@contextlib.contextmanager
def sending(header: str | None) -> Iterator[None]:
    """Make calls of this thread carry ``header``, and no other, inside the block."""
    _sending.header = header
    try:
        yield
    finally:
        _sending.header = None


def _add_header(request: Any, **_: Any) -> None:
    header = getattr(_sending, "header", None)
    if header:
        # botocore has already set this header to Lambda's own segment, and assigning would append, not
        # replace. After the response, that segment would be the one of the next request.
        del request.headers[HEADER]
        request.headers[HEADER] = header
