"""Takes the guard away as an operator can: without concurrency there is no invocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rehearsal.hands import Hands
    from rehearsal.timeline import Step


def remove(hands: Hands, _step: Step) -> None:
    """Reserve no concurrency for the guard, so that neither an alarm nor the clock can start it.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    """
    hands.clients.lambda_.put_function_concurrency(
        FunctionName=hands.target.guard_function, ReservedConcurrentExecutions=0
    )
