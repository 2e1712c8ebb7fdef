"""Claims about the canary: turned on by a deployment, at the configured share, each user on one side."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from canary.read.flags import CANARY_FLAG
from rehearsal.claims.claim import Claim
from rehearsal.claims.moments import SETTLE_S, canary_reads, users_by_side

if TYPE_CHECKING:
    from rehearsal.evidence import Evidence


SHARE_ALPHA = 0.001
"""The split is judged wrong if a fair split would look like this in less than one run in a thousand."""


def flag_by_deployment(seen: Evidence) -> Claim:
    """The flag came by one deployment, according to AppConfig's own list, and was live soon.

    When it was live is taken from the first canary request in the log.
    """
    ramped = [d for d in seen.ramp if d.content[CANARY_FLAG]["enabled"]]
    state = seen.noted["canary-on"]["state"]
    first_read = min((read.at for read in seen.lines.reads if read.canary), default=None)
    live_s = (first_read - seen.done["canary-on"]) * seen.clock.factor if first_read is not None else None
    return Claim(
        "H+1: the flag came by an AppConfig deployment, live at once and baking under its monitors",
        len(ramped) == 1 and state == "BAKING" and live_s is not None and live_s < 10 * SETTLE_S,
        {
            "deployments": [d.number for d in ramped],
            "state_while_live": state,
            "first_canary_request_after_s": None if live_s is None else round(live_s, 1),
        },
    )


def share_fits(seen: Evidence) -> Claim:
    """The share of canary users fits the configured one, by an exact binomial test over the users seen."""
    inside, outside = users_by_side(canary_reads(seen))
    n, k = len(inside | outside), len(inside)
    p_value = binomial_two_sided(k, n, seen.configured_percent / 100)
    return Claim(
        f"the observed share of users fits {seen.configured_percent:g} %",
        n > 0 and k > 0 and p_value >= SHARE_ALPHA,
        {
            "users": n,
            "canary_users": k,
            "test": "exact binomial over users, two-sided",
            "p_value": round(p_value, 4),
        },
    )


def nobody_changed_side(seen: Evidence) -> Claim:
    """No pseudonym appears on both sides in any sandbox."""
    reads = canary_reads(seen)
    inside, outside = users_by_side(reads)
    return Claim(
        "no user changed side, whichever sandbox answered",
        bool(inside) and not inside & outside,
        {
            "users": len(inside | outside),
            "users_who_changed_side": len(inside & outside),
            "sandboxes": len({read.sandbox for read in reads}),
        },
    )


def binomial_two_sided(k: int, n: int, p: float) -> float:
    """Return the exact two-sided binomial p-value.

    It is the sum of the probabilities of all outcomes that are no likelier than the observed one. This is the
    definition of the exact binomial test (Clopper and Pearson 1934; ``scipy.stats.binomtest``).

    Args:
        k: Number of successes.
        n: Number of trials.
        p: Probability of a success.
    """
    if not 0 < p < 1:
        return 1.0 if k == round(n * p) else 0.0
    logs = [
        math.lgamma(n + 1)
        - math.lgamma(i + 1)
        - math.lgamma(n - i + 1)
        + i * math.log(p)
        + (n - i) * math.log1p(-p)
        for i in range(n + 1)
    ]
    return min(1.0, sum(math.exp(log) for log in logs if log <= logs[k] + 1e-7))
