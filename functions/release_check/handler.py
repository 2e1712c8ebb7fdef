"""The Lambda handler. Builds the hook once per execution environment; every event then goes through it."""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from release_check.check import Check
from release_check.hook import Hook
from release_check.settings import read

ASKING = Config(connect_timeout=2, read_timeout=20, retries={"total_max_attempts": 1})
"""Client settings for invoking a version. There are no retries: a version that answers only when it is asked
again is not fit for users."""
ANSWERING = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 5})


def _log(message: str, **fields: Any) -> None:
    sys.stdout.write(json.dumps({"message": message, **fields}, default=str) + "\n")


@cache
def hook() -> Hook:
    """Build the hook from the environment variables.

    Raises:
        SettingsError: A variable is missing or empty.
    """
    settings = read(os.environ)
    asking = boto3.client("lambda", config=ASKING)
    return Hook(boto3.client("codedeploy", config=ANSWERING), Check(asking, settings, _log), _log)


def lambda_handler(event: Any, _context: Any) -> dict[str, Any]:
    """Run the hook for an event from CodeDeploy."""
    return hook().run(event)
