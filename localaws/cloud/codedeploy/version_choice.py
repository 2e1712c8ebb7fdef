"""Choose the version of a function that a reference leads to, including weighted aliases.

https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localaws.cloud.functions.function_reference import LATEST, not_found

if TYPE_CHECKING:
    import random

    from localaws.cloud.seams.seams import Seams


@dataclass(frozen=True)
class Versions:
    """Chooses versions of functions.

    Attributes:
        seams: MiniStack, which keeps the functions.
        draw: Random numbers that distribute an alias's invocations by its weights.
    """

    seams: Seams
    draw: random.Random

    def choose(self, name: str, qualifier: str | None) -> str:
        """Choose the version for one invocation.

        Args:
            name: Name of the function.
            qualifier: Version or alias; ``None`` for ``$LATEST``.

        Raises:
            ServiceError: There is no such function, version or alias.
        """
        record = self.seams.function(name)
        if record is None:
            raise not_found(name, qualifier)
        if qualifier in {None, LATEST}:
            return LATEST
        alias = self.seams.alias(name, str(qualifier))
        if alias is not None:
            point = self.draw.random()
            for version, weight in alias.weights.items():
                if point < weight:
                    return version
                point -= weight
            return alias.version
        if qualifier in record["versions"]:
            return str(qualifier)
        raise not_found(name, qualifier)
