"""Voices: queries, masking, folding, topics and sentiment, in several languages and on real tweets."""

import csv
import gzip
import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from untilyes.analysis.voices.asking import NotUnderstood, read_query
from untilyes.analysis.voices.folding import fold
from untilyes.analysis.voices.function_words import find_language
from untilyes.analysis.voices.masking import MASK, mask
from untilyes.analysis.voices.quotes import choose_quotes
from untilyes.analysis.voices.reading import Comment, read_comments
from untilyes.analysis.voices.searching import search
from untilyes.analysis.voices.sentiment import learn_sentiment
from untilyes.analysis.voices.tokens import split_words
from untilyes.analysis.voices.topics import (
    find_topics,
    group_texts,
    match_topics,
    measure_coherence,
    weigh_by_class,
)
from untilyes.lake import Lake
from untilyes.sim import Company, simulate
from untilyes.sim.texts import write_texts

PURE = 0.9
"""Five causes are equally common: by chance one comment in five of a topic is about its commonest cause."""
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
WORDS = ("refund", "late", "label", "kind", "never")
some_words = st.lists(st.sampled_from(WORDS), max_size=8)
one_word = st.sampled_from(WORDS)


def comment(number: int, text: str, *, language: str = "en", yes: bool | None = None, days: int = 0) -> Comment:
    """A comment of a customer of their own, so many days before AT."""
    at = AT - timedelta(days=days)
    return Comment(f"c{number}", at, text, language, f"p{number}", "refund", "email", "survey", yes)


def meets(query: str, text: str) -> bool:
    return read_query(query).matches(split_words(text))


@given(some_words, one_word, one_word)
def test_and_or_and_not_keep_the_laws_of_de_morgan(words: list[str], a: str, b: str) -> None:
    said = " ".join(words)
    assert meets(f"NOT ({a} AND {b})", said) == meets(f"(NOT {a}) OR NOT {b}", said)
    assert meets(f"NOT ({a} OR {b})", said) == meets(f"NOT {a} NOT {b}", said)
    assert meets(f"NOT NOT {a}", said) == meets(a, said) == (a in words)


@given(some_words, one_word, one_word, st.integers(0, 6))
def test_near_is_the_same_from_both_sides_and_further_reaches_more(
    words: list[str], a: str, b: str, within: int
) -> None:
    said = " ".join(words)
    assert meets(f"{a} NEAR/{within} {b}", said) == meets(f"{b} NEAR/{within} {a}", said)
    assert meets(f"{a} NEAR/{within} {b}", said) <= meets(f"{a} NEAR/{within + 1} {b}", said)
    assert meets(f"{a} NEAR/{within} {b}", said) <= meets(f"{a} AND {b}", said)


@given(st.text(alphabet='ab "()*/5ANDORTNE', max_size=40))
def test_any_query_is_understood_or_refused_in_words(text: str) -> None:
    told = ""
    try:
        read_query(text).matches(["a", "b"])
    except NotUnderstood as problem:
        told = str(problem)
    assert told == "" or told.endswith(".")


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("refund late", "The refund is late", True),
        ("refund OR late AND kind", "refund", True),
        ('"never came"', "It never really came", False),
        ('"never came"', "It NEVER came!", True),
        ("delivery NEAR/1 late", "delivery was late", True),
        ("delivery NEAR/0 late", "delivery was late", False),
        ("retour*", "Retourenschein fehlt", True),
        ("rücksendung", "Die Rücksendung fehlt", True),
        ("reembolso NOT atrasado", "o reembolso chegou atrasado", False),
        ("返金", "返金が遅い", True),
    ],
)
def test_queries_find_what_they_say(query: str, text: str, found: bool) -> None:
    assert meets(query, text) is found


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("(late", "never closed"),
        ("late)", "never opened"),
        ('"late', "never closed"),
        ("late AND", "ends where a word was expected"),
        ("late NEAR/3", "ends where a word was expected"),
        ("OR late", "missing before OR"),
        ("a NEAR b NEAR c", "NEAR stands between two"),
        ("a NEAR/99 b", "at most 50"),
        ("!!", "no word to look for"),
        ("", "no word to look for"),
        ("(" * 200 + "a", "Too many"),
    ],
)
def test_what_cannot_be_read_says_why(query: str, told: str) -> None:
    with pytest.raises(NotUnderstood, match=told):
        read_query(query)


@pytest.mark.parametrize(
    "secret",
    [
        "kim.lee+x@example.org",
        "+44 20 7946 0958",
        "(030) 1234 5678",
        "0171-2345678",
        "4111 1111 1111 1111",
        "DE 12345678",
    ],
)
def test_addresses_and_numbers_are_covered_and_words_stay(secret: str) -> None:
    covered = mask(f"Write to {secret}, 3 days late since 2026")
    assert MASK in covered
    assert not set(secret.split("@")) & set(covered.split())
    assert sum(one.isdigit() for one in covered) == len("32026")
    assert covered.endswith("3 days late since 2026")


