"""What customers say by how early or late we were: where over-delivering stops paying, what a broken promise costs.

The engine counts answers per bin of margin (due minus kept); everything inferred comes from those few numbers.
"""

from untilyes.analysis.margins.curve import MATTERS, MarginCurve, MarginPoint, Plateau, Shape, Surplus
from untilyes.analysis.margins.reading import OUTCOMES, REMEMBERED, outcomes_available, read_margin_curve

__all__ = [
    "MATTERS",
    "OUTCOMES",
    "REMEMBERED",
    "MarginCurve",
    "MarginPoint",
    "Plateau",
    "Shape",
    "Surplus",
    "outcomes_available",
    "read_margin_curve",
]
