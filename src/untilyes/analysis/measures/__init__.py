"""What we measure: each measure knows its tables, its histogram and its direction."""

from untilyes.analysis.measures.kinds import Bins, Kind
from untilyes.analysis.measures.library import MEASURES
from untilyes.analysis.measures.measure import DIMENSIONS, Measure, UnknownDimension, Where
from untilyes.analysis.measures.reading import FLOOR, GRAINS, Cell, Key, Reading

__all__ = [
    "DIMENSIONS",
    "FLOOR",
    "GRAINS",
    "MEASURES",
    "Bins",
    "Cell",
    "Key",
    "Kind",
    "Measure",
    "Reading",
    "UnknownDimension",
    "Where",
]
