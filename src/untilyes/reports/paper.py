"""A report on paper (PDF, or PNG to look at) and as one HTML file that needs nothing besides itself.

On paper nothing is pasted into Typst's language: every word travels as JSON and is set as plain text, so that no
customer's sentence can become a command.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from untilyes.charts.drawing import draw_pdf_file, draw_svg_file
from untilyes.reports.gathering import Report

A_LETTER = "report.typ"


def write_pdf(report: Report) -> bytes:
    """The report as one PDF with its letters in it; the same report gives the same file."""
    return bytes(_compile(report, format="pdf", timestamp=report.made_at.astimezone(UTC).replace(microsecond=0)))


def write_pages(report: Report, *, ppi: float = 96.0) -> list[bytes]:
    """The report's pages as PNG, to look at."""
    pages = _compile(report, format="png", ppi=ppi)
    return [bytes(page) for page in pages] if isinstance(pages, list) else [bytes(pages)]


def write_html(report: Report) -> str:
    """The report as one HTML file: its style and its charts are inside, and nothing is fetched."""
    drawn = [
        # Drawn by Vega, which escapes text.
        mark_safe(draw_svg_file(one.chart)) if one.chart else ""  # noqa: S308
        for one in report.findings
    ]
    findings = list(zip(report.findings, drawn, strict=True))
    return render_to_string("reports/report.html", {"report": report, "findings": findings})


def _compile(report: Report, **how: Any) -> Any:
    import typst  # noqa: PLC0415 - 40 MB that most requests never need

    with lay_out_folder(report) as folder:
        return typst.compile(str(folder / A_LETTER), root=str(folder), **how)


@contextmanager
def lay_out_folder(report: Report) -> Iterator[Path]:
    """A folder with the words, the charts and the page that sets them; Typst may read nothing outside it."""
    with TemporaryDirectory(prefix="untilyes-report-") as name:
        folder = Path(name)
        told: list[dict[str, Any]] = []
        for number, one in enumerate(report.findings, start=1):
            chart = f"chart-{number}.pdf" if one.chart else ""
            if one.chart:
                (folder / chart).write_bytes(draw_pdf_file(one.chart))
            told.append({**asdict(one), "chart": chart})
        words = json.dumps({**asdict(report), "findings": told, "period": report.period}, default=str)
        # A number and its sign stay on one line.
        (folder / "report.json").write_text(words.replace(" %", "\u00a0%"), encoding="utf-8")
        (folder / A_LETTER).write_text(files("untilyes.reports").joinpath(A_LETTER).read_text("utf-8"), "utf-8")
        yield folder
