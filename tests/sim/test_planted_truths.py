"""What was planted can be found again in the tables, by plain NumPy and pandas and nothing of ours."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from untilyes.sim import Company
from untilyes.sim.truths import Truths

MONTH = pd.Timedelta(days=30)


def _yes(company: Company) -> pd.DataFrame:
    answers = company.tables["answers"].to_pandas()
    kept = ["interaction_id", "customer_id", "at", "channel", "touchpoint", "value"]
    yes: pd.DataFrame = answers.loc[answers.question == "effective", kept]
    return yes


def _deliveries(company: Company) -> pd.DataFrame:
    outcomes = company.tables["outcomes"].to_pandas()
    delivered: pd.DataFrame = outcomes[(outcomes.promise == "delivery") & outcomes.kept_at.notna()]
    margin = (delivered.due_at - delivered.kept_at).dt.total_seconds() / 86400
    found: pd.DataFrame = delivered.assign(margin=margin)
    return found


def _share_error(share: float, n: int) -> float:
    return 4 * float(np.sqrt(share * (1 - share) / n)) + 0.01  # four standard errors and the wobble


def test_the_company_has_the_promised_size(fernweh: Company) -> None:
    assert len(fernweh.people) == 20_000
    assert 150_000 < fernweh.size < 290_000


def test_keeping_the_delivery_promise_pays_and_beating_it_by_more_than_two_days_does_not(fernweh: Company) -> None:
    joined = _deliveries(fernweh).merge(_yes(fernweh)[["interaction_id", "value"]], on="interaction_id")
    promise = fernweh.truths.delivery
    plateau = joined[joined.margin >= promise.pays_until]
    early, earlier = plateau[plateau.margin < 2.5].value, plateau[plateau.margin >= 2.5].value
    for found in (early, earlier):
        assert found.mean() == pytest.approx(promise.yes_plateau, abs=_share_error(promise.yes_plateau, len(found)))
    barely = joined[(joined.margin >= 0) & (joined.margin < 0.5)].value
    assert barely.mean() == pytest.approx(0.8325, abs=_share_error(0.83, len(barely)))
    late = joined[(joined.margin < 0) & (joined.margin > -0.5)].value
    assert late.mean() == pytest.approx(0.49, abs=_share_error(0.49, len(late)))
    assert barely.mean() - late.mean() > 0.25


def test_a_broken_delivery_promise_costs_trust(fernweh: Company) -> None:
    answers = fernweh.tables["answers"].to_pandas()
    trust = answers[(answers.question == "trust") & (answers.touchpoint == "delivery")]
    joined = _deliveries(fernweh).merge(trust[["interaction_id", "value"]], on="interaction_id")
    broken = (joined[joined.margin < 0].value == 2).mean()
    kept = (joined[joined.margin >= 0].value == 2).mean()
    planted = fernweh.truths.trust
    assert broken == pytest.approx(
        planted.after_broken_promise[0], abs=_share_error(0.34, int((joined.margin < 0).sum()))
    )
    assert kept > 0.65


def test_refunds_by_email_worsened_on_the_known_day_and_nothing_else_did(fernweh: Company) -> None:
    worse = fernweh.truths.worsening
    yes = _yes(fernweh)
    since = pd.Timestamp(worse.at)
    for (touchpoint, channel), usual in fernweh.truths.yes_usual.items():
        here = yes[(yes.touchpoint == touchpoint) & (yes.channel == channel)]
        before, after = here[here["at"] < since].value, here[here["at"] >= since].value
        hit = (touchpoint, channel) == (worse.touchpoint, worse.channel)
        expected = worse.yes_after if hit else usual
        assert before.mean() == pytest.approx(usual, abs=_share_error(usual, len(before)))
        assert after.mean() == pytest.approx(expected, abs=_share_error(expected, len(after)))
    refunds = yes[(yes.touchpoint == "refund") & (yes.channel == "email")]
    counts = refunds.groupby(refunds["at"] >= since).value.agg(["mean", "size"])
    p, n = counts["mean"].to_numpy(), counts["size"].to_numpy()
    assert (p[0] - p[1]) / np.sqrt((p * (1 - p) / n).sum()) > 2.5


def test_who_waits_more_than_a_day_for_a_supplier_says_yes_less_often_and_advice_as_a_whole_does_not(
    fernweh: Company,
) -> None:
    truth, events = fernweh.truths.wait, fernweh.tables["events"].to_pandas()
    asked, sent = (
        events[events.activity == step].set_index("process_id")["at"] for step in (truth.before, truth.after)
    )
    waited = (sent - asked).dropna()
    yes = _yes(fernweh).groupby("interaction_id").value.first()
    slow, quick = (yes.reindex(waited[side].index).dropna() for side in (waited > truth.limit, waited <= truth.limit))
    assert (waited > truth.limit).mean() == pytest.approx(0.41, abs=0.03)
    error = float(np.sqrt(0.25 / len(slow) + 0.15 / len(quick)))
    assert quick.mean() - slow.mean() == pytest.approx(truth.costs, abs=3 * error)
    assert (
        asked >= events[events.activity == "question_received"].set_index("process_id")["at"].loc[asked.index]
    ).all()


def test_after_the_worsening_people_write_that_they_were_asked_twice(fernweh: Company) -> None:
    comments = fernweh.tables["comments"].to_pandas()
    said = comments[
        (comments.touchpoint == "refund") & (comments.source == "survey") & (comments.language == "en")
        & (comments.channel == "email")
    ]  # fmt: skip
    about = said.text.str.contains("already sent|same photos|three times")
    after = said["at"] >= pd.Timestamp(fernweh.truths.worsening.at)
    assert about[after].mean() > 2 * about[~after].mean()


def test_the_three_churn_sources_have_their_hazard_ratios(fernweh: Company) -> None:
    truths = fernweh.truths
    left, exposed = _panel(fernweh, truths)
    found = _fit_hazard_ratios(left, exposed)
    for source, (ratio, error) in zip(truths.churn, found, strict=True):
        assert abs(np.log(ratio / source.hazard_ratio)) < 4 * error, (source.key, ratio)
        assert error < 0.25
        assert ratio / np.exp(2 * error) > 1.5
        assert 0.03 < source.size < 0.15


def test_the_reasons_on_file_name_the_sources(fernweh: Company) -> None:
    reasons = fernweh.tables["customers"].to_pandas().left_reason.value_counts()
    assert all(reasons[source.key.replace("_", " ")] > 30 for source in fernweh.truths.churn)


def test_surveys_are_forty_six_percent_of_feedback(fernweh: Company) -> None:
    comments, answers = fernweh.tables["comments"].to_pandas(), fernweh.tables["answers"].to_pandas()
    surveys = answers[answers.source == "survey"].response_id.nunique()
    others = int((comments.source != "survey").sum())
    assert surveys / (surveys + others) == pytest.approx(fernweh.truths.survey_share, abs=0.01)
    assert comments.source.nunique() == 7


def test_net_promoter_scores_do_not_move_between_quarters(fernweh: Company) -> None:
    answers = fernweh.tables["answers"].to_pandas()
    nps = answers[answers.question == "nps"]
    score = np.sign((nps.value > 8).astype(int) - (nps.value < 7).astype(int))
    quarters = score.groupby((nps["at"].max() - nps["at"]) // pd.Timedelta(days=91)).agg(["mean", "var", "size"])
    quarters = quarters[quarters["size"] > 50]
    spread = (quarters["mean"] - score.mean()) / np.sqrt(quarters["var"] / quarters["size"])
    assert abs(spread).max() < 4
    assert len(quarters) >= 7


def test_season_moves_the_volume_but_hardly_the_yes(fernweh: Company) -> None:
    interactions = fernweh.tables["interactions"].to_pandas()
    orders = interactions[interactions.touchpoint == "ordering"]
    months = orders.groupby(orders["at"].dt.tz_localize(None).dt.to_period("M")).size()
    december, november, january = (months[f"2025-{m}"] if m != "01" else months["2026-01"] for m in ("12", "11", "01"))
    assert december > 1.35 * (november + january) / 2
    yes = _yes(fernweh)
    by_weekday = yes.groupby(yes["at"].dt.weekday).value.mean()
    assert by_weekday.max() - by_weekday.min() < 0.06


def test_what_means_nothing_changes_nothing(fernweh: Company) -> None:
    customers = fernweh.tables["customers"].to_pandas()
    traits = pd.DataFrame([*customers.traits.map(json.loads)], index=customers.customer_id)
    yes = _yes(fernweh).join(traits, on="customer_id")
    for trait in ("birth_month", "favourite_season", "paper_catalogue"):
        groups = yes.groupby(trait).value.agg(["mean", "size"])
        share = yes.value.mean()
        chi2 = ((groups["mean"] - share) ** 2 * groups["size"] / (share * (1 - share))).sum()
        assert chi2 < len(groups) - 1 + 5 * np.sqrt(2 * (len(groups) - 1)), trait


def test_one_team_is_absent_more_than_five_percent_lately(fernweh: Company) -> None:
    employees = fernweh.tables["employees"].to_pandas()
    recent = employees[employees.period_start >= sorted(employees.period_start.unique())[-2]]
    totals = recent.groupby("team")[["absence_days", "period_days"]].sum()
    absence = totals.absence_days / totals.period_days
    assert absence.idxmax() == fernweh.truths.absent_team
    assert absence.max() > 0.05


def _panel(company: Company, truths: Truths) -> tuple[np.ndarray, np.ndarray]:
    """Return leaving (rows,) and exposure (rows, 3), a row per customer and 30-day period at risk, from the tables."""
    customers = company.tables["customers"].to_pandas().set_index("customer_id")
    cases = company.tables["cases"].to_pandas()
    since = pd.Timestamp(truths.since)
    outcomes = company.tables["outcomes"].to_pandas()
    kept = outcomes.kept_at.fillna(pd.Timestamp(truths.until))
    late = outcomes[(outcomes.promise == "delivery") & (kept > outcomes.due_at)]
    unheard = cases[cases.ended_how.notna() & (cases.ended_how != "yes")]
    fee = pd.Timestamp(truths.fee_rise_at)
    members = customers[customers.traits.str.contains('"plan": "member"') & (customers.joined_at < fee)]
    happened = [
        (late.customer_id, late.due_at),
        (unheard.customer_id, unheard.opened_at),
        (members.index.to_series(), pd.Series(fee, index=members.index)),
    ]
    count = int(np.ceil((pd.Timestamp(truths.until) - since) / MONTH))
    exposed = np.zeros((len(customers), count, 3), dtype=bool)
    for n, (who, at) in enumerate(happened):
        rows, period = customers.index.get_indexer(who), ((at - since) // MONTH).to_numpy()
        for later in range(1, truths.churn[n].periods + 1):
            inside = (period + later >= 0) & (period + later < count)
            exposed[rows[inside], (period + later)[inside], n] = True
    joined = ((customers.joined_at - since) // MONTH).to_numpy()
    gone = ((customers.left_at - since) // MONTH).fillna(count).to_numpy()
    periods = np.arange(count)
    at_risk = (periods > joined[:, None]) & (periods <= gone[:, None])
    return (periods == gone[:, None])[at_risk], exposed[at_risk]


def _fit_hazard_ratios(left: np.ndarray, exposed: np.ndarray) -> list[tuple[float, float]]:
    """Fit a log-linear hazard by Newton steps on the eight exposure patterns; return (ratio, error of its log)."""
    pattern = exposed @ np.array([1, 2, 4])
    n, events = np.bincount(pattern, minlength=8), np.bincount(pattern, weights=left, minlength=8)
    design = np.column_stack([np.ones(8), *[(np.arange(8) >> k) & 1 for k in range(3)]])
    beta = np.array([np.log(left.mean()), 0, 0, 0])
    for _ in range(30):
        mean = n * np.exp(design @ beta)
        information = design.T @ (mean[:, None] * design)
        beta = beta + np.linalg.solve(information, design.T @ (events - mean))
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    return [(float(np.exp(b)), float(e)) for b, e in zip(beta[1:], errors[1:], strict=True)]
