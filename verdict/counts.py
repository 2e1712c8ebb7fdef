"""What was counted since the current step began, and the limits it is judged by."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from verdict.rate_test import as_rate

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Counts:
    """Sums over one window; every field is a sum, so windows can be added up and re-judged later.

    Attributes:
        minutes: Length of the window, for forecasts in minutes; 0 when not known.
        requests: All requests, both paths.
        errors: All failed requests, canary failures hidden by a fallback included.
        canary_requests: Requests whose decided path was Prisma.
        canary_errors: Those of them that failed, hidden or not.
        slow_go: Canary requests slower than the go limit (1.15 times the mock's P95).
        slow_investigate: Canary requests slower than the investigate limit (1.3 times the mock's P95).
        mock_p95_ms: The mock's P95 that both limits come from, ``None`` when there was none.
        canary_p95_ms: The canary's own P95; shown, not judged.
        compared: Shadow answers compared with the mock's.
        diffs: Those of them with at least one undeclared difference.
        noise_compared: Answers of one side compared with the same side's second answer (A/A).
        noise_diffs: Those of them that differed.
        users: Distinct users, ``None`` when not counted.
        canary_users: Distinct users whose decided path was Prisma, ``None`` when not counted.
        canary_since: Canary requests and errors since each quarter of an hour of the window, the first first
            (`verdict.afresh`); empty when not known.
    """

    minutes: float = 0.0
    requests: int = 0
    errors: int = 0
    canary_requests: int = 0
    canary_errors: int = 0
    slow_go: int = 0
    slow_investigate: int = 0
    mock_p95_ms: float | None = None
    canary_p95_ms: float | None = None
    compared: int = 0
    diffs: int = 0
    noise_compared: int = 0
    noise_diffs: int = 0
    users: int | None = None
    canary_users: int | None = None
    canary_since: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        parts = (
            ("errors", self.errors, "requests", self.requests),
            ("canary_requests", self.canary_requests, "requests", self.requests),
            ("canary_errors", self.canary_errors, "canary_requests", self.canary_requests),
            ("slow_go", self.slow_go, "canary_requests", self.canary_requests),
            ("slow_investigate", self.slow_investigate, "canary_requests", self.canary_requests),
            ("diffs", self.diffs, "compared", self.compared),
            ("noise_diffs", self.noise_diffs, "noise_compared", self.noise_compared),
            ("canary_users", self.canary_users or 0, "users", self.users or 0),
        )
        for name, part, whole_name, whole in parts:
            if not 0 <= part <= whole:
                raise ValueError(f"{name} = {part}: must be from 0 to {whole_name} = {whole}.")
        for requests, errors in self.canary_since:
            if not 0 <= errors <= requests <= self.canary_requests:
                raise ValueError(
                    f"canary_since = {requests, errors}: must be parts of canary_requests = "
                    f"{self.canary_requests}, errors not more than requests."
                )

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; `from_dict` takes them back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Counts:
        """Counts from `as_dict`; keys it does not know are left out."""
        known = {name: value for name, value in values.items() if name in cls.__dataclass_fields__}
        since = tuple((requests, errors) for requests, errors in known.pop("canary_since", ()))
        return cls(**known, canary_since=since)


@dataclass(frozen=True)
class Thresholds:
    """The go/no-go table's numbers, in percent; defaults are the beta sheet's.

    Attributes:
        error_rate: More failed requests than this is NO-GO.
        p95_go: P95 up to this percentage of the mock's is GO.
        p95_investigate: P95 over this percentage of the mock's is to be investigated.
        p95_floor_ms: No request faster than this is slow, whatever the mock does: a mock that answers
            from memory in microseconds would make every database slow.
        diffs_go: Fewer differing answers than this is GO.
        diffs_investigate: More than this is to be investigated.
        share_low: Less of the traffic than this at a 1 % canary: check the configuration.
        share_high: More than this at a 1 % canary: check the configuration.
    """

    error_rate: float = 2.0
    p95_go: float = 115.0
    p95_investigate: float = 130.0
    p95_floor_ms: float = 50.0
    diffs_go: float = 0.5
    diffs_investigate: float = 1.0
    share_low: float = 0.5
    share_high: float = 2.0

    def slow_limits_ms(self, mock_p95_ms: float) -> tuple[float, float]:
        """Milliseconds over which a request is too slow for GO, and slow enough to investigate."""
        return (
            max(self.p95_floor_ms, mock_p95_ms * self.p95_go / 100),
            max(self.p95_floor_ms, mock_p95_ms * self.p95_investigate / 100),
        )

    def share_band(self, configured_percent: float) -> tuple[float, float]:
        """Lowest and highest fraction of traffic that fits: the sheet's 0.5 to 2 % at 1 %, scaled in odds.

        Odds, so that the upper end stays a rate at any percentage: 2 % at 1 %, 9.6 % at 5 %, 86 % at 75 %.
        """
        times = _odds(configured_percent) / _odds(1.0)
        low, high = _odds(self.share_low) * times, _odds(self.share_high) * times
        return as_rate(low / (1 + low)), as_rate(high / (1 + high))

    @classmethod
    def from_settings(cls, values: Mapping[str, Any]) -> Thresholds:
        """Thresholds as the stack hands them on.

        Args:
            values: ``errorRatePct`` or ``error_rate_pct``, and so on; numbers may be texts, others
                are left out.
        """
        known = {}
        for name, value in values.items():
            field = re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().removesuffix("_pct")
            if field in cls.__dataclass_fields__:
                known[field] = float(value)
        return cls(**known)


def _odds(percent: float) -> float:
    return percent / (100 - percent)
