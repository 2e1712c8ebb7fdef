"""Judges a pair of answers, reports the finding, and measures each side's own noise."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from canary.read import contract
from canary.read.compare import comparison
from canary.read.compare.fingerprint import TOO_LARGE
from canary.read.compare.known_diffs import sort_out

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from canary.read.compare.comparison import Diff, Rules
    from canary.read.compare.known_diffs import Known
    from mock_read.backend.prisma import Candidate
    from mock_read.observe.observing import Observer
    from mock_read.shadow.shadow import Owed


@dataclass(frozen=True)
class Finding:
    """What a comparison found.

    Attributes:
        diffs: Differences that count.
        declared: Differences that are declared as known.
        expired: Declarations that would have covered some of `diffs`, but have expired.
    """

    diffs: list[Diff]
    declared: list[Diff]
    expired: list[Known]

    @property
    def cut_short(self) -> bool:
        """Whether a limit ended the comparison before any difference was found: nothing is known then."""
        return _cut_short(self.diffs)


@dataclass
class Judgement:
    """Compares answers by the contract's rules.

    Attributes:
        rules: What counts as equal, and the declared differences.
        key: Key of the hashes that stand for values.
        observer: Told about findings and noise.
        now: Wall clock in seconds, for the expiry of declarations.
        noise_percent: Percentage of compared requests that are read once more from each side.
        draw: Random numbers that select this share.
    """

    rules: Rules
    key: bytes
    observer: Observer
    now: Callable[[], float]
    noise_percent: float
    draw: random.Random
    _said: set[Known] = field(default_factory=set)

    def of(self, control: Any, candidate: Any) -> Finding:
        """Compare the control's answer with the candidate's."""
        today = datetime.fromtimestamp(self.now(), UTC).date()
        found = comparison.compare(control, candidate, self.rules, self.key)
        return Finding(*sort_out(found, self.rules.known, today))

    def tell(self, fields: dict[str, Any], finding: Finding) -> None:
        """Write the line SHADOW-MATCH or SHADOW-DIFF.

        An expired declaration is reported once per execution environment.

        Args:
            fields: Fields of the line that describe the request.
            finding: What the comparison found.
        """
        self.observer.say(
            "SHADOW-DIFF" if finding.diffs else "SHADOW-MATCH",
            match=not finding.diffs,
            diffs=[diff.as_dict() for diff in finding.diffs],
            declared=sorted({diff.path for diff in finding.declared}) or None,
            **fields,
        )
        for known in finding.expired:
            if known not in self._said:
                self._said.add(known)
                expired = known.expires.isoformat()
                self.observer.warn("KNOWN-DIFF-EXPIRED", path=known.path, owner=known.owner, expired=expired)

    def noise(self, owed: Owed, candidate: Any, again: Callable[[], Candidate]) -> None:
        """Read a sample once more from each side and compare each side with itself (A/A).

        A difference found here is a side's own noise: a clock, an order without a tie-break, a write in
        between.

        Args:
            owed: The request, with the mock's first answer.
            candidate: Prisma's first answer.
            again: Reads from Prisma once more.
        """
        if self.draw.random() * 100 >= self.noise_percent or self.now() > owed.until:
            return
        second = again()
        if second.error is not None or self.now() > owed.until:
            return
        prisma = comparison.compare(candidate, second.body, self.rules, self.key)
        mock = comparison.compare(owed.control, contract.mock(owed.query), self.rules, self.key)
        if _cut_short(prisma) or _cut_short(mock):
            return
        self.observer.metrics(at=owed.at, NoiseCompared=1, NoiseDiffs=int(bool(prisma or mock)))
        for side, diffs in (("mock", mock), ("prisma", prisma)):
            if diffs:
                shown = [diff.as_dict() for diff in diffs]
                self.observer.warn("SHADOW-NOISE", side=side, diffs=shown, **owed.fields())


def _cut_short(diffs: list[Diff]) -> bool:
    return [diff.kind for diff in diffs] == [TOO_LARGE]
