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


WORK = "rehearsal-"
"""How the name of every rehearsal's work folder begins."""
BY_HAND = (
    "If a kept cloud still runs, end it by its process ids, which this prints: "
    'pgrep -fl "localaws.cloud|rehearsal-"'
)


class StillUpError(RuntimeError):
    """A cloud is kept up, where another one is to be."""


class UnreadableError(RuntimeError):
    """The record of what was kept up does not say what that is."""


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
    """The cloud left up by an earlier run, if any.

    Raises:
        UnreadableError: There is a record, and it does not say what is up.
    """
    try:
        text = RECORD.read_text()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableError(f"{_shown()} cannot be read: {error}. {BY_HAND}") from error
    try:
        kept = Kept(**json.loads(text))
    except (ValueError, TypeError, RecursionError) as error:
        raise UnreadableError(
            f"{_shown()} does not say which cloud was kept up: {error}. {BY_HAND}"
        ) from error
    pids = (kept.cloud_pid, kept.postgres_pid)
    # What it names is ended and removed, so it has to be what a rehearsal writes.
    if not all(type(pid) is int and pid > 1 for pid in pids) or not _is_ours(kept.work_dir):
        raise UnreadableError(f"{_shown()} names what no rehearsal started. {BY_HAND}")
    return kept


def _is_ours(work_dir: object) -> bool:
    return isinstance(work_dir, str) and Path(work_dir).is_absolute() and Path(work_dir).name.startswith(WORK)


def _shown() -> str:
    return str(RECORD.relative_to(ROOT)) if RECORD.is_relative_to(ROOT) else str(RECORD)


def must_be_none() -> None:
    """Refuse to keep up a second cloud: its record would replace the first one's, and nothing would end that.

    Raises:
        StillUpError: One was kept up, or a record says so that cannot be read.
    """
    try:
        up = find()
    except UnreadableError as error:
        raise StillUpError(f"{error}\nThen remove the record with: make clean") from error
    if up is not None:
        raise StillUpError(
            f"A cloud is kept up already, at {up.endpoint}. End it first with: make clean. "
            "Or leave out KEEP=1: this rehearsal then runs beside it."
        )


def end() -> bool:
    """End a cloud that was left up; safe to repeat. Returns whether there was one.

    Raises:
        UnreadableError: There is a record, and it does not say what to end; it is removed.
    """
    try:
        kept = find()
    except UnreadableError:
        RECORD.unlink(missing_ok=True)
        raise
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
