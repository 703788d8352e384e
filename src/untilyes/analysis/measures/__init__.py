"""What we measure: each measure knows its table, its histogram and its direction."""

from untilyes.analysis.measures.library import MEASURES
from untilyes.analysis.measures.measure import Measure, UnknownDimension
from untilyes.analysis.measures.reading import FLOOR, GRAINS, Cell, Reading

__all__ = ["FLOOR", "GRAINS", "MEASURES", "Cell", "Measure", "Reading", "UnknownDimension"]
