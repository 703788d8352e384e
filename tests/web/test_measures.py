"""The measures page: any measure, cut and narrowed, with its interval, its rows and its files."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.http import QueryDict
from django.test import Client

from tests.analysis.invented import answer, case, outcome
from tests.cast import Cast
from tests.web.conftest import sign_in
from untilyes.analysis.measures import MEASURES
from untilyes.feedback.queries import open_lake
from untilyes.stats.results import Verdict
from untilyes.web.measures.asking import BadQuestion, read_question
from untilyes.web.measures.page import build_page
from untilyes.workspaces.models import Member

PAGE = "/w/acme/measures/"
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
TODAY = date(2026, 3, 25)
BAD, NOT_FOUND, FORBIDDEN = 400, 404, 403


@pytest.fixture
def told(acme: Cast) -> Cast:
    """Three weeks of answers: good by e-mail, worse by phone in the third week, three only by fax; scores and cases."""
    answers: list[dict[str, Any]] = []
    for week, yes_by_phone in enumerate((36, 36, 12)):
        at = MONDAY + timedelta(weeks=week)
        for channel, n, yes in (("email", 40, 36), ("phone", 40, yes_by_phone), ("fax", 3 * (week == 0), 3)):
            answers += [
                answer(
                    f"{week}-{channel}-{number}", "effective", float(number < yes), at=at, channel=channel,
                    customer_id=str(acme.cleo.pk), interaction_id=f"i{number}",
                )
                for number in range(n)
            ]  # fmt: skip
    answers += [answer(f"n{score}-{turn}", "nps", score, at=MONDAY, top=10) for score in range(11) for turn in range(3)]
    answers += [answer(f"c{n}", "csat", 4, at=MONDAY, top=5, scale_min=1.0) for n in range(8)]
    answers += [answer(f"d{n}", "csat", 7, at=MONDAY, top=10) for n in range(8)]
    lake = open_lake()
    lake.record("answers", answers)
    lake.record("outcomes", [outcome(f"o{n}", due=5, kept=3 if n else 7, at=MONDAY) for n in range(12)])
    lake.record("cases", [case("7", yes=2, at=MONDAY, customer_id=str(acme.cleo.pk))])
    return acme


def ask(query: str, *, today: date = TODAY) -> Any:
    """The page as built from an address."""
    at = datetime.combine(today, datetime.min.time(), UTC)
    return build_page(read_question(QueryDict(query), today=today), slug="acme", at=at)


@pytest.mark.parametrize(("held", "title"), [("answers", "Satisfaction"), ("outcomes", "Promise kept")])
def test_the_page_opens_with_a_measure_that_has_something_behind_it(
    acme: Cast, ada: Client, held: str, title: str
) -> None:
    at = datetime.now(UTC) - timedelta(days=3)
    facts = {
        "answers": [answer(f"c{n}", "csat", 4, at=at, top=5, scale_min=1.0) for n in range(30)],
        "outcomes": [outcome(f"o{n}", due=5, kept=3, at=at) for n in range(30)],
    }
    open_lake().record(held, facts[held])
    page = ada.get(PAGE).content.decode()
    assert "nothing to go by yet" not in page
    assert f"{title} " in page.partition('class="sentence"')[2][:400]


def test_the_page_says_the_number_that_the_measure_says(told: Cast, ada: Client) -> None:
    reading = MEASURES["effectiveness"](open_lake(), by=("channel",))
    page = ada.get(f"{PAGE}?measure=effectiveness&by=channel").content.decode()
    assert reading.total.sentence() in page
    for cell in reading:
        if cell.hidden is None:
            assert cell.estimate.brief() in page
    assert f">{reading.total.n:g}<" in page


def test_days_count_from_the_first_to_the_last_both_included(told: Cast) -> None:
    page = ask("measure=effectiveness&since=2026-03-09&until=2026-03-16")
    assert page.reading.total.n == 160
    assert ask("measure=effectiveness&since=2026-03-10&until=2026-03-15").reading.total.n == 0


def test_a_filter_narrows_and_the_unknown_can_be_asked_for(told: Cast) -> None:
    assert ask("measure=effectiveness&where.channel=email").reading.total.n == 120
    assert ask("measure=effectiveness&where.channel=None").reading.total.n == 0
    assert ask("measure=effectiveness&where.channel=").reading.total.n == 243


def test_a_small_cell_is_suppressed_and_says_why(told: Cast, ada: Client) -> None:
    page = ada.get(f"{PAGE}?measure=effectiveness&by=channel").content.decode()
    assert "fewer than 5 answers" in page
    shown = ask("measure=effectiveness&by=channel")
    fax = next(line for line in shown.lines if line.told == ("fax",))
    assert fax.hidden == "fewer than 5 answers"
    assert fax.estimate.value is None
    assert fax.estimate.n == 0


def test_the_last_whole_week_is_judged_against_the_one_before(told: Cast) -> None:
    comparison = ask("measure=effectiveness&by=week&by=channel").comparison
    assert (comparison.after, comparison.before) == ("the week of 16 Mar 2026", "the week of 9 Mar 2026")
    assert comparison.whole.verdict is Verdict.WORSE
    assert [(line.what, line.change.verdict) for line in comparison.real] == [("phone", Verdict.WORSE)]
    assert comparison.examined == 2


def test_a_week_that_is_not_over_is_not_judged(told: Cast) -> None:
    comparison = ask("measure=effectiveness&by=week", today=date(2026, 3, 18)).comparison
    assert comparison.after == "the week of 9 Mar 2026"
    assert comparison.whole.verdict is Verdict.NO_REAL_CHANGE


def test_without_periods_as_many_days_before_are_the_other_side(told: Cast) -> None:
    comparison = ask("measure=effectiveness&since=2026-03-16&until=2026-03-22").comparison
    assert (comparison.whole.before.n, comparison.whole.after.n) == (80, 80)
    assert ask("measure=effectiveness").comparison is None


def test_scales_are_never_mixed(told: Cast) -> None:
    page = ask("measure=csat")
    assert "never mixed" in page.sentence
    assert sorted(line.told for line in page.lines) == [("0 to 10",), ("1 to 5",)]


def test_the_distribution_stands_beside_a_score(told: Cast) -> None:
    page = ask("measure=nps")
    assert page.answers is not None
    values = page.answers.specify(880)["data"]["values"]
    assert [row["row"] for row in values] == [str(score) for score in range(10, -1, -1)]
    assert all(row["low"] < row["value"] < row["high"] for row in values)
    assert ask("measure=effectiveness").answers is None


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("measure=luck", "There is no measure called “luck”"),
        ("measure=nps&by=moon", "cannot be divided by “moon”"),
        ("measure=nps&by=day&by=week", "Choose one of day and week"),
        ("measure=nps&by=source&by=channel&by=team", "choose two"),
        ("measure=nps&where.moon=full", "cannot be narrowed to a “moon”"),
        ("measure=nps&since=yesterday", "“yesterday” is not a day"),
        ("measure=nps&since=2026-03-09&until=2026-03-01", "lies before the first"),
    ],
)
def test_what_cannot_be_asked_gets_a_sentence(acme: Cast, ada: Client, query: str, sentence: str) -> None:
    with pytest.raises(BadQuestion, match=sentence):
        read_question(QueryDict(query), today=TODAY)
    for path in ("", "rows/", "cells.csv", "chart.svg", "chart.png"):
        response = ada.get(f"{PAGE}{path}?{query}")
        assert response.status_code == BAD
        assert sentence in response.content.decode()


def test_what_was_asked_is_escaped_when_it_is_repeated(acme: Cast, ada: Client) -> None:
    page = ada.get(PAGE, {"measure": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_opens_by_every_grain_with_and_without_data(told: Cast, ada: Client, measure: str) -> None:
    for by in ("", "&by=day", "&by=week&by=source", "&by=month", "&by=touchpoint&by=channel"):
        for days in ("", "&since=2020-01-01&until=2020-01-31"):
            assert ada.get(f"{PAGE}?measure={measure}{by}{days}").status_code == 200
    assert ada.get(f"{PAGE}rows/?measure={measure}").status_code == 200


def test_htmx_gets_the_answer_alone_and_the_permalink_to_push(told: Cast, ada: Client) -> None:
    response = ada.get(f"{PAGE}?measure=nps&by=&by=channel&by=&since=&until=", headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert response.headers["HX-Push-Url"] == f"{PAGE}?measure=nps&by=channel"
    assert ada.get(response.headers["HX-Push-Url"]).status_code == 200


def test_the_csv_says_what_the_reading_says(told: Cast, ada: Client) -> None:
    response = ada.get(f"{PAGE}cells.csv?measure=effectiveness&by=week&by=channel")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    reading = MEASURES["effectiveness"](open_lake(), by=("week", "channel"))
    assert len(rows) == len(reading.cells)
    for row, cell in zip(rows, reading, strict=True):
        assert row["week"] == str(cell.key["week"])
        assert row["channel"] == cell.key["channel"]
        ends = [float(row[name]) if row[name] else None for name in ("value", "low", "high")]
        assert ends == [cell.estimate.value, cell.estimate.low, cell.estimate.high]
        assert row["hidden"] == (cell.hidden or "")
        assert row["n"] == ("" if cell.hidden else f"{cell.estimate.n:g}")


def test_no_text_in_the_csv_is_a_formula(acme: Cast, ada: Client) -> None:
    evil = [answer(f"e{n}", "effective", 1.0, at=MONDAY, channel="=HYPERLINK(1)") for n in range(9)]
    open_lake().record("answers", evil)
    text = ada.get(f"{PAGE}cells.csv?measure=effectiveness&by=channel").content.decode()
    assert [row["channel"] for row in csv.DictReader(io.StringIO(text))] == ["'=HYPERLINK(1)"]


def test_the_drawings_are_drawings_in_fixed_colours_with_their_sentence(told: Cast, ada: Client) -> None:
    svg = ada.get(f"{PAGE}chart.svg?measure=effectiveness&by=channel")
    assert ET.fromstring(svg.content).tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(--" not in svg.content.decode()
    assert "Effectiveness: " in svg.content.decode()
    png = ada.get(f"{PAGE}chart.png?measure=effectiveness&by=week")
    assert png.content.startswith(b"\x89PNG\r\n")
    assert png.headers["Content-Disposition"] == 'attachment; filename="effectiveness-week.png"'
    assert ada.get(f"{PAGE}chart.png?measure=effectiveness").status_code == NOT_FOUND


def test_the_rows_behind_a_cell_are_as_many_as_it_counts_and_lead_to_the_customer(told: Cast, ada: Client) -> None:
    shown = ask("measure=effectiveness&by=week&by=channel")
    line = next(one for one in shown.lines if one.told == ("week of 16 Mar 2026", "phone"))
    page = ada.get(line.rows).content.decode()
    assert page.count("/w/acme/customers/" + str(told.cleo.pk)) == 40
    assert page.count("<td>yes</td>") == 12
    assert page.count("<td>no</td>") == 28


def test_rows_come_a_page_at_a_time(told: Cast, ada: Client) -> None:
    first = ada.get(f"{PAGE}rows/?measure=effectiveness").content.decode()
    assert first.count("<tr>") == 51
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    last = ada.get(f"{PAGE}rows/?measure=effectiveness&page=5").content.decode()
    assert last.count("<tr>") == 44
    assert 'rel="next"' not in last
    for wrong in ("-1", "x", "0", "9" * 40):
        assert "Page 1<" in ada.get(f"{PAGE}rows/?measure=effectiveness&page={wrong}").content.decode()


def test_rows_say_what_they_counted_as_and_lead_to_the_case(told: Cast, ada: Client) -> None:
    assert "/w/acme/cases/7/" in ada.get(f"{PAGE}rows/?measure=time_to_yes").content.decode()
    assert "yes after 2 days" in ada.get(f"{PAGE}rows/?measure=time_to_yes").content.decode()
    margins = ada.get(f"{PAGE}rows/?measure=margin").content.decode()
    assert margins.count("2 days early") == 11
    assert margins.count("2 days late") == 1
    assert ada.get(f"{PAGE}rows/?measure=promise_kept").content.decode().count("<td>broken</td>") == 1


def test_rows_name_customers_so_a_viewer_gets_the_figures_only(told: Cast, vera: Member) -> None:
    browser = sign_in(vera.user.email)
    page = browser.get(f"{PAGE}?measure=effectiveness&by=channel")
    assert page.status_code == 200
    assert b"/measures/rows/" not in page.content
    assert browser.get(f"{PAGE}rows/?measure=effectiveness").status_code == FORBIDDEN


def test_dan_and_strangers_get_none_of_it(told: Cast, dan: Client, client: Client) -> None:
    for path in ("", "rows/", "cells.csv", "chart.svg", "chart.png"):
        address = f"{PAGE}{path}?measure=effectiveness&by=channel"
        assert dan.get(address).status_code == NOT_FOUND
        assert client.get(address).headers["Location"].startswith("/accounts/login/")


def test_two_houses_do_not_see_each_others_filters(told: Cast, dan: Client) -> None:
    assert "fax" not in dan.get("/w/globex/measures/?measure=effectiveness").content.decode()


def test_how_it_was_computed_is_told(told: Cast, ada: Client) -> None:
    page = ada.get(f"{PAGE}?measure=promise_kept&by=promise").content.decode()
    measure = MEASURES["promise_kept"]
    for words in (measure.question, *measure.notes, "Wilson’s interval for a share", "2 Mar 2026", "counted from the"):
        assert words in page
