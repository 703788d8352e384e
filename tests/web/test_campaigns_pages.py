"""The pages of campaigns: everyone who said no to the same thing, what they read, and what they now say."""

import re
from typing import Any

from django.test import Client

from tests.campaigns.audience import CAUSE, TEXTS, asked_in, campaign, closed_no_of, know, no_of, person
from tests.cases.stories import AT, HOUR, YES, say
from tests.cast import Cast
from tests.post import carry_post
from untilyes.campaigns.jobs import send_campaigns
from untilyes.campaigns.models import Addressee, Campaign
from untilyes.campaigns.queries import read_progress
from untilyes.campaigns.rules import About
from untilyes.cases.actions.ruled import suggest_campaign
from untilyes.plumbing.clock import now
from untilyes.segments.actions import drop_segment, keep_segment
from untilyes.voices.actions import ask_topic

PAGE = "/w/acme/campaigns/"
OK, FOUND, FORBIDDEN, NOT_FOUND, REFUSED = 200, 302, 403, 404, 422
SENT = {
    **{f"{part}-{language}": text for language, said in TEXTS.items() for part, text in said.items()},
    "per_minute": "600",
}


def text_of(page: Any) -> str:
    """What a reader sees of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_ada_finds_those_who_said_no_writes_tries_and_tells_them(acme: Cast, ada: Client) -> None:
    today = now()
    no_of(acme, acme.cleo, at=today)
    no_of(acme, person("Dora", language="de"), at=today)
    assert f"{CAUSE} 2 cases" in text_of(ada.get(PAGE))
    looked = text_of(ada.get(f"{PAGE}new/?about=cause&key={CAUSE}"))
    assert "2 customers would be told, 2 of them in a case that is still open" in looked
    ada.post(f"{PAGE}new/", {"about": "cause", "key": CAUSE, "name": "Both shoes"})
    made = Campaign.objects.get()
    ada.post(f"{PAGE}{made.pk}/write/", SENT)
    draft = text_of(ada.get(f"{PAGE}{made.pk}/"))
    assert "Jeder Karton wird jetzt gewogen, Dora." in draft
    carry_post()
    ada.post(f"{PAGE}{made.pk}/trial/", {"language": "de"})
    assert [mail.to for mail in carry_post()] == [["ada@acme.example"]]
    ada.post(f"{PAGE}{made.pk}/start/")
    while send_campaigns():
        pass
    assert sorted(mail.to[0] for mail in carry_post()) == ["cleo@customer.example", "dora@customer.example"]
    say(asked_in(made, acme.cleo), YES, at=now())
    page = text_of(ada.get(f"{PAGE}{made.pk}/"))
    assert f"{read_progress(made).yes_share.brief()}" in page
    assert "now say yes" in page
    assert "Cleo" in text_of(ada.get(f"{PAGE}{made.pk}/?said=yes"))
    assert "Dora" not in text_of(ada.get(f"{PAGE}{made.pk}/?said=yes"))


def test_what_is_refused_is_said_and_nothing_typed_is_lost(acme: Cast, ada: Client) -> None:
    no_of(acme, acme.cleo)
    told = campaign(acme)
    page = ada.post(f"{PAGE}{told.pk}/write/", SENT | {"text-en": "Dear {nobody}, both shoes."})
    assert page.status_code == REFUSED
    assert "names {nobody}, which means nothing" in text_of(page)
    assert "Dear {nobody}, both shoes." in text_of(page)
    assert Campaign.objects.get().texts == TEXTS
    assert ada.post(f"{PAGE}{told.pk}/write/", SENT | {"per_minute": "0"}).status_code == REFUSED
    assert ada.post(f"{PAGE}new/", {"about": "cause", "key": CAUSE, "name": " "}).status_code == REFUSED


def test_topics_segments_and_what_rules_put_down_are_offered_and_found(acme: Cast, ada: Client) -> None:
    today = now()
    case = no_of(acme, acme.cleo, at=today)
    shoes = ask_topic("shoe", title="Lone shoes", by=acme.ada, at=AT)
    know(acme.cleo, plan="paid")
    keep_segment("Payers", [{"trait": "plan", "how": "is", "value": "paid"}], by=acme.ada, at=AT)
    suggest_campaign(case, "Both shoes", because="Rule “Shoes”", at=today)
    listed = text_of(ada.get(PAGE))
    assert "Put down by rules Both shoes 1 case" in listed
    assert "Among Payers" in listed
    for about, key, told in (
        ("topic", shoes.key, "Who said no and wrote about “Lone shoes”"),
        ("segment", "payers", "Who said no among Payers"),
        ("rule", "Both shoes", "Who said no in cases that rules put down for “Both shoes”"),
    ):
        page = text_of(ada.get(f"{PAGE}new/", {"about": about, "key": key}))
        assert told in page
        assert "1 customer would be told" in page
    assert "put the case down for a campaign about “Both shoes”" in text_of(ada.get(f"/w/acme/cases/{case.number}/"))


def test_a_topic_and_a_segment_together_are_counted_before_and_tell_only_those_in_both(
    acme: Cast, ada: Client, ben: Client, dan: Client
) -> None:
    today = now()
    dora = person("Dora")
    for customer, plan in ((acme.cleo, "paid"), (dora, "free")):
        no_of(acme, customer, at=today)
        know(customer, plan=plan)
    shoes = ask_topic("shoe", title="Lone shoes", by=acme.ada, at=AT)
    payers = keep_segment("Payers", [{"trait": "plan", "how": "is", "value": "paid"}], by=acme.ada, at=AT)
    asked = {"about": "topic", "key": shoes.key}
    assert "2 customers would be told" in text_of(ada.get(f"{PAGE}new/", asked))
    both = ada.get(f"{PAGE}new/", asked | {"segment": "payers"})
    assert "Who said no and wrote about “Lone shoes”, among Payers 1 customer would be told" in text_of(both)
    assert ben.post(f"{PAGE}new/", asked | {"segment": "payers", "name": "Shoes"}).status_code == FORBIDDEN
    assert dan.post(f"{PAGE}new/", asked | {"segment": "payers", "name": "Shoes"}).status_code == NOT_FOUND
    ada.post(f"{PAGE}new/", asked | {"segment": "payers", "name": "Shoes"})
    made = Campaign.objects.get()
    ada.post(f"{PAGE}{made.pk}/write/", SENT)
    assert "among Payers" in text_of(ada.get(f"{PAGE}{made.pk}/"))
    know(dora, plan="paid")  # who belongs is asked when it is sent
    know(acme.cleo, plan="free")
    ada.post(f"{PAGE}{made.pk}/start/")
    assert [one.customer for one in made.addressees.all()] == [dora]
    assert ada.get(f"{PAGE}new/", asked | {"segment": "gone"}).status_code == FOUND
    drop_segment(payers, by=acme.ada, at=AT)
    refused = ada.post(f"{PAGE}new/", asked | {"segment": "payers", "name": "Shoes"}, follow=True)
    assert "There is no such segment." in text_of(refused)
    assert Campaign.objects.count() == 1


def test_a_draft_whose_segment_is_dropped_says_so_and_tells_nobody(acme: Cast, ada: Client) -> None:
    no_of(acme, acme.cleo)
    know(acme.cleo, plan="paid")
    payers = keep_segment("Payers", [{"trait": "plan", "how": "is", "value": "paid"}], by=acme.ada, at=AT)
    drafted = campaign(acme, about=About.SEGMENT, key="payers")
    drop_segment(payers, by=acme.ada, at=AT)
    page = text_of(ada.get(f"{PAGE}{drafted.pk}/"))
    assert "There is no such segment." in page
    assert "0 customers would be told" in page
    assert "There is no such segment." in text_of(ada.post(f"{PAGE}{drafted.pk}/start/"))
    assert not drafted.addressees.exists()


def test_nobody_to_tell_is_said_and_nothing_begins(acme: Cast, ada: Client) -> None:
    assert "Nobody said no to that" in text_of(ada.get(f"{PAGE}new/?about=words&key=elephants"))
    told = campaign(acme)
    assert ada.post(f"{PAGE}{told.pk}/start/").status_code == REFUSED
    assert Campaign.objects.get().stage == "draft"
    assert ada.get(f"{PAGE}new/?about=finding&key=gone").status_code == FOUND


def test_every_number_of_a_campaign_leads_to_its_customers(acme: Cast, ada: Client) -> None:
    for n in range(3):
        closed_no_of(acme, person(f"P{n}"))
    told = campaign(acme)
    ada.post(f"{PAGE}{told.pk}/start/")
    send_campaigns(AT + HOUR)
    page = ada.get(f"{PAGE}{told.pk}/").content.decode()
    for link in set(re.findall(r'href="(\?[a-z_]+=[a-z_]+)"', page)):
        assert ada.get(f"{PAGE}{told.pk}/{link}").status_code == OK
    assert ada.post(f"{PAGE}{told.pk}/stop/").status_code == FOUND


def test_ben_reads_campaigns_and_runs_none(acme: Cast, ben: Client) -> None:
    no_of(acme, acme.cleo)
    told = campaign(acme)
    assert ben.get(PAGE).status_code == OK
    assert ben.get(f"{PAGE}{told.pk}/").status_code == OK
    for address in ("write/", "trial/", "start/", "stop/"):
        assert ben.post(f"{PAGE}{told.pk}/{address}", SENT | {"language": "en"}).status_code == FORBIDDEN
    assert ben.post(f"{PAGE}new/", {"about": "cause", "key": CAUSE, "name": "X"}).status_code == FORBIDDEN


def test_dan_finds_nothing(acme: Cast, dan: Client) -> None:
    no_of(acme, acme.cleo)
    told = campaign(acme)
    for address in ("", "new/", f"{told.pk}/"):
        assert dan.get(PAGE + address).status_code == NOT_FOUND
    for house in ("acme", "globex"):
        for verb in ("write/", "trial/", "start/", "stop/"):
            assert dan.post(f"/w/{house}/campaigns/{told.pk}/{verb}", SENT).status_code == NOT_FOUND
    assert "Both shoes" not in text_of(dan.get("/w/globex/campaigns/"))
    assert not Addressee.objects.exists()
