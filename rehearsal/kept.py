"""A cloud that was left up on purpose: how to find it again, talk to it, and end it."""

from __future__ import annotations

import contextlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from canary.read import contract
from localaws import local_cloud, private_file
from rehearsal.toolchain import ROOT

RECORD = ROOT / "build" / "rehearsal" / "kept.json"


@dataclass(frozen=True)
class Kept:
    """What must be ended, and what a person needs to talk to it."""

    endpoint: str
    api_url: str
    cloud_pid: int
    postgres_pid: int
    work_dir: str
    outputs: str
    credentials: dict[str, str]


def remember(kept: Kept) -> None:
    """Write down what was left up."""
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    private_file.write(RECORD, json.dumps(asdict(kept), indent=2) + "\n")


def find() -> Kept | None:
    """The cloud left up by an earlier run, if any."""
    if not RECORD.exists():
        return None
    return Kept(**json.loads(RECORD.read_text()))


def end() -> bool:
    """End a cloud that was left up; safe to repeat. Returns whether there was one."""
    kept = find()
    if kept is None:
        return False
    local_cloud.end(kept.cloud_pid)
    local_cloud.end(kept.postgres_pid)
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(Path(kept.work_dir))
    RECORD.unlink()
    return True


def directions(kept: Kept) -> str:
    """How to talk to it, ready to paste."""
    credentials = " ".join(f"{name}={value}" for name, value in kept.credentials.items())
    canary = f".venvs/program/bin/canary --outputs {kept.outputs}"
    return f"""The cloud is still up. Talk to it:

  export AWS_ENDPOINT_URL={kept.endpoint} AWS_DEFAULT_REGION=us-east-1
  export {credentials}
  curl -H 'x-user-id: beta-001' '{kept.api_url}{contract.PROBED}'
  {canary} status
  {canary} ready
  {canary} monitor --watch
  aws cloudwatch describe-alarms

End it with: make clean
"""
