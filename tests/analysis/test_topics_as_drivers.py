"""Topics of the comments beside answers: which go with a no among those who wrote, and which with nothing."""

from datetime import date, timedelta

import numpy as np
import pytest

from tests.analysis.said import AT
from untilyes.analysis.drivers import Matters, Source, read_drivers, read_what_matters
from untilyes.analysis.findings import Finding, Kind, Tone, judge
from untilyes.analysis.findings.drivers import examine_drivers
from untilyes.analysis.findings.money import count_money
from untilyes.analysis.findings.people import who_wrote_of
from untilyes.lake import Lake

UNTIL: date = (AT + timedelta(days=30)).date()
SHARES = {"en-late": 0.3, "en-kind": 0.2, "en-map": 0.2, "asked-1": 0.1}
NAMES = {"en-late": "late, parcel late", "en-kind": "kind", "asked-1": "Nobody called"}


def pour(lake: Lake, *, cost: float = 0.4, size: int = 3_000, everybody_writes_of_one: bool = False) -> list[str]:
    """Answers with a comment each but one in four; a yes is rarer by `cost` for who writes of what is late."""
    rng = np.random.default_rng(4)
    answers, heard, late = [], [], []
    for number in range(size):
        fact = {"at": AT - timedelta(hours=number % 200), "source": "survey", "response_id": f"r{number}",
                "customer_id": f"c{number}"}  # fmt: skip
        found = [topic for topic, share in SHARES.items() if rng.random() < share]
        if everybody_writes_of_one:
            found = [str(rng.choice([*SHARES]))]
        wrote = number % 4 > 0
        if wrote and "en-late" in found:
            late.append(f"c{number}")
        yes = rng.random() < 0.85 - cost * (wrote and "en-late" in found)
        answers.append({**fact, "id": f"a{number}", "question": "effective", "value": float(yes), "scale_min": 0.0,
                        "scale_max": 1.0, "higher_is_better": True})  # fmt: skip
        if wrote:
            heard.append({**fact, "id": f"h{number}", "topics": " ".join(found) or None,
                          "topic_names": "\n".join(NAMES.get(one, one) for one in found) or None})  # fmt: skip
    lake.record("answers", answers)
    lake.replace("heard", heard)
    return late


def read(lake: Lake) -> Matters:
    found = read_drivers(lake, "effective", Source.TOPICS, until=UNTIL)
    assert found is not None
    return found


def tell(lake: Lake) -> list[Finding]:
    return [one for one in judge(examine_drivers(lake, until=UNTIL)).findings if one.kind is Kind.DRIVER]


def test_what_those_write_of_who_say_no_is_ranked_by_its_name_and_nothing_else(lake: Lake) -> None:
    pour(lake)
    found = read(lake)
    assert found.found.n == 2_250, "those who wrote"
    assert [found.told[one.name] for one in found.real] == ["“late, parcel late”"]
    assert found.told["en-map"] == "“en-map”", "a topic that was not named goes by its key"
    assert {one.name for one in found.found.drivers} == set(SHARES)


def test_it_is_a_finding_that_says_it_rests_on_words_and_is_about_those_who_wrote(lake: Lake) -> None:
    late = pour(lake)
    (told,) = tell(lake)
    assert told.key == "driver:effective:en-late"
    assert "Who writes of “late, parcel late” fares worse" in told.sentence
    assert told.tone is Tone.WORSE
    assert told.effect == pytest.approx(0.4, abs=0.06)
    assert told.customers == pytest.approx(len(late) / 365 * 30, abs=1)
    assert any("An association in words" in note for note in told.notes)
    lake.record("events", [
        {"id": f"p{n}", "customer_id": f"c{n}", "at": AT, "source": "event", "activity": "purchase", "amount": 2.0}
        for n in range(3_000)
    ])  # fmt: skip
    money = count_money(lake, who_wrote_of(lake, "en-late", until=UNTIL), until=UNTIL)
    assert money is not None
    assert (money.amount, money.customers) == (2.0 * len(late), len(late))


def test_praise_beside_a_yes_is_on_the_page_and_no_finding(lake: Lake) -> None:
    pour(lake, cost=-0.14)
    assert [one.name for one in read(lake).real] == ["en-late"]
    assert tell(lake) == []


def test_topics_that_go_with_nothing_are_not_told(lake: Lake) -> None:
    pour(lake, cost=0.0)
    assert read(lake).real == ()
    assert tell(lake) == []


def test_where_every_comment_is_about_one_topic_each_still_has_its_part(lake: Lake) -> None:
    pour(lake, everybody_writes_of_one=True)
    assert read(lake).real[0].name == "en-late"


def test_without_topics_nothing_is_ranked_and_the_rest_stands(lake: Lake) -> None:
    assert read_drivers(lake, "effective", Source.TOPICS, until=UNTIL) is None
    pour(lake)
    whole = read_what_matters(lake, "effective", today=AT.date())
    assert [one.source for one in whole.found] == [Source.TOPICS]
