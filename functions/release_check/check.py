"""Checks one version, which is invoked by its own version number and so serves no user meanwhile."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from canary.read import contract, probing
from release_check.probes import prisma_fault, probes

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_check.settings import Settings


@dataclass
class Check:
    """Sends the probes to a version and judges its answers.

    Attributes:
        lambda_: A boto3 client of Lambda.
        settings: What to check besides the version.
        log: Writes one line: a word and fields.
    """

    lambda_: Any
    settings: Settings
    log: Callable[..., None]

    def faults(self, function: str, version: str) -> list[str]:
        """List everything that is wrong with a version; empty if the version may take traffic."""
        asked: list[tuple[str, dict[str, Any], Callable[[Any], str | None]]] = [
            (f"{function}:{version}", probe.event, probe.fault) for probe in probes(self.settings.user_claim)
        ]
        # The Prisma function behind the canary path is asked directly too: a fallback would hide its fault.
        asked.append((self.settings.prisma, probing.payload(contract.PROBED), prisma_fault))
        found = []
        for whom, event, judge in asked:
            fault = self._fault(whom, event, judge)
            if fault is not None:
                found.append(fault)
                self.log("FAULT", function=whom, fault=fault)
        return found

    def _fault(self, whom: str, event: dict[str, Any], judge: Callable[[Any], str | None]) -> str | None:
        try:
            answer = self.lambda_.invoke(FunctionName=whom, Payload=json.dumps(event).encode())
            payload = json.loads(answer["Payload"].read() or b"null")
        except (ClientError, BotoCoreError) as error:
            return f"{whom} could not be invoked: {error}"
        except ValueError:
            return f"{whom} answered no JSON"
        if "FunctionError" in answer:
            kind = payload.get("errorType") if isinstance(payload, dict) else None
            return f"{whom} failed: {kind or answer['FunctionError']}"
        return judge(payload)
