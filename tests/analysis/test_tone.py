"""Tone, language and kind of comments: learned and measured honestly, said where they are not known."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.analysis.said import comment, read_reviews, read_tweets
from untilyes.analysis.voices.hearing import hear_tones
from untilyes.analysis.voices.kinds import tell_kinds
from untilyes.analysis.voices.languages import tell_languages
from untilyes.analysis.voices.lexicon import tell_by_list
from untilyes.analysis.voices.mentions import Listed, find_mentions, suggest_names
from untilyes.analysis.voices.sentiment import learn_sentiment, measure_f1, move_lines
from untilyes.analysis.voices.tokens import split_words


def letters(n: int) -> str:
    return f"{chr(97 + n % 26)}{chr(97 + n // 26)}"


GOOD = [f"entrega rápida e produto ótimo, recomendo loja {letters(n)}" for n in range(150)]
BAD = [f"não recebi o produto, péssima loja {letters(n)}" for n in range(150)]


def test_how_a_comment_sounds_is_learned_from_answers_in_portuguese_and_measured_on_others() -> None:
    learned = learn_sentiment([*GOOD, *BAD], ["yes"] * 150 + ["no"] * 150)
    assert learned is not None
    assert learned.tell(["péssima, não recebi", "ótimo, recomendo"]) == ["no", "yes"]
    assert learned.quality.n == 300
    assert learned.quality.macro_f1.value == pytest.approx(1.0)
    assert learned.quality.learned_something
    assert sum(right.n for _, right in learned.quality.bins) == 300
    again = learn_sentiment([*GOOD, *BAD], ["yes"] * 150 + ["no"] * 150)
    assert again is not None
    assert again.quality == learned.quality
    assert np.array_equal(again.weigh(GOOD), learned.weigh(GOOD))


def test_answers_that_have_nothing_to_do_with_the_words_teach_nothing_and_are_not_used() -> None:
    rng = np.random.default_rng(3)
    words = ["late", "kind", "label", "price", "call", "form", "slow", "box"]
    texts = [" ".join(rng.choice(words, 6)) for _ in range(600)]
    labels = [str(one) for one in rng.choice(["yes", "no"], 600)]
    learned = learn_sentiment(texts, labels)
    assert learned is not None
    assert learned.quality.accuracy.low is not None
    assert learned.quality.accuracy.low < 0.5 < (learned.quality.accuracy.high or 0)
    said = [comment(n, text, yes=label == "yes") for n, (text, label) in enumerate(zip(texts, labels, strict=True))]
    if not learned.quality.learned_something:
        assert hear_tones(said)[0][0].by == "list"


def test_a_comment_that_taught_is_told_by_what_was_learned_without_it() -> None:
    odd = "zwölfmal grün quer vorbei"
    learned = learn_sentiment([*GOOD, *BAD, odd], ["yes"] * 150 + ["no"] * 150 + ["no"])
    assert learned is not None
    without = learn_sentiment([*GOOD, *BAD], ["yes"] * 150 + ["no"] * 150)
    assert without is not None
    assert learned.apart[-1] in without.classes
    assert len(learned.apart) == 301


def test_without_two_kinds_of_answers_there_is_nothing_to_learn_from() -> None:
    assert learn_sentiment(["good"] * 60, ["yes"] * 60) is None
    assert learn_sentiment([], []) is None
    assert learn_sentiment(["good"] * 60 + ["bad"] * 60, ["yes"] * 60 + ["no"] * 60) is None


def test_lines_are_moved_only_where_that_tells_better() -> None:
    distances = np.array([[1.0, -1, -1], [-1, 1, -1], [-1, -1, 1]] * 10)
    labels, classes = np.array(["a", "b", "c"] * 10), np.array(["a", "b", "c"])
    assert move_lines(distances, labels, classes).tolist() == [0, 0, 0]
    shifted = distances - np.array([0, 2.1, 0])
    assert move_lines(shifted, labels, classes)[1] > 0


def test_english_without_answers_is_told_by_the_list_and_other_languages_not_at_all() -> None:
    said = [comment(1, "VADER is smart, handsome, and funny."), comment(2, "Wunderbar!", language="de")]
    tones, told = hear_tones(said)
    assert {tone.language: tone.by for tone in tones} == {"en": "list", "de": ""}
    assert told == ["positive", ""]


def test_the_list_agrees_with_its_publishers_examples() -> None:
    assert tell_by_list(["VADER is smart, handsome, and funny.", "VADER is not smart, handsome, nor funny."]) == [
        "positive",
        "negative",
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Die Lieferzeitüberschreitung war nicht angekündigt"),
        ("pt", "Ainda não recebi o reembolso da devolução"),
        ("es", "Todavía no ha llegado mi pedido y nadie contesta"),
        ("fr", "Je n'ai toujours pas reçu ma commande"),
        ("ja", "返金がまだ届いていません"),
        ("zh", "退款到现在还没有收到"),
        ("ko", "환불이 아직 안 됐어요"),
        ("en", "I am still waiting for the refund"),
        ("nl", "Ik wacht nog steeds op mijn terugbetaling"),
    ],
)
def test_languages_are_told_by_the_text_alone(language: str, text: str) -> None:
    assert tell_languages([text], [""], likely=["en", "de"]) == [language]


def test_what_is_too_short_to_tell_is_unknown_unless_its_source_named_it() -> None:
    assert tell_languages(["ok", "ok", "👍", "Top!"], ["", "pt-BR", "de", ""]) == ["", "pt", "de", ""]


def test_a_text_plainly_in_another_language_overrules_its_source() -> None:
    assert tell_languages(["Die Rücksendung ist immer noch nicht angekommen"], ["en"], likely=["en", "de"]) == ["de"]


def test_words_survive_compounds_accents_apostrophes_and_scripts_without_spaces() -> None:
    assert split_words("Rücksendeetikett-Bestellung fehlt") == ["rücksendeetikett", "bestellung", "fehlt"]
    assert split_words("Não recebi à tempo, d’água") == ["não", "recebi", "à", "tempo", "d'água"]
    assert split_words("退款太慢") == ["退款", "款太", "太慢"]
    assert split_words("ยังไม่ได้")[0] == "ยั"


@pytest.mark.parametrize(
    ("kinds", "language", "text"),
    [
        (("wish",), "en", "I wish the store opened earlier"),
        (("wish",), "de", "Es wäre schön, wenn man die Größe tauschen könnte"),
        (("wish",), "pt", "Gostaria que a entrega fosse mais rápida"),
        (("wish",), "es", "Sería bueno poder cambiar la talla"),
        (("question",), "en", "@shop how do I change my address?"),
        (("question",), "de", "Guten Tag, wann kommt mein Geld zurück?"),
        (("question",), "pt", "Quando chega o meu pedido?"),
        (("question",), "ja", "いつ届きますか？"),
        (("leaving",), "en", "Never again."),
        (("leaving",), "de", "Ich bestelle hier nie wieder"),
        ((), "en", "Really?!"),
        ((), "en", "All good, thank you"),
        ((), "de", "I wish the store opened earlier"),
    ],
)
def test_wishes_questions_and_plans_to_leave_are_told_apart(kinds: tuple[str, ...], language: str, text: str) -> None:
    assert tell_kinds(text, language) == kinds


def test_listed_names_are_found_under_every_spelling_and_whole() -> None:
    said = [comment(1, "Alpin-Shop was cheaper"), comment(2, "@alpinshop answers"), comment(3, "alpinism")]
    found = find_mentions(said, [Listed("Alpin Shop", ("alpinshop",))])
    assert [one.id for one in found["Alpin Shop"]] == ["c1", "c2"]


def test_names_beside_words_of_comparison_are_suggested_when_five_people_wrote_them() -> None:
    said = [comment(n, "cheaper than Bergzeit, and better than Everything") for n in range(5)]
    said += [comment(10 + n, "everything is late") for n in range(9)] + [comment(30, "better than Kim")]
    assert [(one.name, one.writers) for one in suggest_names(said)] == [("Bergzeit", 5)]
    assert suggest_names(said, known=["bergzeit"]) == ()


@pytest.mark.slow
def test_the_tone_of_tweets_is_told_as_well_as_the_method_promises(shared_data: Path) -> None:
    rows = [row for row in read_tweets(shared_data) if row["airline_sentiment"] in {"positive", "neutral", "negative"}]
    true = np.array([row["airline_sentiment"] for row in rows])
    learned = learn_sentiment([row["text"] for row in rows], true.tolist())
    assert learned is not None
    quality = learned.quality
    assert (quality.accuracy.value or 0) >= 0.82
    assert (quality.macro_f1.value or 0) >= 0.77
    assert quality.brier < 0.5 * quality.brier_by_share
    assert all(abs(chance - (right.value or 0)) <= 0.05 for chance, right in quality.bins)
    listed = np.array(tell_by_list([row["text"] for row in rows]))
    assert (listed == true).mean() < (quality.accuracy.low or 0)


@pytest.mark.slow
def test_the_tone_of_portuguese_reviews_is_learned_from_their_scores(shared_data: Path) -> None:
    rows = [row for row in read_reviews(shared_data) if row["review_comment_message"].strip()]
    labels = ["negative" if row["review_score"] in "12" else "positive" for row in rows if row["review_score"] != "3"]
    learned = learn_sentiment([row["review_comment_message"] for row in rows if row["review_score"] != "3"], labels)
    assert learned is not None
    commonest = Counter(labels).most_common(1)[0][1] / len(labels)
    assert (learned.quality.accuracy.low or 0) > commonest + 0.15
    assert (learned.quality.macro_f1.low or 0) > 0.8


def test_macro_f1_is_the_mean_over_classes() -> None:
    actual = np.array([[1.0, 0], [1, 0], [0, 1]])
    assert measure_f1(actual, actual) == 1.0
    assert measure_f1(actual, np.array([[1.0, 0], [1, 0], [1, 0]])) == pytest.approx(0.4)
