"""The report: on paper and as one file, with everything a director asks, and no customer's words as commands."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import typst

from tests.cast import Cast
from tests.reports.conftest import AT, CUSTOMERS_WROTE, NASTY, REFUNDS, look
from untilyes.feedback.queries import open_lake
from untilyes.insights.actions import move_finding
from untilyes.insights.models import KeptFinding
from untilyes.insights.rules import State
from untilyes.reports.gathering import gather_report
from untilyes.reports.paper import lay_out_folder, write_html, write_pages, write_pdf
from untilyes.workspaces.tenancy import inside


def test_it_holds_the_two_figures_and_each_finding_with_all_that_belongs_to_it(told: Cast) -> None:
    with inside(told.acme):
        report = gather_report(at=AT)
        page = write_html(report)
    assert [gauge.name for gauge in report.gauges] == ["Effectiveness", "Trust"]
    assert report.period == "6 October to 2 November 2026"
    for wanted in (
        "2 findings stand out of 214 questions",
        "Refund by e-mail: effectiveness worse since 5 October.",
        "about 140 a month",
        "about 0.4 in 100 are false",
        "Ask who works on it.",
        "Weekly shares of half a year.",
        "They asked twice.",
    ):
        assert wanted in page
    assert page.count("<svg") == 2


def test_of_a_history_that_ended_it_tells_the_last_weeks_it_has(cast: Cast) -> None:
    ended = AT.replace(year=2017)
    with inside(cast.acme):
        open_lake().record("comments", [{"id": "c", "at": ended, "source": "review", "text": "Good."}])
        assert gather_report(at=AT).period == "6 October to 2 November 2017"


def test_a_part_and_its_whole_are_told_and_not_drawn_on_one_axis(told: Cast) -> None:
    with inside(told.acme):
        KeptFinding.objects.update(kind="driver")
        assert "<svg" not in write_html(gather_report(at=AT))


def test_the_file_fetches_nothing_and_runs_nothing(told: Cast) -> None:
    with inside(told.acme):
        page = write_html(gather_report(at=AT))
    fetched: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            fetched.extend(str(given[name]) for name in ("src", "href", "xlink:href") if name in given and tag != "a")
            assert tag not in {"script", "link", "iframe", "img"}

    Reader().feed(page)
    assert [one for one in fetched if not one.startswith("#")] == []
    assert "url(http" not in page
    assert NASTY not in page
    assert "&lt;b&gt;&quot;q&quot;&lt;/b&gt;" in page


def test_the_pdf_is_one_with_its_letters_in_it_and_the_same_each_time(told: Cast) -> None:
    with inside(told.acme):
        report = gather_report(at=AT)
    pdf = write_pdf(report)
    assert pdf.startswith(b"%PDF-")
    assert b"/FontFile" in pdf
    assert write_pdf(report) == pdf


def test_what_customers_wrote_is_set_as_they_wrote_it_and_is_never_a_command(told: Cast) -> None:
    with inside(told.acme):
        look(REFUNDS, replace(CUSTOMERS_WROTE, sentence=f'{NASTY} #import "x" #read("/etc/passwd")'))
        report = gather_report(at=AT)
    assert len(write_pages(report, ppi=30)) >= 1
    with lay_out_folder(report) as folder:
        assert NASTY.split("返")[0].strip() not in (folder / "report.typ").read_text()
        (set_text,) = {str(one) for one in _sentences(folder) if "passwd" in str(one)}
    assert set_text == report.findings[1].sentence


def _sentences(folder: Path) -> list[object]:
    import json

    return list(json.loads(typst.query(str(folder / "report.typ"), "<sentence>", root=str(folder), field="value")))


def test_a_report_of_twelve_findings_is_a_few_pages_and_says_how_many_stand_besides(told: Cast) -> None:
    with inside(told.acme):
        look(*(replace(REFUNDS, key=f"change:effectiveness:touchpoint=t{n}") for n in range(20)))
        report = gather_report(at=AT)
    assert (len(report.findings), report.standing) == (12, 20)
    assert 4 <= len(write_pages(report, ppi=20)) <= 12


def test_without_findings_it_says_that_there_is_nothing_to_tell(cast: Cast) -> None:
    with inside(cast.acme):
        report = gather_report(at=AT)
        assert "Nothing to tell" in write_html(report)
        assert write_pdf(report).startswith(b"%PDF-")


def test_what_was_dismissed_is_not_in_it_and_who_acts_is(told: Cast) -> None:
    with inside(told.acme):
        refunds, words = KeptFinding.objects.get(key=REFUNDS.key), KeptFinding.objects.get(key=CUSTOMERS_WROTE.key)
        move_finding(refunds, State.ACTING, by=told.ada, at=AT)
        move_finding(words, State.DISMISSED, by=told.ada, at=AT + timedelta(hours=1), words="a joke")
        page = write_html(gather_report(at=AT))
    assert "Ada acts on it" in page
    assert "is new this week" not in page
    assert re.search(r"Being acted on", page)
