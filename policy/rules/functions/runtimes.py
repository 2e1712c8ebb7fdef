"""Runtimes that AWS still supports, by their end dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from graph import Undecided
from kinds import FUNCTION
from pulumi_policy import Severity
from rule import ResourceRule, Settings, number, texts, well_architected
from values import UNKNOWN, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from graph import Outcome, Resource

ENDS: dict[str, date] = {
    "nodejs24.x": date(2028, 4, 30),
    "nodejs22.x": date(2027, 4, 30),
    "python3.14": date(2029, 6, 30),
    "python3.13": date(2029, 6, 30),
    "python3.12": date(2028, 10, 31),
    "python3.11": date(2027, 6, 30),
    "java25": date(2029, 6, 30),
    "java21": date(2029, 6, 30),
    "java17": date(2027, 6, 30),
    "dotnet10": date(2028, 11, 14),
    "ruby3.4": date(2028, 3, 31),
    "ruby3.3": date(2027, 3, 31),
    "provided.al2023": date(2029, 6, 30),
}
"""Deprecation dates as Lambda's guide forecasts them; they move, mostly to later.

Node.js, Python 3.13 and 3.14, Java 25, Ruby 3.4 and .NET 10 were read in 2026. The others are older and were
not: look before relying on them.
"""


def rules(today: Callable[[], date]) -> list[ResourceRule]:
    """The rule, with the day it asks for."""

    def supported(function: Resource, settings: Settings) -> Iterable[Outcome]:
        runtime: Any = function.get("runtime")
        if runtime is UNKNOWN:
            yield Undecided(function, "runtime")
        elif function.get("packageType") != "Image" and runtime not in settings["alsoSupported"]:
            ends = ENDS.get(runtime)
            wanted = today() + timedelta(days=settings["minDaysLeft"])
            if ends is None or ends < wanted:
                fate = f"support of which ends on {ends}" if ends else "which this pack knows no support for"
                choice = ", ".join(sorted(name for name, end in ENDS.items() if end >= wanted))
                yield function.must(
                    f"have a runtime that AWS supports, not {shown(runtime)}, {fate}",
                    f"Choose one of {choice}; a newer one goes into alsoSupported.",
                )

    return [
        ResourceRule(
            name="lambda-supported-runtime",
            description="Every function has a runtime that AWS supports for some time yet.",
            why="A runtime that is no longer supported gets no security fixes, and later no updates of code: "
            "the fix for a broken canary could not be deployed.",
            severity=Severity.MEDIUM,
            framework=well_architected("Security"),
            remediation="Move to the newest runtime of the language.",
            url="https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
            settings=(
                number("minDaysLeft", "Days that support must still last.", 90, 0, 1000),
                texts("alsoSupported", "Runtimes that this pack does not know yet.", []),
            ),
            types=frozenset({FUNCTION}),
            check=supported,
        )
    ]
