"""`cost`: what a stack costs at a given traffic, line by line. An estimate; nothing is asked of AWS.

Every figure that is neither configuration nor traffic is an assumption and stands in `Assumptions`. Free
tiers are left out, so that the estimate does not depend on what else is in the account.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from canary.cli.cost.assumptions import Assumptions
from canary.cli.cost.bill import Bill
from canary.cli.cost.configuration import read
from canary.cli.cost.prices import FILE, load
from canary.cli.cost.sheet import beside, is_the_sheets
from canary.cli.errors import OpsError

if TYPE_CHECKING:
    from pathlib import Path

    from canary.cli.cost.assumptions import Traffic
    from canary.cli.cost.bill import Line
    from canary.cli.cost.configuration import Configuration
    from canary.cli.cost.prices import Prices

NOT_INCLUDED = (
    "free tiers, taxes, savings plans and support",
    "data transfer, and NAT gateways, which this stack does not create",
    "backup storage beyond the database's own size, and extended support",
    "logs kept beyond the month they were written in, and Logs Insights queries (by GB scanned)",
    "people looking: dashboards and the CLI ask for metrics too",
)


@dataclass(frozen=True)
class Estimate:
    """Lines, and what they rest on.

    Attributes:
        stack: Whose configuration it is, empty for one that is no stack's.
    """

    lines_: tuple[Line, ...]
    traffic: Traffic
    assumptions: Assumptions
    region: str
    read: str
    beside_the_sheet: tuple[str, ...] = ()
    stack: str = ""

    @property
    def usd(self) -> float:
        """All of it."""
        return math.fsum(line.usd for line in self.lines_)

    def of(self, service: str) -> float:
        """All lines of one service."""
        return math.fsum(line.usd for line in self.lines_ if line.service == service)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "usd": self.usd,
            "lines": [{**asdict(line), "usd": line.usd} for line in self.lines_],
            "traffic": asdict(self.traffic),
            "assumptions": asdict(self.assumptions),
            "stack": self.stack,
            "region": self.region,
            "prices_read": self.read,
            "not_included": list(NOT_INCLUDED),
            "beside_the_sheet": list(self.beside_the_sheet),
        }

    def lines(self) -> list[str]:
        """The same for a person; a price not read on a page of AWS's own has a question mark."""
        traffic = self.traffic
        rows = [
            f"{line.service:<18} {line.what:<34} {line.quantity:>14,.2f} {line.unit:<22}"
            f" {line.usd:>10.4f}{' ' if line.verified else '?'}"
            for line in self.lines_
        ]
        of = f"stack {self.stack}, {self.region}" if self.stack else self.region
        flags = f"canary {traffic.canary_percent:g} %, shadow {traffic.shadow_percent:g} %"
        return [
            f"{traffic.requests:,.0f} requests in {traffic.hours:g} hours, {flags}",
            f"US dollars, {of}, prices of {self.read}",
            "",
            *rows,
            f"{'Total':<18} {'':<34} {'':>14} {'':<22} {self.usd:>10.4f}",
            "",
            "? not read on a page of AWS's own.  Not included:",
            *(f"  - {item}" for item in NOT_INCLUDED),
            *(["", *self.beside_the_sheet] if self.beside_the_sheet else []),
        ]


def cost(project: Path, stack: str, traffic: Traffic, prices: Path = FILE) -> Estimate:
    """Estimate what a stack costs, from the project's own files.

    Args:
        project: Folder of ``Pulumi.yaml``.
        stack: Its name.
        traffic: What comes in.
        prices: A file like ``prices.json``; us-east-1's by default.

    Raises:
        OpsError: A file, a region or a price is missing.
    """
    return replace(estimate(read(project, stack), traffic, load(prices)), stack=stack)


def estimate(
    configuration: Configuration, traffic: Traffic, prices: Prices, assumptions: Assumptions | None = None
) -> Estimate:
    """Add it all up.

    Args:
        configuration: Of the stack.
        traffic: What comes in, and for how long the stack stands.
        prices: List prices of the stack's region.
        assumptions: The defaults unless given.

    Raises:
        OpsError: There are no prices for the stack's region or its database.
    """
    if configuration.region != prices.region:
        raise OpsError(
            f"Prices are those of {prices.region}, the stack is in {configuration.region}. "
            "Write that region's prices in a file of the same form and give it with --prices."
        )
    assumed = assumptions or Assumptions()
    bill = Bill(configuration, traffic, prices, assumed)
    found = [*bill.functions(), *bill.flags(), *bill.watching(), *bill.standing(), *bill.database()]
    compared = beside(found, prices) if is_the_sheets(traffic) else ()
    return Estimate(tuple(found), traffic, assumed, prices.region, prices.read, tuple(compared))
