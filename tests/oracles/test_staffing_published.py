"""Staffing against published numbers.

Sources: pyworkforce 0.1.0's documented example and R's ErlangC (100 calls in 30 minutes of 3 minutes each); the example
of call-center-tools (1,000 calls an hour of 120 s); the table of Garnett, Mandelbaum & Reiman (2002), Manufacturing &
Service Operations Management 4, comparing M/M/N with M/M/N+M at 48 calls a minute, 50 agents, 2 minutes of patience.
"""

import math

import pytest
from scipy import stats as scipy_stats

from untilyes.stats.staffing import assess_staffing, erlang_c, plan_staffing


def test_thirteen_agents_keep_four_in_five_waiting_too_long() -> None:
    thirteen = assess_staffing(13, calls=100, per=1800, handling=180)
    assert (round(thirteen.wait, 5), round(thirteen.within, 4)) == (0.28527, 0.7956)


def test_fourteen_agents_are_the_documented_answer() -> None:
    plan = plan_staffing(calls=100, per=1800, handling=180, target=20, share=0.8, absent=0.3)
    assert (plan.agents, plan.rostered) == (14, 20)
    assert (round(plan.wait, 6), round(plan.within, 5)) == (0.174132, 0.88835)
    assert (round(plan.average_wait, 2), round(plan.busy, 4)) == (7.84, 0.7143)


def test_a_limit_on_occupancy_asks_for_one_more() -> None:
    crowded = assess_staffing(39, calls=1000, handling=120)
    plan = plan_staffing(calls=1000, handling=120, busiest=0.85, absent=0.3)
    assert round(crowded.busy, 4) == 0.8547
    assert (plan.agents, plan.rostered) == (40, 58)
    assert (round(plan.wait, 4), round(plan.within, 4), round(plan.busy, 4)) == (0.1907, 0.9372, 0.8333)


def test_impatience_shortens_the_wait_as_published() -> None:
    patient = assess_staffing(50, calls=48, per=60, handling=60)
    leaving = assess_staffing(50, calls=48, per=60, handling=60, patience=120)
    assert (round(patient.average_wait, 1), round(patient.busy, 2)) == (20.8, 0.96)
    assert (round(100 * leaving.abandoned, 1), round(leaving.average_wait, 1)) == (3.1, 3.7)
    assert round(leaving.busy, 2) == 0.93


def test_callers_as_patient_as_a_call_is_long_find_a_poisson_crowd() -> None:
    as_long = assess_staffing(10, calls=540, handling=60, patience=60)
    assert as_long.wait == pytest.approx(float(scipy_stats.poisson.sf(9, 9)), rel=1e-6)


def test_endless_patience_is_erlang_c() -> None:
    nearly = assess_staffing(14, calls=100, per=1800, handling=180, patience=1e9)
    assert nearly.wait == pytest.approx(erlang_c(14, 10), rel=1e-4)
    assert nearly.within == pytest.approx(0.88835, abs=2e-4)


@pytest.mark.parametrize(("agents", "load", "leave"), [(5, 4.0, 0.5), (5, 9.0, 2.0), (60, 55.0, 0.1), (1, 0.3, 3.0)])
def test_erlang_a_agrees_with_the_birth_and_death_of_queues(agents: int, load: float, leave: float) -> None:
    """An independent computation: the stationary probabilities of the number of callers, summed up."""
    log_weights = [0.0]
    for callers in range(1, 4000):
        served = min(callers, agents) + max(callers - agents, 0) * leave
        log_weights.append(log_weights[-1] + math.log(load / served))
    top = max(log_weights)
    weights = [math.exp(w - top) for w in log_weights]
    total = sum(weights)
    waiting = sum(weights[agents:]) / total
    queue = sum((callers - agents) * w for callers, w in enumerate(weights) if callers > agents) / total
    result = assess_staffing(agents, calls=load, per=60, handling=60, patience=60 / leave)
    assert result.wait == pytest.approx(waiting, rel=1e-5)
    assert result.abandoned == pytest.approx(leave * queue / load, rel=1e-4)
    assert result.average_wait == pytest.approx(60 * queue / load, rel=1e-4)
