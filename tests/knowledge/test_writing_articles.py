"""Articles: written by whoever serves, valid by whoever answers for it, every wording kept."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast
from untilyes.knowledge.access import get_article, get_public_article
from untilyes.knowledge.actions import (
    Text,
    archive_article,
    begin_article,
    edit_article,
    finish_article,
    flag_article,
    govern_article,
    restore_version,
    revive_article,
    seed_text,
    settle_flags,
    validate_article,
    withdraw_article,
)
from untilyes.knowledge.models import Article, ArticleVersion, VersionNeverChanges
from untilyes.knowledge.queries import (
    Pile,
    compare_versions,
    count_piles,
    find_public,
    get_wording,
    list_articles,
    list_flags,
    list_versions,
)
from untilyes.knowledge.rules import Audience, Confidence, Governance, NotUsable, NotWritable, Step
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.models import AuditEntry, Member
from untilyes.workspaces.tenancy import NotFound, inside

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ANSWER = Text("When does my refund arrive?", "Five working days.\nOn the way you paid.")


def fresh(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


def read_by_customers(article: Article) -> str:
    """The English text customers read; nothing where there is none."""
    version = find_public(article, "en")
    return version.body if version else ""


def publish(acme: Cast, article: Article, *, by: Member | None = None) -> Article:
    """Ada lets everyone read it."""
    ada = by or acme.ada
    govern_article(article, audience=Audience.EVERYONE, governance=Governance.BY_USE, by=ada, at=AT)
    return validate_article(article, by=ada, at=AT)


def test_an_article_begins_as_work_in_progress_for_the_team_with_a_day_to_look_again(acme: Cast) -> None:
    article = begin_article(ANSWER, by=acme.ben, at=AT)
    assert (article.number, article.confidence, article.audience) == (1, Confidence.IN_PROGRESS, Audience.TEAM)
    assert article.review_on == (AT + timedelta(days=180)).date()
    assert begin_article(ANSWER, by=acme.ben, at=AT).number == 2


def test_an_agent_writes_and_a_manager_validates(acme: Cast, vera: Member) -> None:
    article = finish_article(begin_article(ANSWER, by=acme.ben, at=AT), by=acme.ben, at=AT)
    assert article.confidence == Confidence.NOT_VALIDATED
    for deed in (
        lambda: validate_article(article, by=acme.ben, at=AT),
        lambda: withdraw_article(article, by=acme.ben, at=AT),
        lambda: archive_article(article, why="old", by=acme.ben, at=AT),
        lambda: publish(acme, article, by=acme.ben),
        lambda: begin_article(ANSWER, by=vera, at=AT),
        lambda: edit_article(article, ANSWER, by=vera, at=AT),
    ):
        with pytest.raises(NotAllowed):
            deed()
    assert validate_article(article, by=acme.ada, at=AT).confidence == Confidence.VALIDATED
    assert [entry.verb for entry in AuditEntry.objects.filter(about=article.ref).order_by("pk")] == [
        "begin_article",
        "finish_article",
        "validate_article",
    ]


def test_customers_read_what_was_validated_while_an_agents_change_waits(acme: Cast) -> None:
    article = publish(acme, begin_article(ANSWER, by=acme.ben, at=AT))
    edit_article(article, Text(ANSWER.title, "Ten days."), by=acme.ben, at=AT + DAY)
    assert fresh(article).confidence == Confidence.NOT_VALIDATED
    assert read_by_customers(article).startswith("Five")
    assert get_public_article(1) == article
    validate_article(fresh(article), by=acme.ada, at=AT + 2 * DAY)
    assert read_by_customers(article) == "Ten days."
    edit_article(fresh(article), Text(ANSWER.title, "Nine days."), by=acme.ada, at=AT + 3 * DAY)
    assert read_by_customers(article) == "Nine days."
    assert fresh(article).published_at == AT


def test_nobody_outside_reads_what_is_for_the_team_not_valid_withdrawn_or_archived(acme: Cast) -> None:
    article = begin_article(ANSWER, by=acme.ben, at=AT)
    validate_article(article, by=acme.ada, at=AT)
    with pytest.raises(NotFound):
        get_public_article(1)
    publish(acme, article)
    assert get_public_article(1)
    withdraw_article(fresh(article), by=acme.ada, at=AT)
    with pytest.raises(NotFound):
        get_public_article(1)
    validate_article(fresh(article), by=acme.ada, at=AT)
    archive_article(fresh(article), why="We pay at once.", by=acme.ada, at=AT)
    with pytest.raises(NotFound):
        get_public_article(1)


def test_an_article_without_an_answer_cannot_be_relied_on(acme: Cast) -> None:
    article = begin_article(seed_text("Where is my money? I wait since May."), by=acme.ben, at=AT)
    for deed in (finish_article, validate_article):
        with pytest.raises(NotUsable, match="Write the answer first"):
            deed(article, by=acme.ada, at=AT)
    edit_article(article, Text("Steps are an answer too", steps=(Step("Open the box."),)), by=acme.ben, at=AT)
    assert finish_article(article, by=acme.ben, at=AT).confidence == Confidence.NOT_VALIDATED


def test_an_article_grows_from_the_customers_words_without_what_tells_who_they_are(acme: Cast) -> None:
    text = seed_text("Where is my money? Write to cleo@customer.example or +44 20 7946 0958. Order 12345678.")
    assert text.title == "Where is my money? Write to ••• or •••"
    assert "cleo" not in text.asked_as
    assert "Order •••" in text.asked_as
    assert len(seed_text("word " * 200).title) <= 160


def test_every_wording_is_kept_compared_and_brought_back(acme: Cast) -> None:
    article = begin_article(ANSWER, by=acme.ben, at=AT)
    edit_article(article, Text(ANSWER.title, "Ten working days.\nOn the way you paid."), by=acme.ben, at=AT + DAY)
    edit_article(article, Text(ANSWER.title, "Ten working days.\nOn the way you paid."), by=acme.ben, at=AT + DAY)
    second, first = list_versions(article, "en")
    assert [(line.sign, line.text) for line in compare_versions(first, second)] == [
        ("", ANSWER.title),
        ("−", "Five working days."),
        ("+", "Ten working days."),
        ("", "On the way you paid."),
    ]
    restored = restore_version(first, by=acme.ben, at=AT + 2 * DAY)
    assert (restored.number, restored.restores, restored.body) == (3, 1, ANSWER.body)
    assert get_wording(article) == restored
    assert restore_version(first, by=acme.ben, at=AT + 3 * DAY) == restored


def test_a_version_never_changes(acme: Cast) -> None:
    version = get_wording(begin_article(ANSWER, by=acme.ben, at=AT))
    version.title = "Something else"
    with pytest.raises(VersionNeverChanges):
        version.save()


def test_an_article_speaks_the_languages_of_the_house(acme: Cast) -> None:
    article = begin_article(ANSWER, by=acme.ben, at=AT)
    edit_article(article, Text("Wann ist mein Geld da?", "Fünf Werktage."), by=acme.ben, at=AT, language="de")
    assert get_wording(article, "de").title == "Wann ist mein Geld da?"
    assert get_wording(article, "pt").title == ANSWER.title
    with pytest.raises(NotWritable, match="'fr'"):
        edit_article(article, Text("Quand?", "Cinq jours."), by=acme.ben, at=AT, language="fr")


def test_archiving_keeps_everything_and_can_be_undone(acme: Cast) -> None:
    article = publish(acme, begin_article(ANSWER, by=acme.ben, at=AT))
    with pytest.raises(NotUsable, match="Say why"):
        archive_article(article, why=" ", by=acme.ada, at=AT)
    archive_article(article, why="We pay at once.", by=acme.ada, at=AT)
    with pytest.raises(NotUsable, match="archived"):
        edit_article(article, Text("New", "text"), by=acme.ada, at=AT)
    assert [row.number for row in list_articles(Pile.ARCHIVED, today=AT.date())] == [1]
    assert list_articles(today=AT.date()) == []
    revived = revive_article(article, by=acme.ada, at=AT)
    assert (revived.confidence, find_public(revived, "en")) == (Confidence.NOT_VALIDATED, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(archived_at=AT)


def test_a_doubt_stands_until_it_is_settled(acme: Cast) -> None:
    article = begin_article(ANSWER, by=acme.ben, at=AT)
    flag_article(article, "It says five, it takes ten.", by=acme.ben, at=AT)
    flag_article(article, "It says five, it takes ten.", by=acme.ben, at=AT)
    assert count_piles(today=AT.date())[Pile.FLAGGED] == 1
    assert len(list_flags(article, open_only=True)) == 1
    with pytest.raises(NotUsable):
        settle_flags(article, "", by=acme.ben, at=AT)
    assert settle_flags(article, "Ten it is now.", by=acme.ben, at=AT) == 1
    assert count_piles(today=AT.date())[Pile.FLAGGED] == 0
    assert list_flags(article)[0].settled_how == "Ten it is now."


def test_what_is_to_be_looked_through_again_is_listed_on_its_day(acme: Cast) -> None:
    article = begin_article(ANSWER, by=acme.ben, at=AT)
    due = article.review_on
    assert due is not None
    assert count_piles(today=due - DAY)[Pile.REVIEW] == 0
    assert [row.number for row in list_articles(Pile.REVIEW, today=due)] == [1]
    validate_article(article, by=acme.ada, at=AT + 200 * DAY)
    assert count_piles(today=due)[Pile.REVIEW] == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (Text("  ", "x"), "title"),
        (Text("t" * 161, "x"), "160"),
        (Text("t", "x" * 40_001), "40,000"),
        (Text("t", "x", "q" * 1001), "1,000"),
        (Text("t", steps=tuple(Step("s") for _ in range(31))), "30 steps"),
        (Text("t", steps=(Step("s" * 2001),)), "2,000"),
    ],
    ids=["no title", "long title", "long text", "long question", "many steps", "long step"],
)
def test_what_cannot_be_an_article_is_refused_with_what_would(acme: Cast, text: Text, told: str) -> None:
    with pytest.raises(NotWritable, match=told):
        begin_article(text, by=acme.ben, at=AT)
    assert not Article.objects.exists()


def test_dan_finds_nothing(acme: Cast) -> None:
    begin_article(ANSWER, by=acme.ben, at=AT)
    with pytest.raises(NotFound):
        get_article(1, seen_by=acme.dan)
    with inside(acme.globex):
        assert list_articles(today=AT.date()) == []
        assert not ArticleVersion.objects.exists()
        with pytest.raises(NotFound):
            get_article(1, seen_by=acme.dan)
        with pytest.raises(NotFound):
            get_public_article(1)