def test_texts_that_differ_in_numbers_case_and_addresses_say_the_same() -> None:
    assert fold("Order 12 is LATE, kim@a.example") == fold("order 4711 is late: ann@b.example!")
    assert fold("order is late") != fold("order was late")


def test_a_search_counts_its_facets_and_tells_the_newest_first() -> None:
    said = [comment(n, f"the refund is late {n}", yes=n % 4 == 0, days=n) for n in range(8)]
    said.append(comment(9, "zu spät", language="de"))
    hits = search(said, read_query("refund"), where={"language": "en"})
    assert [one.id for one in hits.comments] == [f"c{n}" for n in range(8)]
    assert (hits.customers, hits.distinct, hits.searched) == (8, 1, 9)
    assert (hits.share.value, hits.share.n) == (1.0, 8)
    assert (hits.yes.value, hits.yes.n) == (0.25, 8)
    assert search(said, None, where={"language": "de"}).facets["language"] == (("en", 8), ("de", 1))


def test_class_based_weights_are_those_of_the_formula() -> None:
    told = weigh_by_class(np.array([[2.0, 1, 0], [0, 1, 3]]))
    average, totals = 3.5, np.array([2, 2, 3])
    assert told == pytest.approx(np.array([[2 / 3, 1 / 3, 0], [0, 1 / 4, 3 / 4]]) * np.log(1 + average / totals))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "o produto não chegou e ainda estou à espera"),
        ("de", "die Lieferung kam nicht und wir warten noch"),
        ("es", "el paquete no llegó y sigo sin respuesta de la tienda"),
        ("en", "the parcel did not come and we are waiting"),
        ("", "返金が遅い 返金が遅い"),
    ],
)
def test_function_words_tell_the_language(language: str, text: str) -> None:
    assert find_language([split_words(text)]) == language


@pytest.fixture(scope="module")
def fernweh() -> Company:
    return simulate(until=AT, customers=1500)


@pytest.fixture(scope="module")
def said(fernweh: Company, tmp_path_factory: pytest.TempPathFactory) -> list[Comment]:
    lake = Lake(tmp_path_factory.mktemp("lake"), zone="Europe/Berlin")
    for name in ("comments", "answers"):
        lake.record(name, fernweh.tables[name])
    return read_comments(lake)


@pytest.mark.parametrize("language", ["en", "de", "es", "pt"])
def test_what_went_wrong_is_found_as_topics_in_every_language(language: str) -> None:
    causes = np.repeat(["website", "careless_drop", "no_answer", "rude", "unclear"], 120)
    texts = write_texts(np.random.default_rng(5), np.full(600, language), causes, np.full(600, "review"))
    parts = group_texts([str(text) for text in texts], topics=12)
    most = [Counter(causes[parts.of == topic]).most_common(1)[0][1] for topic in set(parts.of)]
    assert sum(most) >= PURE * len(texts)


def test_every_comment_has_at_most_one_topic_and_few_have_none(said: list[Comment]) -> None:
    found = find_topics(said)
    members = [one for topic in found.topics for one in topic.members]
    assert len(members) == len(set(members))
    assert len(members) + found.about_none + sum(n for _, n in found.too_few) == len(said) == found.comments
    assert found.about_none < 0.05 * len(said)
    assert all(topic.share.n > 0 and topic.comments >= topic.customers > 0 for topic in found.topics)


def test_the_same_comments_give_the_same_topics_in_whatever_order(said: list[Comment]) -> None:
    assert find_topics(said).topics == find_topics(list(said)).topics
    names = [topic.name for topic in find_topics(said).topics]
    assert [topic.name for topic in find_topics(said[::-1]).topics] == names


def test_a_topic_keeps_its_identity_when_new_comments_come(said: list[Comment]) -> None:
    first = find_topics(said[: int(0.9 * len(said))])
    again = find_topics(said, before=first.topics)
    kept = {topic.key for topic in first.topics} & {topic.key for topic in again.topics}
    assert len(kept) >= 0.7 * len(first.topics)
    assert len({topic.key for topic in again.topics}) == len(again.topics)
    before = {topic.key: topic for topic in first.topics}
    common = [set(topic.members) & set(before[topic.key].members) for topic in again.topics if topic.key in kept]
    assert sum(map(len, common)) >= 0.6 * sum(before[key].comments for key in kept)


