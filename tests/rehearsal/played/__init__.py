"""Each scenario as it is when it succeeds, and what spoils its claims."""

from tests.rehearsal.played import (
    bad_flag,
    bad_release,
    beta,
    guard_killed,
    healthy,
    late_failure,
    low_traffic,
)
from tests.rehearsal.spoiled_anywhere import ANYWHERE

PLAYED = {
    "beta": beta,
    "late-failure": late_failure,
    "bad-release": bad_release,
    "bad-flag": bad_flag,
    "low-traffic": low_traffic,
    "healthy": healthy,
    "guard-killed": guard_killed,
}
RIGHT = {name: played.right for name, played in PLAYED.items()}
SPOILED = {name: [*ANYWHERE, *played.SPOILED] for name, played in PLAYED.items()}
