"""What a promise's page gives away as a file."""

import csv
import io
from collections.abc import Sequence

from untilyes.analysis.kept import KeptMonth
from untilyes.cases.trials.summing import Tried


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


def write_misses(tried: Tried) -> str:
    """One line a promise that would have been missed, the latest first; `over_s` is in seconds that count."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(["matter", "team", "channel", "given_at", "due_at", "done_at", "over_s"])
    for one in tried.missed:
        times = [moment.isoformat() if moment else "" for moment in (one.begins, one.due_at, one.kept_at)]
        words = [_harmless(word) for word in (one.matter, one.team, one.channel)]
        lines.writerow([*words, *times, f"{one.over.total_seconds():.0f}"])
    return written.getvalue()


def _harmless(word: str) -> str:
    """A word no spreadsheet takes for a formula."""
    return f"'{word}" if word[:1] in {"=", "+", "-", "@"} else word