def test_topics_are_matched_one_to_one_and_strangers_to_none() -> None:
    old = [{"late": 1.0, "days": 0.5}, {"rude": 1.0}]
    new = [{"price": 1.0}, {"late": 0.9, "days": 0.6}, {"late": 0.4, "label": 1.0}]
    assert match_topics(old, new) == [None, 0, None]
    assert match_topics([], new) == [None, None, None]


def test_few_texts_make_no_topics_and_it_is_said() -> None:
    found = find_topics([comment(n, "the label is late") for n in range(100)])
    assert (found.topics, found.too_few) == ((), (("en", 100),))
    assert find_topics([]).topics == ()


def test_japanese_is_grouped_without_a_dictionary() -> None:
    refunds = [f"返金がとても遅いです。{chr(0x4E00 + n)}{chr(0x4F00 + n)}" for n in range(40)]
    praise = [f"対応が親切でした。{chr(0x5000 + n)}{chr(0x5100 + n)}" for n in range(40)]
    parts = group_texts([*refunds, *praise], topics=2)
    assert len(set(parts.of[:40])) == len(set(parts.of[40:])) == 1
    assert parts.of[0] != parts.of[40]


def test_quotes_are_central_and_never_told_twice() -> None:
    quotes = choose_quotes(["The label is late", "The label is late", "label late again", "zebra"])
    assert len(quotes) == len(set(quotes)) == 3
    assert quotes[-1] == "zebra"


def test_how_a_comment_sounds_is_learned_from_answers_in_portuguese_and_measured_on_others() -> None:
    good = [f"entrega rápida e produto ótimo, recomendo loja {chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(150)]
    bad = [f"não recebi o produto, péssima loja {chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(150)]
    learned = learn_sentiment([*good, *bad], ["yes"] * 150 + ["no"] * 150)
    assert learned is not None
    assert learned.tell(["péssima, não recebi", "ótimo, recomendo"]) == ["no", "yes"]
    assert learned.quality.n < 100
    assert learned.quality.macro_f1.value == pytest.approx(1.0)
    assert learned.quality.learned_something
    again = learn_sentiment([*good, *bad], ["yes"] * 150 + ["no"] * 150)
    assert again is not None
    assert again.quality == learned.quality
    assert np.array_equal(again.weigh(good), learned.weigh(good))


def test_answers_that_have_nothing_to_do_with_the_words_teach_nothing() -> None:
    rng = np.random.default_rng(3)
    texts = [
        " ".join(rng.choice(["late", "kind", "label", "price", "call", "form", "slow", "box"], 6)) for _ in range(600)
    ]
    learned = learn_sentiment(texts, [str(one) for one in rng.choice(["yes", "no"], 600)])
    assert learned is not None
    assert learned.quality.accuracy.low is not None
    assert learned.quality.accuracy.low < 0.5 < (learned.quality.accuracy.high or 0)


def test_without_two_kinds_of_answers_there_is_nothing_to_learn_from() -> None:
    assert learn_sentiment(["good"] * 60, ["yes"] * 60) is None
    assert learn_sentiment([], []) is None


def read_tweets(folder: Path) -> list[dict[str, str]]:
    raw = gzip.decompress((folder / "twitter_airline" / "Tweets.csv.gz").read_bytes()).decode("utf-8", "replace")
    return list(csv.DictReader(io.StringIO(raw)))


@pytest.mark.slow
def test_topics_of_complaints_to_airlines_agree_with_reasons_given_by_hand(shared_data: Path) -> None:
    from sklearn.metrics import normalized_mutual_info_score as agreement

    told = [row for row in read_tweets(shared_data) if row["negativereason"] not in {"", "Can't Tell"}]
    parts = group_texts([row["text"] for row in told])
    reasons = [row["negativereason"] for row in told]
    most = [
        Counter(r for r, of in zip(reasons, parts.of, strict=True) if of == k).most_common(1) for k in set(parts.of)
    ]
    assert agreement(reasons, parts.of) >= 0.15
    assert sum(top[0][1] for top in most) / len(told) >= 0.45
    assert (parts.of < 0).mean() < 0.02
    assert max(np.bincount(parts.of[parts.of >= 0])) < 0.3 * len(told)
    assert measure_coherence([list(one)[:10] for one in parts.weights], [row["text"] for row in told]) > 0


@pytest.mark.slow
def test_the_tone_of_tweets_is_told_as_well_as_the_method_promises(shared_data: Path) -> None:
    rows = [row for row in read_tweets(shared_data) if row["airline_sentiment"] in {"positive", "neutral", "negative"}]
    learned = learn_sentiment([row["text"] for row in rows], [row["airline_sentiment"] for row in rows])
    assert learned is not None
    quality = learned.quality
    assert (quality.accuracy.value or 0) >= 0.81
    assert (quality.macro_f1.value or 0) >= 0.75
    assert quality.brier < 0.6 * quality.brier_by_share
