"""The pages of findings and journeys, as a browser without scripts gets them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.cast import PASSWORD, Cast
from untilyes.analysis.findings import Figure, Finding, Judgement, Kind, Look, Tone
from untilyes.analysis.journeys import Activity, Edge
from untilyes.cases.models import Case
from untilyes.feedback.queries import open_lake
from untilyes.insights.actions import keep_findings, look_for_findings
from untilyes.insights.models import KeptFinding, Run
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share
from untilyes.web.journeys.layout import HEIGHT, WIDTH, lay_out
from untilyes.workspaces.actions import add_member
from untilyes.workspaces.models import Member, User
from untilyes.workspaces.queries import list_audit
from untilyes.workspaces.rules import Role
from untilyes.workspaces.tenancy import inside

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
FOUND = Finding(
    Kind.CHANGE,
    "change:effectiveness:touchpoint=refund",
    "Refund: <worse> since 5 October.",
    Tone.WORSE,
    customers=140,
    effect=0.13,
    q=0.004,
    action="Ask who works on it.",
    figures=(Figure("since then", estimate_share(61, 100)),),
    quotes=("They asked <b>twice</b>.",),
    look=Look("effectiveness", ("week",), {"touchpoint": "refund"}, AT.date(), None),
    also=("Refund: got what they needed worse.",),
)


@pytest.fixture
def found(cast: Cast) -> KeptFinding:
    with inside(cast.acme):
        keep_findings(Run.objects.create(asked_at=AT), Judgement((FOUND,), asked=214), at=AT)
        return KeptFinding.objects.get()


def signed_in(who: str) -> Client:
    client = Client()
    assert client.login(email=who, password=PASSWORD)
    return client


def test_findings_say_how_many_things_were_examined_to_find_them(found: KeptFinding) -> None:
    page = signed_in("ada@acme.example").get("/w/acme/findings/").content.decode()
    assert "1 of 214 things examined" in page
    assert "Refund: &lt;worse&gt; since 5 October." in page


def test_a_finding_shows_figures_with_n_quotes_escaped_and_the_way_to_its_measure(found: KeptFinding) -> None:
    page = signed_in("ada@acme.example").get(f"/w/acme/findings/{found.pk}/").content.decode()
    assert "n = 100" in page
    assert "They asked &lt;b&gt;twice&lt;/b&gt;." in page
    assert "measure=effectiveness" in page
    assert "where.touchpoint=refund" in page
    assert "Refund: got what they needed worse." in page


def test_ada_acts_says_it_is_fixed_and_cannot_say_it_is_verified(found: KeptFinding, cast: Cast) -> None:
    ada = signed_in("ada@acme.example")
    address = f"/w/acme/findings/{found.pk}/move/"
    for step in ("acting", "fixed", "verified"):
        ada.post(address, {"to": step})
    with inside(cast.acme):
        found.refresh_from_db()
    assert (found.state, found.owner) == ("fixed", cast.ada)


def test_ada_gives_a_finding_to_an_analyst_who_gives_it_back(found: KeptFinding, cast: Cast) -> None:
    user = User.objects.create_user("nia@acme.example", PASSWORD, first_name="Nia")
    nia = add_member(cast.acme, user, role=Role.ANALYST)
    address = f"/w/acme/findings/{found.pk}/"
    page = signed_in("ada@acme.example").get(address).content.decode()
    assert "Nobody acts on it yet." in page
    assert f'<option value="{cast.ben.pk}"' not in page  # an agent does not act on findings
    given = signed_in("ada@acme.example").post(f"{address}assign/", {"to": nia.pk}, follow=True).content.decode()
    assert "<strong>Nia</strong> acts on it." in given
    assert "given to Nia" in given
    signed_in("nia@acme.example").post(f"{address}assign/", {"to": cast.ada.pk})
    with inside(cast.acme):
        found.refresh_from_db()
    assert found.owner == cast.ada
    assert "Give it to" not in signed_in("ben@acme.example").get(address).content.decode()
    assert signed_in("ben@acme.example").post(f"{address}assign/", {"to": nia.pk}).status_code == 403


def test_dismissing_needs_a_reason(found: KeptFinding, cast: Cast) -> None:
    ada = signed_in("ada@acme.example")
    ada.post(f"/w/acme/findings/{found.pk}/move/", {"to": "dismissed"})
    page = ada.get(f"/w/acme/findings/{found.pk}/").content.decode()
    assert "Say why this needs nobody" in page
    ada.post(f"/w/acme/findings/{found.pk}/move/", {"to": "dismissed", "words": "the warehouse moved"})
    with inside(cast.acme):
        found.refresh_from_db()
    assert found.state == "dismissed"


def test_the_list_can_be_taken_away_as_a_table(found: KeptFinding) -> None:
    answer = signed_in("ada@acme.example").get("/w/acme/findings/findings.csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert "Refund: <worse> since 5 October." in answer.content.decode()


def test_asking_for_a_look_shows_that_it_is_under_way(cast: Cast) -> None:
    ada = signed_in("ada@acme.example")
    assert "Nobody has looked yet" in ada.get("/w/acme/findings/").content.decode()
    page = ada.post("/w/acme/findings/look/", follow=True).content.decode()
    assert "Waiting for the worker" in page


def tell_break(cast: Cast) -> KeptFinding:
    """Forty journeys whose customers waited two days, one of them Cleo; the others waited two hours."""
    events, answers = [], []
    for n in range(240):
        begun, late = AT - timedelta(days=40) + timedelta(hours=n), n % 6 == 0
        who = str(cast.cleo.pk) if n == 0 else f"c{n}"
        common = {"interaction_id": f"i{n}", "customer_id": who, "source": "event"}
        steps = (("asked", begun), ("answered", begun + timedelta(hours=50 if late else 2)))
        events += [common | {"id": f"{n}{a}", "at": at, "activity": a, "process_id": f"<i{n}>"} for a, at in steps]
        said = {"question": "effective", "value": float(not late), "scale_min": 0.0, "scale_max": 1.0}
        answers.append(common | {"id": f"{n}", "at": steps[1][1] + timedelta(hours=1)} | said)
    open_lake().record("events", events)
    open_lake().record("answers", answers)
    look_for_findings(Run.objects.create(asked_at=AT), clock=lambda: AT)
    return KeptFinding.objects.get(key="journey:wait:asked>answered")


def test_a_break_in_the_journey_shows_its_chart_and_leads_to_its_rows_and_their_customers(cast: Cast) -> None:
    with inside(cast.acme):
        found = tell_break(cast)
    ada = signed_in("ada@acme.example")
    page = ada.get(f"/w/acme/findings/{found.pk}/").content.decode()
    assert "<svg" in page
    assert f"/w/acme/findings/{found.pk}/rows/" in page
    rows = ada.get(f"/w/acme/findings/{found.pk}/rows/").content.decode()
    assert rows.count("2 days") == 40
    assert "&lt;i6&gt;" in rows
    assert f"/w/acme/customers/{cast.cleo.pk}/" in rows
    assert signed_in("dan@globex.example").get(f"/w/acme/findings/{found.pk}/rows/").status_code == 404


def test_who_may_not_see_customers_does_not_see_the_rows(cast: Cast, vera: Member) -> None:
    with inside(cast.acme):
        found = tell_break(cast)
    client = signed_in(vera.user.email)
    assert client.get(f"/w/acme/findings/{found.pk}/").status_code == 200
    assert client.get(f"/w/acme/findings/{found.pk}/rows/").status_code == 403


def test_a_finding_whose_rows_a_measure_holds_has_none_of_its_own(found: KeptFinding) -> None:
    ada = signed_in("ada@acme.example")
    assert ada.get(f"/w/acme/findings/{found.pk}/rows/").status_code == 404
    assert "<svg" in ada.get(f"/w/acme/findings/{found.pk}/").content.decode()


def test_dan_finds_none_of_it_and_who_is_not_signed_in_is_asked_to(found: KeptFinding) -> None:
    dan = signed_in("dan@globex.example")
    for address in ("findings/", f"findings/{found.pk}/", "findings/findings.csv", "journeys/"):
        assert dan.get(f"/w/acme/{address}").status_code == 404
        assert Client().get(f"/w/acme/{address}").status_code == 302
    assert dan.get(f"/w/globex/findings/{found.pk}/").status_code == 404
    assert dan.post(f"/w/acme/findings/{found.pk}/move/", {"to": "acting"}).status_code == 404
    assert dan.post(f"/w/acme/findings/{found.pk}/assign/", {"to": ""}).status_code == 404


def test_journeys_teach_when_there_are_none_and_draw_what_there_is(cast: Cast) -> None:
    ada = signed_in("ada@acme.example")
    assert "No journeys yet" in ada.get("/w/acme/journeys/").content.decode()
    with inside(cast.acme):
        open_lake().record(
            "events",
            [
                {
                    "id": f"{process}:{place}",
                    "at": AT + timedelta(hours=place),
                    "source": "event",
                    "activity": activity,
                    "process_id": str(process),
                }
                for process in range(30)
                for place, activity in enumerate(("ordered", "<paid>", "sent"))
            ],
        )
    page = ada.get("/w/acme/journeys/?share=nonsense").content.decode()
    assert "30 journeys all went one way; 100 % of them the commonest: ordered → &lt;paid&gt; → sent." in page
    assert page.count('width="168"') == 3


@pytest.fixture
def strayed(cast: Cast) -> Cast:
    """Thirty journeys of Cleo's kind go one way; Cleo's own goes another."""
    with inside(cast.acme):
        open_lake().record(
            "events",
            [
                {
                    "id": f"{process}:{place}",
                    "at": AT + timedelta(hours=place),
                    "source": "event",
                    "activity": activity,
                    "process_id": f"order {process}",
                    "customer_id": str(cast.cleo.pk) if process == 30 else None,
                    "interaction_id": f"order {process}",
                    "team": "shop" if place < 2 else "carrier",
                }
                for process in range(31)
                for place, activity in enumerate(("ordered", "lost" if process == 30 else "paid", "sent"))
            ],
        )
    return cast


PAGES = ("journeys/path/", "journeys/teams/", "journeys/again/", "journeys/waits/", "journeys/sheet/")


def test_who_strayed_leads_to_the_customer_and_becomes_a_case_once(strayed: Cast) -> None:
    ada = signed_in("ada@acme.example")
    page = ada.get("/w/acme/journeys/path/").content.decode()
    assert "“lost”, where “paid” would be next" in page
    assert f"/customers/{strayed.cleo.pk}/" in page
    for _ in range(2):
        answer = ada.post("/w/acme/journeys/exceptions/take-up/", {"journey": "order 30"})
        assert answer.status_code == 302
    with inside(strayed.acme):
        case = Case.objects.get()
        assert (case.interaction_id, case.customer) == ("order 30", strayed.cleo)
        assert "where “paid” would be next" in case.notes.get().text
    assert "See the case" in ada.get("/w/acme/journeys/path/").content.decode()


def test_a_journey_that_kept_to_the_path_cannot_be_taken_up(strayed: Cast) -> None:
    ada = signed_in("ada@acme.example")
    assert ada.post("/w/acme/journeys/exceptions/take-up/", {"journey": "order 3"}).status_code == 404
    with inside(strayed.acme):
        assert not Case.objects.exists()


def test_exceptions_can_be_taken_away_as_a_table(strayed: Cast) -> None:
    rows = signed_in("ada@acme.example").get("/w/acme/journeys/exceptions.csv").content.decode().splitlines()
    assert len(rows) == 2
    assert rows[1].startswith(f"order 30,{strayed.cleo.pk},order 30,2026-11-02T10:00:00+00:00,")


def test_lanes_waits_and_the_sheet_say_what_they_know_and_what_not(strayed: Cast) -> None:
    ada = signed_in("ada@acme.example")
    teams, again, waits, sheet = (ada.get(f"/w/acme/{page}").content.decode() for page in PAGES[1:])
    assert "Who passes on to whom" in teams
    assert "Nothing is ever done twice" in again
    assert "Nobody knows yet how journeys ended" in waits
    assert "By which way 31 of 31 journeys came in is not written down." in sheet


def test_an_owner_says_the_sheet_in_words_of_the_house_and_what_was_counted_stays(strayed: Cast) -> None:
    ada = signed_in("ada@acme.example")
    process = re.findall(r'name="process" value="([^"]*)"', ada.get("/w/acme/journeys/sheet/").content.decode())[0]
    said = {"process": process, "suppliers": " The  warehouse \n\n<b>Carriers</b>", "customers": "Whoever hikes"}
    assert ada.post("/w/acme/journeys/sheet/words/", said).status_code == 302
    sheet = ada.get("/w/acme/journeys/sheet/").content.decode()
    assert "<li><strong>The warehouse</strong></li><li><strong>&lt;b&gt;Carriers&lt;/b&gt;</strong></li>" in sheet
    assert sheet.count("In your words") == 2, "the columns nobody worded are left to the log"
    assert "1 customers" in sheet
    with inside(strayed.acme):
        assert list_audit(seen_by=strayed.ada)[0].verb == "word_sheet"
    ada.post("/w/acme/journeys/sheet/words/", {"process": process})
    assert "In your words" not in ada.get("/w/acme/journeys/sheet/").content.decode()


def test_words_that_do_not_fit_are_refused_and_kept_in_the_form_and_only_owners_say_any(strayed: Cast) -> None:
    ada, address = signed_in("ada@acme.example"), "/w/acme/journeys/sheet/words/"
    long = ada.post(address, {"inputs": "x" * 501, "outputs": "a parcel"})
    assert long.status_code == 422
    assert "in at most 500 characters" in long.content.decode()
    assert ">a parcel</textarea>" in long.content.decode()
    assert signed_in("ben@acme.example").post(address, {"inputs": "forms"}).status_code == 403
    assert "Say it in your words" not in signed_in("ben@acme.example").get("/w/acme/journeys/sheet/").content.decode()
    assert signed_in("dan@globex.example").post(address, {"inputs": "forms"}).status_code == 404
    assert "In your words" not in ada.get("/w/acme/journeys/sheet/").content.decode()


def test_every_page_of_journeys_teaches_without_data_and_dan_finds_none(cast: Cast) -> None:
    ada, dan = signed_in("ada@acme.example"), signed_in("dan@globex.example")
    for address in (*PAGES, "journeys/exceptions.csv"):
        assert ada.get(f"/w/acme/{address}").status_code == 200
        assert dan.get(f"/w/acme/{address}").status_code == 404
    assert dan.post("/w/acme/journeys/exceptions/take-up/", {"journey": "order 30"}).status_code == 404


def test_every_step_of_the_map_can_be_reached_by_keyboard_and_leads_to_its_details(strayed: Cast) -> None:
    page = signed_in("ada@acme.example").get("/w/acme/journeys/?share=0").content.decode()
    for number in range(4):
        assert f'href="#step-{number}"' in page
        assert f'id="step-{number}"' in page


def test_what_came_of_a_path_that_one_customer_went_is_not_told(strayed: Cast) -> None:
    said = {"at": AT + timedelta(days=1), "source": "survey", "question": "effective", "value": 1.0}
    scale = {"scale_min": 0.0, "scale_max": 1.0}
    rows = [said | scale | {"id": f"a{n}", "interaction_id": f"order {n}"} for n in range(31)]
    with inside(strayed.acme):
        open_lake().record("answers", rows)
    page = signed_in("ada@acme.example").get("/w/acme/journeys/?share=0").content.decode()
    commonest = page.partition("The commonest paths")[2].partition("</table>")[0]
    assert "(n = 30)" in commonest
    assert "(n = 1)" not in commonest
    assert "too few known" in commonest


def test_no_two_steps_of_a_map_cover_each_other() -> None:
    wait = Estimate(60, 50, 70, 10, "order", unit="seconds")
    names = [f"step {number}" for number in range(30)]
    steps = [Activity(name, 100 - number, 90, 3, 0, 0) for number, name in enumerate(names)]
    pairs = [(a, b) for a in range(30) for b in range(30) if (a * 7 + b * 3) % 11 == 0]
    drawing = lay_out(steps, [Edge(names[a], names[b], 10, 10, wait, wait) for a, b in pairs])
    boxes = drawing.boxes
    assert len(boxes) == 30
    for number, one in enumerate(boxes):
        assert 0 <= one.x <= drawing.width - WIDTH
        assert 0 <= one.y <= drawing.height - HEIGHT
        for other in boxes[:number]:
            assert abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT


def test_a_line_that_a_box_would_cover_goes_around_it() -> None:
    wait = Estimate(60, 50, 70, 10, "order", unit="seconds")
    steps = [Activity(name, 100, 100, 3, 0, 0) for name in ("ordered", "paid", "sent")]
    straight = [("ordered", "paid", 90), ("paid", "sent", 90)]
    around = ("ordered", "sent", 10)
    drawing = lay_out(steps, [Edge(a, b, n, n, wait, wait) for a, b, n in (*straight, around)])
    line = next(line for line in drawing.lines if line.edge.n == around[2])
    assert 0 < line.x < min(box.x for box in drawing.boxes), "its number stands beside the boxes, not behind one"
    assert not line.leads_back


def test_today_tells_the_most_worthwhile_findings_and_leads_to_all(found: KeptFinding, cast: Cast) -> None:
    with inside(cast.acme):
        open_lake().record("comments", [{"id": "c", "at": AT, "source": "review", "text": "Late again."}])
    page = signed_in("ada@acme.example").get("/w/acme/today/").content.decode()
    assert "Worth knowing" in page
    assert f"/w/acme/findings/{found.pk}/" in page
    assert "214 things examined" in page
