"""A reading as a file: every cell with its interval, its n and how it was computed."""

import csv
import io
from datetime import date

from untilyes.analysis.measures import Reading
from untilyes.stats.results import Estimate

COLUMNS = ("value", "low", "high", "n", "unit", "level", "method", "hidden")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(reading: Reading) -> str:
    """One line per cell. Shares are 0 to 1, durations in seconds; a suppressed cell has a reason and no number."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["measure", *reading.by, *COLUMNS])
    for cell in reading:
        keys = [_text(cell.key[name]) for name in reading.by]
        writer.writerow([reading.measure, *keys, *_numbers(cell.estimate, cell.hidden or "")])
    return out.getvalue()


def _numbers(estimate: Estimate, hidden: str) -> list[object]:
    ends = [estimate.value, estimate.low, estimate.high]
    shown = ["" if end is None else repr(float(end)) for end in ends]
    n = "" if hidden else repr(float(estimate.n)).removesuffix(".0")
    return [*shown, n, estimate.unit, estimate.level, estimate.method, hidden]


def _text(value: str | date | None) -> str:
    """A key as text that no spreadsheet takes for a formula."""
    text = value.isoformat() if isinstance(value, date) else value or ""
    return f"'{text}" if text.startswith(FORMULA) else text
