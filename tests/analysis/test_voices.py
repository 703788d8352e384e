"""Voices: queries, masking, folding, quotes and search, in several languages."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.said import AT, comment
from untilyes.analysis.voices.asking import NotUnderstood, read_query
from untilyes.analysis.voices.folding import fold
from untilyes.analysis.voices.masking import MASK, mask
from untilyes.analysis.voices.quotes import choose_quotes
from untilyes.analysis.voices.reading import count_comments, read_comments
from untilyes.analysis.voices.searching import search
from untilyes.analysis.voices.tokens import split_words
from untilyes.lake import Lake

WORDS = ("refund", "late", "label", "kind", "never")
some_words = st.lists(st.sampled_from(WORDS), max_size=8)
one_word = st.sampled_from(WORDS)


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


def test_a_search_narrows_by_team_so_that_its_yeses_stand_beside_those_of_the_others() -> None:
    said = [replace(comment(n, "late", yes=n < 3), team="North" if n < 4 else "South") for n in range(10)]
    assert search(said, None).facets["team"] == (("South", 6), ("North", 4))
    assert search(said, None, where={"team": "North"}).yes.value == 0.75


def test_a_search_narrows_by_topic_tone_sort_and_answer_and_counts_a_comment_for_each_of_its_topics() -> None:
    said = [
        replace(comment(1, "label late", yes=False), topics=("en-a", "asked-1"), tone="negative"),
        replace(comment(2, "label kind", yes=True), topics=("en-a",), tone="positive", kinds=("wish",)),
        comment(3, "zebra"),
    ]
    assert [one.id for one in search(said, None, where={"topic": "asked-1"}).comments] == ["c1"]
    assert [one.id for one in search(said, None, where={"kind": "wish"}).comments] == ["c2"]
    assert [one.id for one in search(said, None, where={"answer": "no", "tone": "negative"}).comments] == ["c1"]
    assert search(said, None).facets["topic"] == (("en-a", 2), ("", 1), ("asked-1", 1))


def test_quotes_are_central_and_never_told_twice() -> None:
    quotes = choose_quotes(["The label is late", "The label is late", "label late again", "zebra"])
    assert len(quotes) == len(set(quotes)) == 3
    assert quotes[-1] == "zebra"


TEXTS = (
    "The LATE label",
    "don’t be late",
    "ｌａｔｅ in wide letters",
    "𝗹𝗮𝘁𝗲 in bold",
    "Die Rücksendung kam nie",
    "返金が遅い",
    "nothing of it",
    "label, kind people",
    "ﬁne label",
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    lake = Lake(tmp_path_factory.mktemp("lake"))
    lake.record(
        "comments", [{"id": f"c{n}", "at": AT, "source": "review", "text": text} for n, text in enumerate(TEXTS)]
    )
    return lake


@pytest.mark.parametrize(
    "query",
    [
        "late", "lat*", "don't", '"late label"', "label OR rücksendung", "late label", "late NEAR/2 label", "NOT late",
        "label NOT kind", "返金", "(late OR kind) label", "rücksendung", "fine", "x OR NOT y",
    ],
)  # fmt: skip
def test_what_the_engine_leaves_out_never_meets_the_query(written: Lake, query: str) -> None:
    asked = read_query(query)
    everything, narrowed = read_comments(written), read_comments(written, meeting=asked)
    hits, few = search(everything, asked), search(narrowed, asked, searched=count_comments(written))
    assert [one.id for one in few.comments] == [one.id for one in hits.comments]
    assert few.share == hits.share


def test_most_of_what_cannot_meet_a_query_is_left_out(written: Lake) -> None:
    assert len(read_comments(written, meeting=read_query("zebra"))) == 4
