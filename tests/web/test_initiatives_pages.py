"""Opening an initiative on a finding, as a browser without scripts does it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import PASSWORD, Cast
from tests.web.conftest import sign_in
from untilyes.feedback.queries import open_lake
from untilyes.insights.actions import look_for_findings
from untilyes.insights.models import Initiative, KeptFinding, Run
from untilyes.workspaces.actions import add_member
from untilyes.workspaces.models import Member, User
from untilyes.workspaces.rules import Role

WORDS = {
    "plan": "Tell them <b>before</b> it is late.",
    "for_customers": "Nobody waits for nothing.",
    "for_us": "More of them stay.",
}


@pytest.fixture
def mia(acme: Cast) -> Member:
    user = User.objects.create_user("mia@acme.example", PASSWORD, first_name="Mia")
    return add_member(acme.acme, user, role=Role.MANAGER)


@pytest.fixture
def source(acme: Cast) -> KeptFinding:
    """A look has found that customers leave after a broken promise."""
    now, lake = timezone.now(), open_lake()
    let_down = range(0, 600, 4)
    lake.record("customers", [
        {"id": f"{n}", "customer_id": f"{n}", "at": now, "source": "event", "joined_at": now - timedelta(days=400),
         "left_at": now - timedelta(days=60 + n % 20) if n % 12 == 0 or n % 29 == 0 else None}
        for n in range(600)
    ])  # fmt: skip
    lake.record("outcomes", [
        {"id": f"{n}", "customer_id": f"{n}", "at": now - timedelta(days=140), "source": "event", "promise": "delivery",
         "promised_at": now - timedelta(days=140), "due_at": now - timedelta(days=135 - n % 40),
         "kept_at": now - timedelta(days=90)}
        for n in let_down
    ])  # fmt: skip
    lake.record("comments", [{"id": "c", "at": now, "source": "review", "text": "Late again."}])
    look_for_findings(Run.objects.create(asked_at=now), clock=timezone.now)
    return KeptFinding.objects.get(key="leaving:broken:delivery")


def open_on(source: KeptFinding, browser: Client, **changed: str) -> int:
    look_on = (timezone.localdate() + timedelta(days=60)).isoformat()
    address = f"/w/acme/findings/{source.pk}/initiative/"
    return browser.post(address, {**WORDS, "look_on": look_on, **changed}).status_code


def test_beside_each_source_of_departures_one_click_leads_to_the_form_filled_in(
    source: KeptFinding, ada: Client
) -> None:
    leaving = ada.get("/w/acme/leaving/").content.decode()
    address = f"/w/acme/findings/{source.pk}/?begin=1"
    assert leaving.count(f'href="{address}#initiative"') == 2, "in the table, and under what is done about it"
    page = ada.get(address).content.decode()
    assert "<details open><summary>Open an initiative</summary>" in page
    assert f'rows="2" maxlength="300" required>{source.action}</textarea>' in page


def test_what_ada_opens_for_mia_stands_on_leaving_findings_and_mias_today(
    source: KeptFinding, mia: Member, ada: Client
) -> None:
    assert open_on(source, ada, owner=str(mia.pk)) == 302
    told = "Tell them &lt;b&gt;before&lt;/b&gt; it is late."
    leaving = ada.get("/w/acme/leaving/").content.decode()
    assert "Being acted on, Mia" in leaving
    assert told in leaving
    assert "Open an initiative" not in leaving
    assert "the measure is asked on" in ada.get("/w/acme/findings/").content.decode()
    mine = sign_in("mia@acme.example").get("/w/acme/today/").content.decode()
    assert "Yours to act on" in mine
    assert told in mine
    assert "Yours to act on" not in ada.get("/w/acme/today/").content.decode()


def test_the_next_look_shows_the_figures_before_it_began_and_since(source: KeptFinding, ada: Client) -> None:
    open_on(source, ada)
    Initiative.objects.update(begun_on=timezone.localdate() - timedelta(days=70))
    look_for_findings(Run.objects.create(asked_at=timezone.now()), clock=timezone.now)
    page = ada.get(f"/w/acme/findings/{source.pk}/").content.decode()
    assert "Departures that followed it, of all departures" in page
    assert "Other things changed in that time too." in page


def test_a_source_that_came_back_after_it_was_verified_can_be_begun_anew(source: KeptFinding, ada: Client) -> None:
    open_on(source, ada)
    KeptFinding.objects.filter(pk=source.pk).update(state="new")
    assert f"/w/acme/findings/{source.pk}/?begin=1" in ada.get("/w/acme/leaving/").content.decode()
    page = ada.get(f"/w/acme/findings/{source.pk}/?begin=1").content.decode()
    assert "What was changed about it" in page
    assert "<details open><summary>Open an initiative</summary>" in page


def test_a_day_that_is_over_is_refused_and_what_was_typed_is_kept(source: KeptFinding, ada: Client) -> None:
    address = f"/w/acme/findings/{source.pk}/initiative/"
    for day, why in (("2020-01-01", "still to come"), ("tomorrow", "Say on which day")):
        answer = ada.post(address, {**WORDS, "look_on": day})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert why in page
        assert 'value="More of them stay."' in page
    assert not Initiative.objects.exists()


def test_ben_sees_it_and_may_not_open_one_and_dan_finds_nothing(
    source: KeptFinding, ada: Client, ben: Client, dan: Client
) -> None:
    assert open_on(source, ben) == 403
    assert open_on(source, dan) == 404
    assert not Initiative.objects.exists()
    assert "Open an initiative" not in ben.get("/w/acme/leaving/").content.decode()
    open_on(source, ada)
    assert WORDS["for_us"] in ben.get(f"/w/acme/findings/{source.pk}/").content.decode()
    assert dan.get(f"/w/acme/findings/{source.pk}/").status_code == 404
