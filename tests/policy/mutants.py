"""`python -m tests.policy.mutants` lists every mutant of beta and prod, and the rule that catches it.

Run it in the policy pack's environment, with the pack's folder on PYTHONPATH.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.policy.harness import Json, Pack, captured, configuration, copied
from tests.policy.mutation import MUTANTS

if TYPE_CHECKING:
    from tests.policy.mutation.mutant import Mutant

STACKS = ("beta", "prod")


@dataclass(frozen=True)
class Result:
    """Result of one mutant in one stack.

    Attributes:
        messages: Messages with which the intended rule stops an update.
    """

    mutant: Mutant
    stack: str
    messages: tuple[str, ...]

    @property
    def caught(self) -> bool:
        """Whether the intended rule stops an update."""
        return bool(self.messages)


class Laboratory:
    """One stack, judged with its own configuration."""

    def __init__(self, stack: str) -> None:
        self.stack = stack
        self.healthy = captured(stack)
        self._configuration = configuration(stack)
        self._prior = {one["urn"]: one for one in self.healthy}
        self._packs: dict[str, Pack] = {}

    def run(self, mutant: Mutant) -> Result:
        """Apply a mutant and judge by its intended rule; unchanged resources are not judged again."""
        pack = self._only(mutant.rule)
        resources = copied(self.healthy)
        mutant.change(resources)
        changed = [one for one in resources if self._prior[one["urn"]] != one]
        said = [s for one in changed for s in pack.about(one)] + pack.about_stack(resources)
        found = tuple(s.message for s in said if s.rule == mutant.rule and s.level == "mandatory")
        return Result(mutant, self.stack, found)

    def _only(self, rule: str) -> Pack:
        if rule not in self._packs:
            off = dict.fromkeys(self._configuration, "disabled")
            self._packs[rule] = Pack({**off, rule: self._configuration[rule]})
        return self._packs[rule]

    def complaints(self) -> list[str]:
        """Return what stops the unchanged stack."""
        said = Pack(self._configuration).judge(self.healthy)
        return [f"{s.rule}: {s.message}" for s in said if s.level == "mandatory"]


def living(stack: str) -> list[Mutant]:
    """Return the mutants whose rule is enabled in a stack."""
    levels: Json = configuration(stack)
    return [mutant for mutant in MUTANTS if levels[mutant.rule] != "disabled"]


def report(result: Result) -> str:
    """Format a line of the table."""
    mark = "caught" if result.caught else "SURVIVED"
    return f"{mark:<8}  {result.stack:<4}  {result.mutant.rule:<36}  {result.mutant.title}"


def main() -> int:
    """Print the table; return 0 if every mutant was caught by its intended rule."""
    results = []
    for stack in STACKS:
        laboratory = Laboratory(stack)
        if complaints := laboratory.complaints():
            sys.stderr.write(f"{stack} is not clean itself:\n" + "\n".join(complaints) + "\n")
            return 2
        results += [laboratory.run(mutant) for mutant in living(stack)]
    for result in results:
        sys.stdout.write(f"{report(result)}\n")
    caught = sum(result.caught for result in results)
    sys.stdout.write(f"{len(results)} mutants, {caught} caught\n")
    return 0 if caught == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
