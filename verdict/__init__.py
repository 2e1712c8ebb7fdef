"""GO, NO-GO, INVESTIGATE or INCONCLUSIVE: counts in, verdict out. Standard library only, no AWS."""

from verdict.counts import Counts, Thresholds
from verdict.judge import Verdict, judge, rolled_back
from verdict.row import Decision, Row
from verdict.share import SampleRatio

__all__ = ["Counts", "Decision", "Row", "SampleRatio", "Thresholds", "Verdict", "judge", "rolled_back"]
