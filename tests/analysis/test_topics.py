"""Topics: found without chance, known again, shaped by people, on the rise or fading; in several languages."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.analysis.said import AT, comment, read_tweets
from untilyes.analysis.voices.coherence import list_telling, measure_coherence
from untilyes.analysis.voices.figures import count_figures, read_figures
from untilyes.analysis.voices.filing import Filed, Filing, file_one, match_topics, renew
from untilyes.analysis.voices.function_words import find_language
from untilyes.analysis.voices.grouping import Pattern, file_texts, find_patterns, weigh_by_class
from untilyes.analysis.voices.hearing import hear, keep_heard
from untilyes.analysis.voices.reading import Comment, read_comments
from untilyes.analysis.voices.tokens import split_words
from untilyes.analysis.voices.topics import Topics, find_topics
from untilyes.lake import Lake
from untilyes.sim import Company, simulate
from untilyes.sim.texts import write_texts

PURE = 0.9
"""Five causes are equally common: by chance one comment in five of a topic is about its commonest cause."""


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
def lake(fernweh: Company, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    lake = Lake(tmp_path_factory.mktemp("lake"), zone="Europe/Berlin")
    for name in ("comments", "answers"):
        lake.record(name, fernweh.tables[name])
    return lake


@pytest.fixture(scope="module")
def said(lake: Lake) -> list[Comment]:
    return read_comments(lake, as_named=True)


@pytest.fixture(scope="module")
def found(said: list[Comment]) -> Topics:
    return find_topics(said)


@pytest.mark.parametrize("language", ["en", "de", "es", "pt"])
def test_what_went_wrong_is_found_as_topics_in_every_language(language: str) -> None:
    causes = np.repeat(["website", "careless_drop", "no_answer", "rude", "unclear"], 120)
    texts = [
        str(text)
        for text in write_texts(np.random.default_rng(5), np.full(600, language), causes, np.full(600, "review"))
    ]
    of, _ = file_texts(texts, [one.weights for one in find_patterns(texts, topics=12)])
    most = [Counter(causes[of == topic]).most_common(1)[0][1] for topic in set(of)]
    assert sum(most) >= PURE * len(texts)


def test_every_comment_has_at_most_one_found_topic_and_few_have_none(said: list[Comment], found: Topics) -> None:
    members = [one for topic in found.topics for one in topic.members]
    assert len(members) == len(set(members))
    assert len(members) + found.about_none + sum(n for _, n in found.too_few) == len(said) == found.comments
    assert found.about_none < 0.05 * len(said)
    assert all(topic.share.n > 0 and topic.comments >= topic.customers > 0 for topic in found.topics)


def test_the_same_comments_give_the_same_topics_in_whatever_order(said: list[Comment], found: Topics) -> None:
    again = find_topics(said[::-1])
    assert [topic.name for topic in again.topics] == [topic.name for topic in found.topics]
    assert again.filed == found.filed


def test_a_topic_keeps_its_identity_when_new_comments_come(said: list[Comment], found: Topics) -> None:
    first = find_topics(said[: int(0.9 * len(said))])
    again = find_topics(said, before=first.filing.topics)
    kept = {topic.key for topic in first.topics} & {topic.key for topic in again.topics}
    assert len(kept) >= 0.7 * len(first.topics)
    assert len({topic.key for topic in again.topics}) == len(again.topics)
    before = {topic.key: topic for topic in first.topics}
    common = [set(topic.members) & set(before[topic.key].members) for topic in again.topics if topic.key in kept]
    assert sum(map(len, common)) >= 0.6 * sum(before[key].comments for key in kept)


def test_tomorrows_comment_is_filed_as_todays_was(said: list[Comment], found: Topics) -> None:
    for one in said[::50]:
        assert file_one(found.filing, one.text, one.language) == found.filed[one.id]


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
    of, _ = file_texts([*refunds, *praise], [one.weights for one in find_patterns([*refunds, *praise], topics=2)])
    assert len(set(of[:40])) == len(set(of[40:])) == 1
    assert of[0] != of[40]


LATE = Filed("en-late", "en", ("late label",), {"label": 1.0, "late": 0.8})
KIND = Filed("en-kind", "en", ("kind people",), {"kind": 1.0, "people": 0.5})
SPAET = Filed("de-spaet", "de", ("etikett",), {"etikett": 1.0})


def file(topics: tuple[Filed, ...], *texts: str, language: str = "en") -> list[tuple[str, ...]]:
    return Filing(topics).file([split_words(text) for text in texts], language)


def test_a_comment_counts_for_the_topic_its_own_was_merged_into_across_languages_and_steps() -> None:
    merged = (replace(LATE, into="en-kind"), KIND, replace(SPAET, into="en-late"))
    assert file(merged, "label late", "kind people", "zebra") == [("en-kind",), ("en-kind",), ()]
    assert file(merged, "Etikett fehlt", language="de") == [("en-kind",)]


def test_topics_merged_in_a_circle_end_somewhere() -> None:
    circle = (replace(LATE, into="en-kind"), replace(KIND, into="en-late"))
    assert file(circle, "label late") == [("en-kind",)]


def test_a_split_topics_comments_go_to_its_parts_and_none_is_lost() -> None:
    one = Filed("en-late-p1", "en", ("label",), {"label": 1.0}, part_of="en-late")
    other = Filed("en-late-p2", "en", ("late",), {"late": 1.0, "days": 2.0}, part_of="en-late")
    split = (LATE, KIND, one, other)
    assert file(split, "label", "late days", "kind") == [("en-late-p1",), ("en-late-p2",), ("en-kind",)]


def test_a_topic_asked_for_comes_beside_the_found_one_in_every_language() -> None:
    asked = Filed("asked-1", "", (), query="label NEAR/3 late OR etikett")
    assert file((LATE, KIND, asked), "label came late", "kind people") == [("en-late", "asked-1"), ("en-kind",)]
    assert file((LATE, asked), "Etikett fehlt", language="de") == [("asked-1",)]


def test_what_people_shaped_stays_as_it_is_and_the_rest_follows_the_texts() -> None:
    pattern = Pattern(("label lost",), {"label": 1.0, "lost": 0.4})
    followed = renew([LATE], {"en": [pattern]}).topics
    assert [(one.key, one.weights) for one in followed] == [("en-late", pattern.weights)]
    kept = renew([replace(LATE, is_kept=True), replace(KIND, is_kept=True)], {"en": [pattern]}).topics
    assert {one.key: one.weights for one in kept} == {"en-late": LATE.weights, "en-kind": KIND.weights}
    assert renew([KIND], {"en": [pattern]}).topics[0].key not in {"en-kind"}


def talk_of(texts_by_days: list[tuple[str, int, str]]) -> dict[str, object]:
    said = [comment(n, text, days=days, channel=channel) for n, (text, days, channel) in enumerate(texts_by_days)]
    found = find_topics(said, before=[replace(LATE, is_kept=True), replace(KIND, is_kept=True)])
    return {topic.key: topic.talk for topic in found.topics}


USUAL = [("kind people", day, "email") for day in range(100)]


def test_what_nobody_said_before_this_week_is_new_and_told_with_its_people_and_place() -> None:
    talk = talk_of([*USUAL, *[("label late", n % 7, "android_app") for n in range(14)]])["en-late"]
    assert (talk.how, talk.weeks, talk.people) == ("new", 1, 14)  # type: ignore[attr-defined]
    assert talk.sentence == "new this week, 14 customers, all by android app"  # type: ignore[attr-defined]


def test_what_is_said_as_ever_is_steady_and_what_stops_fades() -> None:
    always = talk_of([*USUAL, *[("label late", day, "email") for day in range(0, 100, 2)]])
    assert {talk.how for talk in always.values()} == {"steady"}  # type: ignore[attr-defined]
    stops = talk_of([*USUAL, *[("label late", 35 + day % 60, "email") for day in range(90)]])["en-late"]
    assert stops.how == "fading"  # type: ignore[attr-defined]
    assert "less often" in stops.sentence  # type: ignore[attr-defined]


def test_one_person_who_writes_often_makes_no_trend() -> None:
    said = [comment(n, "kind people", days=n) for n in range(100)]
    said += [replace(comment(200 + n, "label late", days=0), customer_id="p-same") for n in range(30)]
    found = find_topics(said, before=[replace(LATE, is_kept=True), replace(KIND, is_kept=True)])
    assert {topic.talk.how for topic in found.topics} == {"steady"}


@pytest.mark.slow
def test_topics_whose_words_have_nothing_to_do_with_time_hardly_ever_move() -> None:
    false = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        said = [
            comment(n, str(rng.choice(["label late", "kind people"])), days=int(day))
            for n, day in enumerate(rng.integers(0, 110, 300))
        ]
        found = find_topics(said, before=[replace(LATE, is_kept=True), replace(KIND, is_kept=True)])
        false += any(topic.talk.is_real for topic in found.topics)
    assert false <= 200 * 0.05 + 9


def test_figures_come_back_from_plain_types_as_they_were(said: list[Comment], found: Topics) -> None:
    by_id = {one.id: one for one in said}
    for topic in found.topics:
        figures = count_figures(topic, by_id)
        assert read_figures(figures.to_dict()) == figures


def test_what_is_heard_is_kept_in_the_lake_and_read_with_the_comments(lake: Lake, said: list[Comment]) -> None:
    heard = hear(said[-300:], likely=["en", "de", "es", "pt"])
    assert keep_heard(lake, heard) == 300
    read = {one.id: one for one in read_comments(lake)}
    assert all(read[one.id] == one for one in heard.comments)
    assert not read[said[0].id].topics


def test_who_is_erased_leaves_what_was_heard_too_even_while_it_is_being_heard(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    facts = [
        {"id": f"c{n}", "at": AT, "source": "survey", "customer_id": f"p{n}", "text": f"late {n}", "language": "en"}
        for n in range(3)
    ]
    lake.record("comments", facts)
    heard = hear(read_comments(lake, as_named=True))
    keep_heard(lake, heard)
    assert lake.erase(["p0"])["heard"] == 1
    keep_heard(lake, heard)
    ids = {row["id"] for row in lake.fetch(lambda: lake.read("heard")).to_pylist()}
    assert ids == {"c1", "c2"}


@pytest.mark.slow
def test_topics_of_complaints_to_airlines_agree_with_reasons_given_by_hand(shared_data: Path) -> None:
    from sklearn.metrics import normalized_mutual_info_score as agreement

    told = [row for row in read_tweets(shared_data) if row["negativereason"] not in {"", "Can't Tell"}]
    texts, reasons = [row["text"] for row in told], [row["negativereason"] for row in told]
    patterns = find_patterns(texts)
    of, _ = file_texts(texts, [one.weights for one in patterns])
    most = [Counter(r for r, k in zip(reasons, of, strict=True) if k == topic).most_common(1) for topic in set(of)]
    assert agreement(reasons, of) >= 0.15
    assert sum(top[0][1] for top in most) / len(told) >= 0.5
    assert (of < 0).mean() < 0.02
    assert max(np.bincount(of[of >= 0])) < 0.3 * len(told)
    assert measure_coherence(list_telling(texts, of), texts) > 0
