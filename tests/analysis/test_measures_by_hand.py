"""Each measure against a count on paper."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.analysis.invented import START, answer, case, fact, outcome
from untilyes.analysis.measures import MEASURES, Reading
from untilyes.lake import Lake
from untilyes.stats import estimate_share
from untilyes.stats.durations import bin_edges, log_bin
from untilyes.stats.scores import estimate_score
from untilyes.stats.trust import TRUST

LATER = START + timedelta(days=100)
NAMES = (
    "effectiveness", "got_it", "good_job", "timely", "complete", "courteous", "first_time_yes", "no_to_yes",
    "time_to_yes", "trust", "nps", "csat", "ces", "promise_kept", "margin", "source_mix", "response_rate",
)  # fmt: skip


def read(lake: Lake, name: str, **more: Any) -> Reading:
    asked: dict[str, Any] = {"floor": 0, "now": LATER} | more
    return MEASURES[name](lake, **asked)


def test_there_are_seventeen_measures_and_two_of_them_steer() -> None:
    assert tuple(MEASURES) == (*NAMES[:9], *NAMES[9:])
    assert [name for name, measure in MEASURES.items() if measure.steering] == ["effectiveness", "trust"]


@pytest.mark.parametrize(
    ("name", "question"),
    [("effectiveness", "effective"), *((q, q) for q in ("got_it", "good_job", "timely", "complete", "courteous"))],
)
def test_a_share_of_yes_counts_yes_and_no_to_its_own_question(lake: Lake, name: str, question: str) -> None:
    said = [1.0, 1.0, 1.0, 0.0, None]
    others = [answer("other", "nps", 9, top=10), answer("elsewhere", question, 1, top=5)]
    lake.record("answers", [*(answer(f"{n}", question, value) for n, value in enumerate(said)), *others])
    reading = read(lake, name)
    assert reading.bins == {0: 1, 1: 3}
    assert reading.total == estimate_share(3, 4)


def test_first_time_yes_counts_each_interaction_once_on_the_day_of_its_first_confirmation(lake: Lake) -> None:
    def confirmed(name: str, day: int, value: float, about: str | None) -> dict[str, Any]:
        return answer(name, "effective", value, at=START + timedelta(days=day), interaction_id=about)

    lake.record(
        "answers",
        [
            confirmed("a", 0, 0.0, "order-1"),
            confirmed("b", 5, 1.0, "order-1"),  # yes in the end: not the first time
            confirmed("c", 1, 1.0, "order-2"),
            confirmed("d", 9, 0.0, "order-2"),
            confirmed("e", 2, 1.0, None),  # about no interaction
            confirmed("f", 3, 1.0, "order-3"),
        ],
    )
    assert read(lake, "first_time_yes").bins == {0: 1, 1: 2}
    days = [cell.key["day"] for cell in read(lake, "first_time_yes", by=("day",))]
    assert days == [(START + timedelta(days=n)).date() for n in (0, 1, 3)]


def test_no_to_yes_counts_cases_that_are_over_and_no_duplicates(lake: Lake) -> None:
    lake.record(
        "cases",
        [
            case("a", yes=2),
            case("b", yes=3),
            case("c", ended=20, how="unreachable"),
            case("d", ended=1, how="duplicate"),
            case("open"),
        ],
    )
    assert read(lake, "no_to_yes").total == estimate_share(2, 3)


def test_time_to_yes_counts_open_and_given_up_cases_for_as_long_as_they_waited(lake: Lake) -> None:
    quick = [case(f"quick-{n}", yes=1) for n in range(4)]
    lake.record("cases", [*quick, case("slow", yes=10), case("gone", ended=4, how="withdrew"), case("open")])
    alone = read(lake, "time_to_yes", now=START + timedelta(days=6))
    assert alone.total.n == 7
    # Four of seven said yes within a day, so the median is a day, whatever becomes of the others.
    low, high = bin_edges(log_bin([86_400]))
    assert alone.total.value is not None
    assert low[0] <= alone.total.value <= high[0]
    assert alone.total.unit == "seconds"
    # Were the unfinished ones left out or the open ones counted as endings, the long waits would show otherwise.
    assert sum(n for value, n in alone.bins.items() if value < 0) == 2


def test_a_case_that_reached_its_yes_before_it_was_opened_waited_for_nothing(lake: Lake) -> None:
    lake.record("cases", [case(f"{n}", yes=-1) for n in range(3)])
    assert read(lake, "time_to_yes").bins == {0: 3}


def test_trust_counts_sometimes_as_no_and_keeps_what_was_said_beside(lake: Lake) -> None:
    said = [2.0] * 5 + [1.0] * 3 + [0.0] * 2
    lake.record("answers", [answer(f"{n}", "trust", value, top=2) for n, value in enumerate(said)])
    reading = read(lake, "trust")
    assert reading.bins == {0: 2, 1: 3, 2: 5}
    assert reading.total.value == 0.0
    assert reading.total == estimate_score({2: 5, 1: 3, 0: 2}, TRUST)
    assert reading.total.unit == "points"


def test_nps_takes_promoters_minus_detractors_on_its_own_scale_only(lake: Lake) -> None:
    said = [10, 9, 9, 8, 7, 6, 0]
    strangers = [answer("x", "nps", 5, top=5), answer("y", "nps", 11, top=10), answer("z", "nps", 8.5, top=10)]
    lake.record("answers", [*(answer(f"{n}", "nps", value, top=10) for n, value in enumerate(said)), *strangers])
    reading = read(lake, "nps")
    assert reading.total.value == pytest.approx(100 * (3 - 2) / 7)
    assert reading.total.n == 7


@pytest.mark.parametrize("name", ["csat", "ces"])
def test_scales_are_told_apart_and_never_added_together(lake: Lake, name: str) -> None:
    five = [answer(f"five-{n}", name, value, top=5, scale_min=1.0) for n, value in enumerate([5, 4, 4, 3, 1])]
    seven = [answer(f"seven-{n}", name, value, top=7, scale_min=1.0) for n, value in enumerate([7, 5])]
    bare = [answer("bare", name, 5, scale_min=None, scale_max=None)]
    lake.record("answers", [*five, *seven, *bare])
    reading = read(lake, name)
    shares = {cell.key["scale"]: cell.estimate for cell in reading}
    assert shares == {"1..5": estimate_share(3, 5), "1..7": estimate_share(1, 2)}
    assert (reading.total.value, reading.total.n) == (None, 0)
    assert read(lake, name, where={"scale": "1..5"}).total == estimate_share(3, 5)


def test_a_scale_whose_low_end_is_the_good_one_is_turned(lake: Lake) -> None:
    said = [
        answer(f"{n}", "ces", value, top=5, scale_min=1.0, higher_is_better=False) for n, value in enumerate([1, 2, 5])
    ]
    lake.record("answers", said)
    assert read(lake, "ces").total == estimate_share(2, 3)


def test_a_promise_is_broken_from_the_second_it_was_due_and_open_before(lake: Lake) -> None:
    lake.record(
        "outcomes",
        [
            outcome("early", due=5, kept=3),
            outcome("to the second", due=5, kept=5),
            outcome("late", due=5, kept=6),
            outcome("open", due=5, kept=None),
            outcome("withdrawn", due=5, kept=None, due_at=None),
        ],
    )
    due = START + timedelta(days=5)
    at_the_second, after = (read(lake, "promise_kept", now=due + timedelta(seconds=n)) for n in (0, 1))
    assert at_the_second.total == estimate_share(2, 3)
    assert after.total == estimate_share(2, 4)


def test_where_a_source_names_no_due_time_its_own_word_counts(lake: Lake) -> None:
    said = [
        outcome(f"{n}", due=0, kept=None, due_at=None, was_kept=kept)
        for n, kept in enumerate([True, True, False, None])
    ]
    lake.record("outcomes", said)
    assert read(lake, "promise_kept").total == estimate_share(2, 3)
    assert read(lake, "margin").total.n == 0


def test_promises_are_told_one_by_one(lake: Lake) -> None:
    lake.record("outcomes", [outcome("a", due=5, kept=1), outcome("b", due=5, kept=9, promise="refund")])
    shares = {cell.key["promise"]: cell.estimate.value for cell in read(lake, "promise_kept", by=("promise",))}
    assert shares == {"delivery": 1.0, "refund": 0.0}


def test_margin_is_the_median_of_due_minus_kept_within_one_percent(lake: Lake) -> None:
    margins = [-3.0, -0.25, 0.5, 1.5, 2.0, 4.0, 7.0]
    lake.record("outcomes", [outcome(f"{n}", due=10, kept=10 - margin) for n, margin in enumerate(margins)])
    lake.record("outcomes", [outcome("open", due=10, kept=None)])
    total = read(lake, "margin").total
    assert total.n == 7
    assert total.value == pytest.approx(1.5 * 86_400, rel=0.01)


def test_the_engine_bins_a_margin_as_the_statistics_do(lake: Lake) -> None:
    seconds = [0.0, 0.4, 0.999999, 1.5, 59.25, 3600.5, 86_401.75, -0.4, -1.5, -3600.125, -900_000.0]
    due = START + timedelta(days=30)
    lake.record(
        "outcomes",
        [outcome(f"{n}", due=30, kept=0, kept_at=due - timedelta(seconds=one)) for n, one in enumerate(seconds)],
    )
    expected: dict[int, int] = {}
    for value in log_bin(seconds).tolist():
        expected[value] = expected.get(value, 0) + 1
    assert read(lake, "margin").bins == expected


def test_source_mix_counts_a_response_once_and_a_comment_without_one_for_itself(lake: Lake) -> None:
    two = [answer(f"r1:{question}", question, 1.0, response_id="r1") for question in ("got_it", "good_job")]
    gone = [answer("r9:got_it", "got_it", None, response_id="r9")]
    lake.record("answers", [*two, *gone, answer("stars", "stars", 4, top=5, source="review", response_id="m1")])
    lake.record(
        "comments",
        [
            fact("c1", START, text="about the same", response_id="r1"),
            fact("c2", START, text="the review's words", source="review", response_id="m1"),
            fact("c3", START, text="a call", source="call"),
            fact("c4", START, text="another call", source="call"),
            fact("c5", START, text=""),
        ],
    )
    reading = read(lake, "source_mix")
    shares = {cell.key["source"]: (cell.estimate.value, cell.estimate.n) for cell in reading}
    assert shares == {"survey": (0.25, 4), "review": (0.25, 4), "call": (0.5, 4)}
    assert reading.total == estimate_share(1, 4)


def test_response_rate_counts_invitations_and_nothing_else_that_happened(lake: Lake) -> None:
    asked = [
        fact(f"i{n}", START, activity="invitation", amount=amount) for n, amount in enumerate([1.0, 0.0, 0.0, None])
    ]
    lake.record("events", [*asked, fact("p", START, activity="purchase", amount=20.0)])
    assert read(lake, "response_rate").total == estimate_share(1, 4)


def test_a_correction_changes_the_count_and_an_erasure_takes_from_it(lake: Lake) -> None:
    lake.record("answers", [answer(f"{n}", "got_it", 1.0) for n in range(4)])
    lake.record("answers", [answer("0", "got_it", 0.0)])
    assert read(lake, "got_it").bins == {0: 1, 1: 3}
    lake.erase(["customer-0", "customer-1"])
    assert read(lake, "got_it").bins == {1: 2}


def test_days_run_from_since_to_the_day_before_until_in_the_lakes_own_zone(lake: Lake) -> None:
    berlin_midnight = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)  # 10 March, 00:00 in Berlin
    moments = [berlin_midnight - timedelta(seconds=1), berlin_midnight, berlin_midnight + timedelta(days=1)]
    lake.record("answers", [answer(f"{n}", "got_it", 1.0, at=at) for n, at in enumerate(moments)])
    tenth, eleventh = date(2026, 3, 10), date(2026, 3, 11)
    for refresh in (False, True):
        if refresh:
            lake.refresh_rollups(MEASURES.values())
        assert read(lake, "got_it", since=tenth, until=eleventh).total.n == 1
        assert read(lake, "got_it", since=tenth).total.n == 2
        assert read(lake, "got_it", until=tenth).total.n == 1
        assert read(lake, "got_it", since=tenth, until=tenth).total.n == 0
    assert MEASURES["got_it"].rows(lake, since=tenth, until=eleventh).num_rows == 1


def test_weeks_begin_on_monday_and_months_on_their_first(lake: Lake) -> None:
    lake.record("answers", [answer("sun", "got_it", 1.0, at=datetime(2026, 3, 1, 12, tzinfo=UTC))])
    lake.record("answers", [answer("mon", "got_it", 1.0, at=datetime(2026, 3, 2, 12, tzinfo=UTC))])
    assert [cell.key["week"] for cell in read(lake, "got_it", by=("week",))] == [date(2026, 2, 23), date(2026, 3, 2)]
    assert [cell.key["month"] for cell in read(lake, "got_it", by=("month",))] == [date(2026, 3, 1)]
