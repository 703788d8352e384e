"""What must hold of queues, whoever calls."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stats.claims import Call
from untilyes.stats.staffing import assess_staffing, erlang_b, erlang_c, plan_staffing, spread_of_calls

loads = st.floats(0.01, 60)


@given(st.integers(1, 80), loads)
def test_more_people_never_make_anybody_wait_longer(agents: int, load: float) -> None:
    assert erlang_c(agents + 1, load) <= erlang_c(agents, load) + 1e-12
    assert 0 <= erlang_b(agents, load) <= erlang_c(agents, load) <= 1


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), loads, st.floats(5, 600))
def test_impatient_callers_never_wait_longer_than_patient_ones(agents: int, load: float, patience: float) -> None:
    asked = {"calls": load, "per": 60.0, "handling": 60.0}
    patient, leaving = assess_staffing(agents, **asked), assess_staffing(agents, patience=patience, **asked)
    assert leaving.wait <= patient.wait + 1e-6
    assert leaving.average_wait <= patient.average_wait + 1e-6
    assert 0 <= leaving.abandoned < 1
    assert leaving.busy == pytest.approx(load * (1 - leaving.abandoned) / agents, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.floats(1, 500), st.floats(30, 600), st.floats(0.5, 0.95))
def test_plan_is_the_smallest_that_keeps_the_promise(calls: float, handling: float, share: float) -> None:
    asked = {"calls": calls, "handling": handling}
    plan = plan_staffing(share=share, **asked)
    assert plan.within >= share
    if plan.agents > 1:
        assert assess_staffing(plan.agents - 1, **asked).within < share


def test_overload_is_said_and_not_hidden() -> None:
    drowned = assess_staffing(5, calls=400, handling=60)
    assert drowned.average_wait == math.inf
    assert str(drowned) == "5 agents cannot cope: the queue grows without end"


def test_a_quiet_hour_still_needs_somebody() -> None:
    assert plan_staffing(calls=0, handling=60).agents == 1
    assert plan_staffing(calls=0, handling=60, patience=60).within == 1


def test_giving_up_is_told_in_four_languages() -> None:
    leaving = assess_staffing(50, calls=48, per=60, handling=60, patience=120)
    told = [leaving.sentence(locale) for locale in ("en", "de", "es", "pt")]
    assert len(set(told)) == 4
    assert all("3 %" in text for text in told)


def test_spread_of_calls_holds_its_mean() -> None:
    for mean in (0, 0.5, 30, 4000):
        low, high = spread_of_calls(mean)
        assert low <= mean <= high


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        (lambda: assess_staffing(0, calls=1, handling=1), "at least 1"),
        (lambda: assess_staffing(2, calls=-1, handling=1), "negative"),
        (lambda: assess_staffing(2, calls=1, handling=0), "above 0 seconds"),
        (lambda: assess_staffing(2, calls=1, handling=9, patience=0), "above 0 seconds"),
        (lambda: assess_staffing(2, calls=1, handling=9, absent=1), "a share below 1"),
        (lambda: plan_staffing(calls=1, handling=9, share=80), "share must lie"),
    ],
)
def test_impossible_input_is_refused_with_advice(call: Call, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        call()
