"""The plan of a week as a file."""

import csv
import io

from untilyes.analysis.capacity import Plan
from untilyes.stats.seasons import DAYS


def write_plan(plan: Plan) -> str:
    """One line an hour in which anything is expected: what comes, who is needed, what callers get."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(["day", "hour", "expected", "agents", "rostered", "rostered_upper_end", "within_target", "busy"])
    for (day, hour), one in sorted(plan.hours.items()):
        needed = one.needed
        shares = f"{needed.within:.4f}", f"{needed.busy:.4f}"
        upper = one.careful.rostered
        lines.writerow([DAYS[day], hour, f"{one.calls:.2f}", needed.agents, needed.rostered, upper, *shares])
    return written.getvalue()
