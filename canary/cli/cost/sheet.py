"""The beta sheet's estimate of its three hours beside ours: wrong unit prices, forgotten services."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from canary.cli.cost.assumptions import Traffic
    from canary.cli.cost.bill import Line
    from canary.cli.cost.prices import Prices

REQUESTS, HOURS = 3000.0, 3.0
_FITS = 1.05
"""The sheet rounds; a unit price within 5 % of the list price is right."""


@dataclass(frozen=True)
class SheetLine:
    """A line of the sheet.

    Attributes:
        usage: As it says.
        units: The same in the units of `price`.
        usd: What it says that comes to.
        price: The list price it should have used.
        service: Our lines for the same thing.
        what: Start of their names, where a service has several things.
    """

    name: str
    usage: str
    units: float
    usd: float
    price: str
    service: str
    what: tuple[str, ...] = ("",)


SHEET = (
    SheetLine(
        "Lambda invocations",
        "~3,000",
        3000,
        0.0006,
        "lambda_request",
        "Lambda",
        ("invocations",),
    ),
    SheetLine(
        "Lambda duration",
        "~180 s in all",
        180,
        0.003,
        "lambda_gb_second",
        "Lambda",
        ("duration", "Prisma"),
    ),
    SheetLine("AppConfig", "~3,000 calls", 3000, 0.015, "appconfig_request", "AppConfig"),
    SheetLine("X-Ray", "~3,000 traces", 3000, 0.015, "xray_trace", "X-Ray"),
    SheetLine("CloudWatch Logs", "~100 MB", 0.1, 0.005, "logs_gb", "CloudWatch Logs"),
)
"""Durations are taken as GB-seconds, which is what its $0.003 comes to."""


def is_the_sheets(traffic: Traffic) -> bool:
    """Whether an estimate is for the sheet's own three hours."""
    return (traffic.requests, traffic.hours) == (REQUESTS, HOURS)


def beside(lines: Iterable[Line], prices: Prices) -> list[str]:
    """The sheet's lines beside ours and at list prices, which unit prices are wrong, and what it left out."""
    ours = list(lines)
    shown = [f"{'Beside the sheet':<20} {'usage':<16} {'sheet':>8} {'at list price':>14} {'ours':>8}"]
    remarks = []
    for line in SHEET:
        listed = line.units * prices[line.price].usd
        own = math.fsum(each.usd for each in ours if _same(each, line))
        shown.append(f"{line.name:<20} {line.usage:<16} {line.usd:>8.4f} {listed:>14.4f} {own:>8.4f}")
        remark = _remark(line, listed, prices)
        remarks += [remark] if remark else []
    total = math.fsum(line.usd for line in SHEET)
    left_out = [each for each in ours if not any(_same(each, line) for line in SHEET)]
    every, forgotten = math.fsum(each.usd for each in ours), math.fsum(each.usd for each in left_out)
    by_service = {each.service: 0.0 for each in left_out}
    for each in left_out:
        by_service[each.service] += each.usd
    named = ", ".join(
        f"{service} ${usd:.4f}" for service, usd in sorted(by_service.items(), key=lambda pair: -pair[1])
    )
    return [
        *shown,
        f"{'Total':<20} {'':<16} {total:>8.4f} {'':>14} {every:>8.4f}",
        *remarks,
        f"Left out, ${forgotten:.4f} of ours: {named}.",
    ]


def _same(ours: Line, sheet: SheetLine) -> bool:
    return ours.service == sheet.service and ours.what.startswith(sheet.what)


def _remark(line: SheetLine, listed: float, prices: Prices) -> str:
    """Why a line of the sheet is wrong; nothing when it is right."""
    if max(line.usd, listed) <= _FITS * min(line.usd, listed):
        return ""
    used, right = line.usd / line.units, prices[line.price]
    times = line.usd / listed
    off = f"{times:.0f} times too much" if times > 1 else f"{1 / times:.0f} times too little"
    more = ""
    if line.price == "appconfig_request":
        received = prices["appconfig_received"]
        more = f"; what costs is receiving a changed document, ${received.usd:g} each, which it leaves out"
    compared = f"the sheet's unit price is ${_usd(used)}, it is ${_usd(right.usd)} a {right.per}"
    return f"{line.name}: {compared}: {off}{more}."


def _usd(amount: float) -> str:
    """Without an exponent, and without zeros that say nothing."""
    return f"{amount:.10f}".rstrip("0").rstrip(".")
