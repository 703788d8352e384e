"""Where journeys break: waits, turns, passings-on and repetitions after which customers say yes less often.

A journey is one process instance of the event log; its answer is the worst that was given about any of its
interactions once the step in question was over. The engine counts journeys and answers per pair of steps and log-bin
of the wait between them; nothing else leaves it.
"""

from untilyes.analysis.breaks.log import Judged, Log, open_log
from untilyes.analysis.breaks.turns import Turn, compare_without, read_turned_journeys, read_turns
from untilyes.analysis.breaks.waits import Wait, read_slow_journeys, read_waits

__all__ = [
    "Judged",
    "Log",
    "Turn",
    "Wait",
    "compare_without",
    "open_log",
    "read_slow_journeys",
    "read_turned_journeys",
    "read_turns",
    "read_waits",
]
