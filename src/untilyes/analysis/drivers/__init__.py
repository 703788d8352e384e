"""What matters: which of our own metrics, and which of customers' ratings, go with a yes; and which do not.

One row per answer, with what is known of its interaction and of the same response. The engine sums products of the
columns in buckets of customers (a Gram matrix each); ranks, intervals and tests are inferred from those.
"""

from untilyes.analysis.drivers.answering import WhatMatters, read_what_matters
from untilyes.analysis.drivers.metrics import DAYS, OPERATIONS, OUTCOMES, Source, tell_way
from untilyes.analysis.drivers.ranking import Matters, read_drivers
from untilyes.analysis.drivers.results import Difference, Strength, Together
from untilyes.analysis.drivers.turning import UNITS, Point, Turning, list_waiting, read_turnings

__all__ = [
    "DAYS",
    "OPERATIONS",
    "OUTCOMES",
    "UNITS",
    "Difference",
    "Matters",
    "Point",
    "Source",
    "Strength",
    "Together",
    "Turning",
    "WhatMatters",
    "list_waiting",
    "read_drivers",
    "read_turnings",
    "read_what_matters",
    "tell_way",
]
