"""The scenarios that can be rehearsed, one per file: timing, acts, and what must be observed."""

from rehearsal.scenarios.bad_flag import BAD_FLAG
from rehearsal.scenarios.bad_release import BAD_RELEASE
from rehearsal.scenarios.beta import BETA
from rehearsal.scenarios.guard_killed import GUARD_KILLED
from rehearsal.scenarios.healthy import HEALTHY
from rehearsal.scenarios.late_failure import LATE_FAILURE
from rehearsal.scenarios.low_traffic import LOW_TRAFFIC

SCENARIOS = {
    scenario.name: scenario
    for scenario in (BETA, LATE_FAILURE, BAD_RELEASE, BAD_FLAG, LOW_TRAFFIC, HEALTHY, GUARD_KILLED)
}
