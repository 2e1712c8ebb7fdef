"""GO, NO-GO, INVESTIGATE or INCONCLUSIVE: counts in, verdict out. Standard library only, no AWS."""

from canary.verdict.counts import Counts, Thresholds
from canary.verdict.judge import Verdict, judge, rolled_back
from canary.verdict.row import Decision, Row
from canary.verdict.share import SampleRatio

__all__ = ["Counts", "Decision", "Row", "SampleRatio", "Thresholds", "Verdict", "judge", "rolled_back"]
