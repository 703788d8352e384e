"""What a promise's page gives away as a file."""

import csv
import io
from collections.abc import Sequence

from untilyes.analysis.kept import KeptMonth


def write_kept_months(months: Sequence[KeptMonth]) -> str:
    """One line a month: given in it and settled, the share kept with its interval, still open and not yet due."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(["month", "settled", "kept", "low", "high", "level", "method", "open_and_not_due"])
    for one in months:
        kept = one.kept
        shares = ["" if end is None else f"{end:.4f}" for end in (kept.value, kept.low, kept.high)]
        month = one.month.strftime("%Y-%m")
        lines.writerow([month, f"{kept.n:.0f}", *shares, kept.level, kept.method, one.undecided])
    return written.getvalue()
