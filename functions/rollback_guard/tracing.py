"""X-Ray tracing. Only this module knows the X-Ray SDK; tracing that fails or is missing changes nothing.

The SDK is in maintenance (docs.aws.amazon.com/xray/latest/devguide/xray-sdk-daemon-timeline.html), so no
other module may import it.
"""

from __future__ import annotations

import contextlib
import logging


def start() -> None:
    """Record every AWS call of this process as a subsegment."""
    with contextlib.suppress(Exception):
        # Imported here, because a missing SDK is no reason to fail.
        from aws_xray_sdk.core import (  # type: ignore[import-untyped]  # noqa: PLC0415
            patch,
            xray_recorder,
        )

        logging.getLogger("aws_xray_sdk").setLevel(logging.CRITICAL)
        xray_recorder.configure(context_missing="IGNORE_ERROR")
        patch(["botocore"])
