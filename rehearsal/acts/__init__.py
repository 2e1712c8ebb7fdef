"""What people and bad luck do in a scenario. Each act has a name, and a scenario's steps use the names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from canary.cli.errors import OpsError
from rehearsal.acts import backend, flags, guard, kills, releases

if TYPE_CHECKING:
    from collections.abc import Callable

    from rehearsal.hands import Hands
    from rehearsal.timeline import Step

ACTS: dict[str, Callable[[Hands, Step], Any]] = {
    "canary-on": flags.canary_on,
    "resume": flags.resume,
    "flag-by-hand": flags.flag_by_hand,
    "verdict": flags.verdict,
    "await-rollback": flags.await_rollback,
    "seed-difference": backend.seed_difference,
    "mend-difference": backend.mend_difference,
    "stop-database": backend.stop_database,
    "start-database": backend.start_database,
    "spoil-records": backend.spoil_records,
    "mend-records": backend.mend_records,
    "remove-guard": guard.remove,
    "kill-guard": kills.after_each_call,
    "two-guards": kills.two_at_once,
    "publish-bad": releases.publish_bad,
    "publish-good": releases.publish_good,
    "up-again": releases.up_again,
    "release": releases.release,
    "await-release": releases.await_release,
}


def act(hands: Hands, step: Step) -> None:
    """Perform a step; record its result and the version that the alias then points to.

    Raises:
        OpsError: The rows that the step changes do not fit the database.
    """
    try:
        said = ACTS[step.action](hands, step)
    except psycopg.Error as error:
        raise OpsError(
            f"The step {step.name} cannot be done in the database: {str(error).strip()} What a step changes "
            "in it stands in rehearsal/read_path.py."
        ) from error
    if said is not None:
        hands.noted[step.name] = said
    hands.aliases[step.name] = hands.alias()
