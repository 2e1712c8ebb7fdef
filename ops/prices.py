"""List prices, each with where it was read; one that was not read on a page of AWS's own is marked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("prices.json")


@dataclass(frozen=True)
class Price:
    """What one unit of something costs.

    Attributes:
        usd: US dollars.
        per: The unit.
        source: Where it was read.
        verified: Whether that is a page of AWS's own.
    """

    usd: float
    per: str
    source: str
    verified: bool


@dataclass(frozen=True)
class Instance:
    """A database instance class, in one zone, by the hour.

    Attributes:
        vcpus: What RDS Proxy is billed by.
    """

    price: Price
    vcpus: int


@dataclass(frozen=True)
class Prices:
    """All prices of one region.

    Attributes:
        read: The day they were read.
    """

    region: str
    read: str
    units: dict[str, Price]
    instances: dict[str, Instance]

    def __getitem__(self, name: str) -> Price:
        return self.units[name]


def load(path: Path = FILE) -> Prices:
    """The prices in a file."""
    content = json.loads(path.read_text())
    instances = {
        name: Instance(
            Price(given["usd"], "hour, one zone", given["source"], given["verified"]), given["vcpu"]
        )
        for name, given in content["instances"].items()
    }
    units = {name: Price(**given) for name, given in content["prices"].items()}
    return Prices(content["region"], content["read"], units, instances)
