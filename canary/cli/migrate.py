"""`migrate`: bring the database to the migrations of the stack's package, by the function inside its network.

The function is invoked without a qualifier: what it applies is what the last `pulumi up` brought, whichever
versions serve. All of a run is one transaction, so a run that fails or is drifted has changed nothing.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ReadTimeoutError

from canary.cli import errors
from canary.cli.errors import OpsError
from canary.unit.patience import code

if TYPE_CHECKING:
    from canary.cli.target import Target

APPLY, STATUS = "apply", "status"


@dataclass(frozen=True)
class Migrations:
    """What the function found and did.

    Attributes:
        status: ``ok``; ``drift`` where database and package tell different histories, ``failed`` where SQL
            failed: nothing was applied then.
        applied: Names applied by this run, in order.
        before: Names that had been applied before it.
        pending: Names that are not applied.
        message: What is wrong and how to mend it; empty where nothing is.
    """

    status: str
    applied: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    message: str = ""

    @property
    def exit_code(self) -> int:
        """1 for drift and SQL that failed, 3 while something is pending."""
        if self.status != "ok":
            return errors.REFUSED
        return errors.ATTENTION if self.pending else errors.OK

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The same for a person."""
        if self.status != "ok":
            return [f"{self.status}: {self.message}", "Nothing was applied."]
        done = [f"applied {name}" for name in self.applied]
        done += [f"pending {name}" for name in self.pending]
        known = f"{len(self.before)} applied before."
        return [*done, known] if done else [f"Nothing to do: {known}"]


def look(functions: Any, target: Target) -> Migrations:
    """What is applied and what is not; takes no lock that a reader would notice.

    Args:
        functions: A boto3 client for Lambda.
        target: The unit.

    Raises:
        OpsError: The stack has no such function, or it fails.
    """
    return _asked(functions, target, STATUS)


def migrate(functions: Any, target: Target) -> Migrations:
    """Apply what is pending. Safe to repeat; two at once take turns.

    Args:
        functions: A boto3 client for Lambda that waits longer than the function may run and never repeats.
        target: The unit.

    Raises:
        OpsError: As `look`; or no answer came, and then the database ends the work by itself.
    """
    return _asked(functions, target, APPLY)


def function_of(target: Target) -> str:
    """The function's name.

    Raises:
        OpsError: The stack is of a version that had none.
    """
    if target.migrate_function is None:
        raise OpsError(
            "The stack has no function that migrates. Run `pulumi up` with this version of the program first."
        )
    return target.migrate_function


def _asked(functions: Any, target: Target, request: str) -> Migrations:
    name = function_of(target)
    try:
        answer = functions.invoke(FunctionName=name, Payload=json.dumps({"request": request}).encode())
        payload = json.loads(answer["Payload"].read() or b"null")
    except ReadTimeoutError as error:
        raise OpsError(
            f"{name} has not answered: {error}. PostgreSQL ends and takes back what takes too long. "
            "`canary migrate --dry-run` says what is applied."
        ) from error
    except ClientError as error:
        if code(error) != "ResourceNotFoundException":
            raise
        raise OpsError(f"There is no function {name}: run `pulumi up` first.") from error
    if "FunctionError" in answer:
        raise OpsError(_fault(name, payload))
    return _migrations(name, payload)


def _fault(name: str, payload: Any) -> str:
    said = payload if isinstance(payload, dict) else {}
    what = f"{said.get('errorType', 'Error')}: {said.get('errorMessage', payload)}"
    return (
        f"{name} failed: {what}. `canary logs --function migrate --since 5m` shows more. A time-out: "
        "security groups, or no way to Secrets Manager. 28P01: the secret's user and password. ENOTFOUND: "
        "the host."
    )


def _migrations(name: str, payload: Any) -> Migrations:
    known = {"ok", "drift", "failed"}
    if not isinstance(payload, dict) or payload.get("status") not in known:
        raise OpsError(
            f"{name} answered {json.dumps(payload)[:200]}: it is not of this version. Run `pulumi up`."
        )
    return Migrations(
        status=payload["status"],
        applied=tuple(payload.get("applied", ())),
        before=tuple(payload.get("before", ())),
        pending=tuple(payload.get("pending", ())),
        message=str(payload.get("message", "")),
    )
