"""Runs a subject's handler under AWS's runtime client, and answers with its times instead of its body."""

from __future__ import annotations

import importlib
import os
import time
from typing import Any

SUBJECT = importlib.import_module(os.environ["SUBJECT"])


def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    """Return ``own``, the handler thread's CPU time, and ``waited``, the user's wait; both in ms."""
    began, busy = time.perf_counter(), time.thread_time()
    answer = SUBJECT.lambda_handler(event, context)
    busy, waited = time.thread_time() - busy, time.perf_counter() - began
    return {"status": answer["statusCode"], "own": busy * 1000, "waited": waited * 1000}
