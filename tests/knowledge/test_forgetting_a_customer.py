"""A customer who wishes to be forgotten is forgotten in articles too, wherever their words stood."""

from tests.cases.stories import AT, DAY, HOUR, NO, ask, fresh, open_by_no, propose, say
from tests.cast import Cast
from untilyes.cases.learning import begin_article_from_case, link_article
from untilyes.cases.models import Case
from untilyes.customers.actions import forget_customer, merge_customers, welcome_customer
from untilyes.knowledge.actions import (
    Text,
    begin_article,
    edit_article,
    finish_article,
    govern_article,
    record_search,
    seed_text,
    validate_article,
)
from untilyes.knowledge.models import Article, ArticleVersion, Search
from untilyes.knowledge.queries import list_flags
from untilyes.knowledge.rules import Audience, Confidence, Governance, Place, Step
from untilyes.knowledge.searching import search_index
from untilyes.workspaces.models import AuditEntry
from untilyes.workspaces.tenancy import inside

WORDS = "My grandmother Olga waits for her left shoe. It went to Lake Street. Help me!"
ANSWER = "Weigh the box. My grandmother Olga  waits for her LEFT shoe. Then send it again."


def told(acme: Cast, words: str = WORDS) -> Case:
    """A case in which Cleo told us something about herself."""
    response = say(ask(acme, interaction_id="order-7"), NO | {"missing": words}, at=AT)
    return Case.objects.get(opened_by_response=response.pk)


def all_words() -> str:
    """Everything articles say, in every version, with every doubt, every search and the audit trail."""
    versions = ArticleVersion.objects.values_list("title", "asked_as", "body", "steps")
    flags = [flag.why for article in Article.objects.all() for flag in article.flags.all()]
    searches = list(Search.objects.values_list("words", "name"))
    return f"{list(versions)} {flags} {searches} {list(AuditEntry.objects.values_list('detail', flat=True))}"


def test_what_a_customer_said_goes_from_every_version_and_what_we_wrote_stays(acme: Cast) -> None:
    case = told(acme)
    article = begin_article_from_case(case, by=acme.ben, at=AT)
    steps = (Step("It went to Lake Street."), Step("Weigh it."))
    edit_article(article, Text("Shoe missing", ANSWER, WORDS, steps), by=acme.ben, at=AT + HOUR)
    assert "Olga" in all_words()
    forget_customer(acme.cleo, at=AT + DAY, by=acme.ada)
    assert "Olga" not in all_words()
    assert "Lake Street" not in all_words()
    first, second = ArticleVersion.objects.order_by("number")
    assert (first.title, first.asked_as) == ("Untitled", "")
    assert (second.title, second.body) == ("Shoe missing", "Weigh the box. Then send it again.")
    assert [step.text for step in second.slides] == ["", "Weigh it."]
    assert search_index("Olga", for_customers=False) == []
    assert [hit.article_id for hit in search_index("weigh the box", for_customers=False)] == [article.pk]
    (flag,) = list_flags(article)
    assert "wished to be forgotten" in flag.why


def test_an_article_whose_title_was_theirs_is_read_by_customers_only_once_it_has_another(acme: Cast) -> None:
    article = begin_article_from_case(told(acme), by=acme.ben, at=AT)
    seed = ArticleVersion.objects.get()
    edit_article(article, Text(seed.title, "Weigh the box."), by=acme.ben, at=AT)
    govern_article(article, audience=Audience.EVERYONE, governance=Governance.BY_HAND, by=acme.ada, at=AT)
    validate_article(finish_article(article, by=acme.ben, at=AT), by=acme.ada, at=AT)
    assert search_index("weigh", for_customers=True)
    forget_customer(acme.cleo, at=AT + DAY, by=acme.ada)
    assert search_index("weigh", for_customers=True) == []
    article = Article.objects.get(pk=article.pk)
    assert article.confidence == Confidence.NOT_VALIDATED
    edit_article(article, Text("Shoe missing", "Weigh the box."), by=acme.ben, at=AT + 2 * DAY)
    validate_article(article, by=acme.ada, at=AT + 2 * DAY)
    assert [hit.article_id for hit in search_index("weigh", for_customers=True)] == [article.pk]


def test_the_words_of_their_no_go_from_the_doubts_they_raised_and_never_reach_the_trail(acme: Cast) -> None:
    article = finish_article(begin_article(Text("A", "B"), by=acme.ben, at=AT), by=acme.ben, at=AT)
    case = open_by_no(acme)
    link_article(case, article, by=acme.ben, at=AT)
    say(propose(acme, fresh(case), at=AT + HOUR), NO | {"missing": "Olga still waits for it."}, at=AT + 2 * HOUR)
    (flag,) = list_flags(article)
    assert "Olga" in flag.why
    assert not AuditEntry.objects.filter(verb="flag_article", detail__icontains="Olga").exists()
    forget_customer(acme.cleo, at=AT + DAY, by=acme.ada)
    (flag,) = list_flags(article)
    assert "Olga" not in flag.why
    assert "What they wrote is gone" in flag.why


def test_what_was_searched_beside_their_case_and_by_themselves_goes(acme: Cast) -> None:
    case = told(acme)
    record_search("Olga shoe", place=Place.CASE, found=0, at=AT, about=case.ref)
    mine = record_search("grandmother Olga lost shoe", place=Place.HELP, found=0, at=AT, customer=acme.cleo)
    other = record_search("left shoe", place=Place.HELP, found=0, at=AT)
    assert mine is not None
    begin_article(seed_text(mine.words), by=acme.ben, at=AT, origin=f"search:{mine.key}")
    forget_customer(acme.cleo, at=AT + DAY, by=acme.ada)
    assert "Olga" not in all_words()
    assert list(Search.objects.all()) == [other]


def test_whoever_they_turned_out_to_be_is_forgotten_with_them(acme: Cast) -> None:
    begin_article_from_case(told(acme), by=acme.ben, at=AT)
    same = welcome_customer(email="olga@customer.example", name="Cleo too")
    merge_customers(same, acme.cleo, evidence="Same parcel", at=AT)
    forget_customer(same, at=AT + DAY, by=acme.ada)
    assert "Olga" not in all_words()


def test_articles_of_other_customers_and_of_dans_stay_as_they_are(acme: Cast) -> None:
    case = told(acme)
    begin_article_from_case(case, by=acme.ben, at=AT)
    other = begin_article(Text("Other", ANSWER, WORDS), by=acme.ben, at=AT, origin="case:0")
    with inside(acme.globex):
        theirs = begin_article(Text("Theirs", ANSWER, WORDS), by=acme.dan, at=AT, origin=case.ref)
    forget_customer(acme.cleo, at=AT + DAY, by=acme.ada)
    assert ArticleVersion.objects.get(translation__article=other).body == ANSWER
    with inside(acme.globex):
        assert ArticleVersion.objects.get(translation__article=theirs).body == ANSWER
