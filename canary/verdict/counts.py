"""What was counted since the current step began, and the limits it is judged by."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from canary.spelling import snake
from canary.verdict.rate_test import as_rate

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Counts:
    """Sums over one window; every field is a sum, so windows can be added up and re-judged later.

    Attributes:
        minutes: Length of the window, for forecasts in minutes; 0 when not known.
        requests: All requests, both paths.
        errors: All failed requests, canary failures hidden by a fallback included.
        pending: Newest requests whose outcome may still be on its way; they count against GO alone.
        canary_requests: Requests whose decided path was Prisma.
        canary_errors: Those of them that failed, hidden or not, or whose outcome no metric tells.
        canary_unknown: Those of the errors that are no more than an outcome that no metric tells.
        canary_pending: Canary requests among the pending.
        canary_untimed: Canary requests whose duration no metric tells; they count against GO alone.
        slow_go: Canary requests slower than the go limit (1.15 times the mock's P95).
        slow_investigate: Canary requests slower than the investigate limit (1.3 times the mock's P95).
        mock_p95_ms: The mock's P95 that both limits come from, ``None`` when there was none.
        canary_p95_ms: The canary's own P95; shown, not judged.
        compared: Shadow answers compared with the mock's.
        diffs: Those of them with at least one undeclared difference.
        diffs_pending: Newest ones of which it is not known yet; they count against GO alone.
        lost: Shadow reads that came to nothing, ``None`` when not counted.
        lost_by_cause: The same by cause, where that was asked for.
        noise_compared: Answers of one side compared with the same side's second answer (A/A).
        noise_diffs: Those of them that differed.
        users: Distinct users, ``None`` when not counted.
        canary_users: Distinct users whose decided path was Prisma, ``None`` when not counted.
        canary_since: Canary requests and errors since each quarter of an hour of the window, the first first
            (`canary.verdict.afresh`); empty when not known.
        invoked: Canary requests that the Prisma function counted in the minutes that `uncounted` judges.
        uncounted: Those of them that the entry function counted nowhere, where these are most of them.
        contradicted: Requests that some metrics hold and others, written in the same record, do not.
        shadow_contradicted: The same of shadow reads.
    """

    minutes: float = 0.0
    requests: int = 0
    errors: int = 0
    pending: int = 0
    canary_requests: int = 0
    canary_errors: int = 0
    canary_unknown: int = 0
    canary_pending: int = 0
    canary_untimed: int = 0
    slow_go: int = 0
    slow_investigate: int = 0
    mock_p95_ms: float | None = None
    canary_p95_ms: float | None = None
    compared: int = 0
    diffs: int = 0
    diffs_pending: int = 0
    lost: int | None = None
    lost_by_cause: tuple[tuple[str, int], ...] = ()
    noise_compared: int = 0
    noise_diffs: int = 0
    users: int | None = None
    canary_users: int | None = None
    canary_since: tuple[tuple[int, int], ...] = ()
    invoked: int = 0
    uncounted: int = 0
    contradicted: int = 0
    shadow_contradicted: int = 0

    def __post_init__(self) -> None:
        parts = (
            ("errors", self.errors, "requests", self.requests),
            ("pending", self.pending, "requests", self.requests),
            ("canary_requests", self.canary_requests, "requests", self.requests),
            ("canary_errors", self.canary_errors, "canary_requests", self.canary_requests),
            ("canary_unknown", self.canary_unknown, "canary_errors", self.canary_errors),
            ("canary_pending", self.canary_pending, "canary_requests", self.canary_requests),
            ("canary_untimed", self.canary_untimed, "canary_requests", self.canary_requests),
            ("slow_go", self.slow_go, "canary_requests", self.canary_requests),
            ("slow_investigate", self.slow_investigate, "canary_requests", self.canary_requests),
            ("diffs", self.diffs, "compared", self.compared),
            ("diffs_pending", self.diffs_pending, "compared", self.compared),
            ("uncounted", self.uncounted, "invoked", self.invoked),
            ("noise_diffs", self.noise_diffs, "noise_compared", self.noise_compared),
            ("canary_users", self.canary_users or 0, "users", self.users or 0),
        )
        for name, part, whole_name, whole in parts:
            if not 0 <= part <= whole:
                raise ValueError(f"{name} = {part}: must be from 0 to {whole_name} = {whole}.")
        for name in ("lost", "contradicted", "shadow_contradicted"):
            if (value := getattr(self, name) or 0) < 0:
                raise ValueError(f"{name} = {value}: must not be negative.")
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
        """Counts from `as_dict`; keys it does not know are left out.

        Raises:
            ValueError: A count is missing, which is not the same as 0, or is no number.
        """
        fields = cls.__dataclass_fields__
        missing = [name for name, field in fields.items() if field.default == 0 and name not in values]
        if missing:
            raise ValueError(
                f"{', '.join(missing)} must be among the counts: one that is missing is not known to be 0."
            )
        known: dict[str, Any] = {name: value for name, value in values.items() if name in fields}
        since = tuple(
            (whole("canary_since", requests), whole("canary_since", errors))
            for requests, errors in known.pop("canary_since", ())
        )
        causes = tuple(
            (str(cause), whole("lost_by_cause", reads)) for cause, reads in known.pop("lost_by_cause", ())
        )
        for name, value in known.items():
            if value is None and fields[name].default is None:
                continue
            known[name] = (number if "float" in str(fields[name].type) else whole)(name, value)
        return cls(**known, canary_since=since, lost_by_cause=causes)


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
        shadow_loss: More lost shadow reads than this is to be investigated.
        share_low: Less of the traffic than this at a 1 % canary: check the configuration.
        share_high: More than this at a 1 % canary: check the configuration.
    """

    error_rate: float = 2.0
    p95_go: float = 115.0
    p95_investigate: float = 130.0
    p95_floor_ms: float = 50.0
    diffs_go: float = 0.5
    diffs_investigate: float = 1.0
    shadow_loss: float = 20.0
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
            field = snake(name).removesuffix("_pct")
            if field in cls.__dataclass_fields__:
                known[field] = float(value)
        return cls(**known)


def whole(name: str, value: Any) -> int:
    """A count as it was kept.

    Raises:
        ValueError: It is no whole number.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{name} = {value!r}: must be a whole number.")  # noqa: TRY004 - a file's fault
    return value


def number(name: str, value: Any) -> float:
    """A number as it was kept.

    Raises:
        ValueError: It is none, or infinite.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{name} = {value!r}: must be a number.")
    return float(value)


def _odds(percent: float) -> float:
    return percent / (100 - percent)
