"""List prices, each with where it was read; one that was not read on a page of AWS's own is marked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from canary.cli.errors import OpsError
from canary.cli.small_file import json_of, text_of

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
    """The prices in a file.

    Raises:
        OpsError: The file cannot be read, is no JSON, or lacks a price or a part of one.
    """
    try:
        content = json_of(text_of(path), str(path))
        units = {name: Price(**given) for name, given in content["prices"].items()}
        instances = {name: _instance(given) for name, given in content["instances"].items()}
        missing = sorted(_known() - units.keys()) if path != FILE else []
        found = Prices(content["region"], content["read"], units, instances)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise OpsError(f"{path} is no price file like canary/cli/cost/prices.json: {error}.") from error
    if missing:
        raise OpsError(f"{path} lacks prices of {', '.join(missing)}.")
    return found


def _known() -> set[str]:
    return set(json.loads(FILE.read_text())["prices"])


def _instance(given: dict[str, Any]) -> Instance:
    price = Price(given["usd"], "hour, one zone", given["source"], given["verified"])
    return Instance(price, given["vcpu"])
