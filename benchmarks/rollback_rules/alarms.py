"""CloudWatch alarms on an error rate, evaluated every minute; missing data does not breach.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.rollback_rules.streams import LIMIT, first, over_last

if TYPE_CHECKING:
    from benchmarks.rollback_rules.streams import Minutes, Streams

PERIOD = 5
"""Minutes, as in the beta sheet."""
OUT_OF = 5
DATAPOINTS = 3
"""M of the M-of-N rule, whose datapoints cover one minute; N is `OUT_OF`."""
REQUESTS_FLOOR = 10
"""Fewest requests in a datapoint for its rate to count."""
ERRORS_FLOOR = 5
"""Fewest errors in a period for the alarm that a stack deploys to fire."""


def sheet(streams: Streams) -> Minutes:
    """The beta sheet's alarm: more than 2 % of all invocations fail in 5 minutes."""
    failed = over_last(streams.canary_failed + streams.mock_failed, PERIOD)
    return first(failed > LIMIT * over_last(streams.canary + streams.mock, PERIOD))


def canary_rate(streams: Streams) -> Minutes:
    """The beta sheet's alarm on the canary's requests alone, without a floor."""
    failed = over_last(streams.canary_failed, PERIOD)
    return first(failed > LIMIT * over_last(streams.canary, PERIOD))


def m_of_n(streams: Streams) -> Minutes:
    """More than 2 % of the canary's requests fail in three of the last five minutes; without a floor."""
    return _m_of_n(streams, 1)


def m_of_n_with_floor(streams: Streams) -> Minutes:
    """The same as `m_of_n`, but a minute with fewer than ten canary requests does not count."""
    return _m_of_n(streams, REQUESTS_FLOOR)


def deployed(streams: Streams) -> Minutes:
    """The alarm that a stack deploys: at least 5 errors and more than 2 % in 5 minutes."""
    failed = over_last(streams.canary_failed, PERIOD)
    over = failed > LIMIT * over_last(streams.canary, PERIOD)
    return first(over & (failed >= ERRORS_FLOOR))


def _m_of_n(streams: Streams, floor: int) -> Minutes:
    over = (streams.canary >= floor) & (streams.canary_failed > LIMIT * streams.canary)
    return first(over_last(over.astype(np.int64), OUT_OF) >= DATAPOINTS)
