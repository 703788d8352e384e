"""What customers say by how early or late we were: beyond which margin no better, and how much worse late.

The engine counts answers per bin of margin (due minus kept); everything inferred comes from those few numbers.
"""

from untilyes.analysis.margins.curve import MATTERS, MarginCurve, MarginPoint, Plateau, Shape, Surplus
from untilyes.analysis.margins.reading import OUTCOMES, REMEMBERED, outcomes_available, read_margin_curve
from untilyes.analysis.margins.staying import FOLLOWED, STAYED, find_why_not, read_staying_curve

__all__ = [
    "FOLLOWED",
    "MATTERS",
    "OUTCOMES",
    "REMEMBERED",
    "STAYED",
    "MarginCurve",
    "MarginPoint",
    "Plateau",
    "Shape",
    "Surplus",
    "find_why_not",
    "outcomes_available",
    "read_margin_curve",
    "read_staying_curve",
]
