"""The ramp's flags are what the functions can read, and off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary.cli.checks.finding import Check, failed, ok, warning
from canary.read.flags import FlagError, ramp
from canary.unit.act.act import ramp_environment
from canary.unit.flags.documents import ramp_state

if TYPE_CHECKING:
    from canary.cli.checks.finding import Finding, Look


def _run(look: Look) -> Finding:
    served = ramp_environment(look.target.settings(), look.clients).served()
    try:
        ramp(served)
    except FlagError as error:
        return failed(
            f"served, but not understood: {error}",
            "The functions take it for off. Deploy what is meant: "
            "`canary enable --percentage 0 --shadow 0 --reason …`.",
        )
    state = ramp_state(served)
    if state.off:
        return ok("both flags are served, and off")
    if state.percentage == 0:
        return warning(
            f"shadow is on at {state.shadow:g} %", "The first hour has begun already; no user sees it."
        )
    return failed(
        f"the canary is on at {state.percentage:g} %",
        "This is asked before the beta begins. To begin anew: `canary enable --percentage 0 --reason …`.",
    )


CHECKS = (Check("the flag document is valid, and off", 5, "the flags as functions are served them", _run),)
