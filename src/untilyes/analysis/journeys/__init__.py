"""Journeys: what follows what, how long it takes, the paths customers go, and which of them end well."""

from untilyes.analysis.journeys.conforming import Conformance, Deviation, Way, read_conformance
from untilyes.analysis.journeys.exceptions import Stray, Strays, find_stray, list_strays
from untilyes.analysis.journeys.gaps import Gap, Gaps, read_gaps
from untilyes.analysis.journeys.handing import HandoffCost, read_handoffs, read_passings
from untilyes.analysis.journeys.judging import Basis
from untilyes.analysis.journeys.keeping import are_journeys_due, keep_journeys
from untilyes.analysis.journeys.lanes import Lane, Lanes, Passing, read_lanes
from untilyes.analysis.journeys.laying import NOT_STEPS, SEPARATOR
from untilyes.analysis.journeys.log import JourneyLog, open_log
from untilyes.analysis.journeys.mapping import Activity, Edge, JourneyMap, read_journeys, read_map
from untilyes.analysis.journeys.paths import JourneyPath, Step, follow_path
from untilyes.analysis.journeys.processes import Process
from untilyes.analysis.journeys.rework import Rework, read_rework
from untilyes.analysis.journeys.sipoc import Sipoc, read_sipoc
from untilyes.analysis.journeys.usual import UsualPath, UsualPaths, list_strays_of, read_usual_paths

__all__ = [
    "NOT_STEPS",
    "SEPARATOR",
    "Activity",
    "Basis",
    "Conformance",
    "Deviation",
    "Edge",
    "Gap",
    "Gaps",
    "HandoffCost",
    "JourneyLog",
    "JourneyMap",
    "JourneyPath",
    "Lane",
    "Lanes",
    "Passing",
    "Process",
    "Rework",
    "Sipoc",
    "Step",
    "Stray",
    "Strays",
    "UsualPath",
    "UsualPaths",
    "Way",
    "are_journeys_due",
    "find_stray",
    "follow_path",
    "keep_journeys",
    "list_strays",
    "list_strays_of",
    "open_log",
    "read_conformance",
    "read_gaps",
    "read_handoffs",
    "read_journeys",
    "read_lanes",
    "read_map",
    "read_passings",
    "read_rework",
    "read_sipoc",
    "read_usual_paths",
]
