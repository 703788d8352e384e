"""Numbers in, estimates out: pure functions on small arrays. No input, no output, no Django.

Start with `interval`, `compare` and `drivers`: they pick the right method and say why. Families are loaded when they
are first asked for, so that importing this package costs nothing.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any, Final

FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "attribution": (
        "Source",
        "Sources",
        "attributable_fraction",
        "attribute_departures",
    ),
    "bursts": (
        "Alarms",
        "Bursts",
        "ears",
        "find_bursts",
        "find_bursts_in_times",
    ),
    "calibration": (
        "Calibration",
        "Recalibration",
        "calibrate",
        "recalibrate",
    ),
    "cells": (
        "Changes",
        "Estimates",
        "VERDICTS",
    ),
    "changepoints": (
        "Shift",
        "find_shift_in_shares",
        "find_shift_in_values",
        "find_shifts_in_shares",
    ),
    "changes": (
        "compare_estimates",
        "compare_many_estimates",
        "compare_many_shares",
        "compare_shares",
        "mover",
        "newcombe",
        "newcombe_p",
    ),
    "charts": (
        "ControlChart",
        "Cusum",
        "chart_rates",
        "chart_shares",
        "chart_values",
        "cusum",
    ),
    "chooser": (
        "compare",
        "interval",
    ),
    "collinearity": (
        "Leak",
        "find_leaks",
        "suspect_drivers",
    ),
    "comparisons": (
        "compare_paired_shares",
        "compare_stratified_shares",
        "estimate_ratio",
        "mcnemar_p",
    ),
    "dominance": (
        "Dominance",
        "dominance",
    ),
    "driver_results": (
        "Direction",
        "Driver",
        "Drivers",
    ),
    "drivers": ("drivers",),
    "durations": (
        "LOG_BASE",
        "bin_edges",
        "bin_middle",
        "compare_quantiles",
        "estimate_chance_faster",
        "estimate_log_mean",
        "estimate_quantile",
        "log_bin",
        "log_histogram",
    ),
    "engagement": (
        "BOXES",
        "Box",
        "Boxes",
        "Composite",
        "composite",
        "four_boxes",
        "lift",
        "migration",
        "percentile_ranks",
    ),
    "gram": ("Gram",),
    "hazards": (
        "Hazard",
        "Hazards",
        "LifeTable",
        "cox_hazards",
        "discrete_hazards",
        "life_table",
    ),
    "importance": (
        "Ellipse",
        "Position",
        "Quadrant",
        "derived_importance_performance",
        "importance_performance",
    ),
    "interrupted": (
        "Intervention",
        "difference_in_differences",
        "estimate_intervention",
    ),
    "kano": (
        "Category",
        "ContinuousKano",
        "Kano",
        "PenaltyReward",
        "kano",
        "kano_continuous",
        "penalty_reward",
    ),
    "leagues": (
        "League",
        "chance_higher",
        "shrink_league",
    ),
    "logistic": (
        "LogisticDrivers",
        "logistic_relative_weights",
        "logistic_shapley",
    ),
    "means": (
        "compare_means",
        "estimate_mean",
    ),
    "multiplicity": (
        "Display",
        "Showing",
        "benjamini_hochberg",
        "benjamini_yekutieli",
        "holm",
        "may_show",
        "suppress_small",
    ),
    "nonresponse": (
        "Bounds",
        "LateAnswers",
        "bound_score",
        "bound_share",
        "compare_late",
        "inverse_propensity",
        "r_indicator",
        "response_rates",
    ),
    "purchases": (
        "Histories",
        "PurchaseModel",
        "fit_purchases",
        "purchase_histories",
    ),
    "questionnaire": (
        "Questionnaire",
        "SERVQUAL_1988",
        "SERVQUAL_1991",
    ),
    "relative_weights": ("relative_weights",),
    "reliability": (
        "Item",
        "Reliability",
        "alpha_interval",
        "cronbach_alpha",
        "difference_reliability",
        "guttman_lambda6",
        "omega",
        "scale_reliability",
        "straight_liners",
    ),
    "response_styles": (
        "ResponseStyle",
        "adjust_response_style",
    ),
    "results": (
        "Change",
        "Estimate",
        "Verdict",
    ),
    "score_changes": (
        "chance_of_gain",
        "compare_many_scores",
        "compare_paired_scores",
        "compare_scores",
        "margin_of_change",
    ),
    "scores": (
        "NPS",
        "Scoring",
        "answers_needed",
        "estimate_score",
        "estimate_scores",
        "estimate_weighted_score",
        "score_variance",
        "smallest_real_change",
    ),
    "seasons": (
        "Season",
        "season_of_shares",
        "season_of_values",
    ),
    "servqual": (
        "Gap",
        "ServiceQuality",
        "Tolerance",
        "servperf",
        "servqual",
        "zone_of_tolerance",
    ),
    "shapes": (
        "Curve",
        "free_curve",
        "monotone_curve",
        "shape_by_bins",
    ),
    "shapley": (
        "lmg",
        "shapley_values",
        "subset_r2",
    ),
    "shares": (
        "clopper_pearson",
        "estimate_share",
        "estimate_shares",
        "estimate_weighted_share",
        "jeffreys",
        "kish_n",
        "wilson",
    ),
    "staffing": (
        "Staffing",
        "assess_staffing",
        "erlang_b",
        "erlang_c",
        "plan_staffing",
    ),
    "survival": (
        "Survival",
        "estimate_survival",
        "logrank_p",
    ),
    "thresholds": (
        "Crossing",
        "Threshold",
        "cost_of_crossing",
        "find_knee",
        "find_step",
    ),
    "told": ("Note",),
    "trust": (
        "Belief",
        "GRADED_TRUST",
        "Leg",
        "Legs",
        "Reputation",
        "TRUST",
        "Trust",
        "compare_reputation",
        "estimate_trust",
        "trust_legs",
    ),
    "volumes": (
        "Forecast",
        "compare_volumes",
        "forecast_volumes",
    ),
    "waiting": ("estimate_median_wait",),
    "watched": (
        "watch_change",
        "watch_many_changes",
        "watch_mean",
        "watch_score",
        "watch_share",
        "watch_shares",
    ),
    "weights": (
        "Weighting",
        "estimate_weighted_mean",
        "post_stratify",
        "rake",
    ),
    "yardstick": (
        "Yardstick",
        "yardstick",
    ),
}
"""What each family offers here. The stub beside this file repeats it for type checkers; a test holds them together."""

_HOMES: Final = {name: family for family, names in FAMILIES.items() for name in names}

__all__ = [*_HOMES]  # noqa: PLE0604 - strings, whatever they are computed from


class _Library(ModuleType):
    """A package where a family does not take the place of the function of its name: `stats.drivers` is callable."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in _HOMES):
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"untilyes.stats has no {name!r}")
        found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        super().__setattr__(name, found)
        return found

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *_HOMES})


sys.modules[__name__].__class__ = _Library
