"""Service quality as customers told it: expected against perceived (SERVQUAL), and what features are to them (Kano).

Nothing but the questions' keys says which answers belong together:

- ``<set>.<dimension>.p01`` is what was perceived of an item, ``.e01`` what was expected (or desired) of it, ``.a01``
  what would be adequate. In a set without dimensions, the items ``servqual.p01`` to ``servqual.p22`` are those of the
  published questionnaire; other items make one dimension, "all items".
- ``<set>.<feature>.functional`` and ``.dysfunctional`` are the pair of Kano questions, 0 (like it) to 4 (dislike it).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import numpy as np

from untilyes.lake import Lake
from untilyes.stats.checks import Floats
from untilyes.stats.kano import Kano, kano
from untilyes.stats.questionnaire import SERVQUAL_1991, Questionnaire
from untilyes.stats.servqual import ServiceQuality, Tolerance, servperf, servqual, zone_of_tolerance

FEWEST: Final = 30
"""Fewer respondents say nothing about a questionnaire, and might be recognised."""
MOST_READ: Final = 50_000
"""Respondents, the newest: a questionnaire is judged answer by answer, so its rows are read, not only counted."""
WHOLE: Final = "all items"
_ITEM: Final = re.compile(r"^(?P<set>[a-z0-9_]+)(?:\.(?P<dimension>[a-z0-9_]+))?\.(?P<side>[epa])(?P<item>\d{1,3})$")
_PAIR: Final = r"^[a-z0-9_]+\.[a-z0-9_]+\.(functional|dysfunctional)$"
_SIDES: Final = {"e": "expected", "p": "perceived", "a": "adequate"}


@dataclass(frozen=True)
class ItemSet:
    """One questionnaire found in the lake: dimension → items, on one scale; `sides` are those that were asked."""

    name: str
    dimensions: Mapping[str, tuple[str, ...]]
    low: float
    high: float
    sides: frozenset[str]

    @property
    def form(self) -> Questionnaire:
        """As the statistics take it."""
        return Questionnaire(self.name, self.dimensions, self.low, self.high)


@dataclass(frozen=True)
class Quality:
    """One questionnaire, judged. `gaps` are against expectations, or scores alone where none were asked for.

    `tolerance` is empty unless the adequate level was asked too. `respondents` answered any of it.
    """

    items: ItemSet
    gaps: ServiceQuality
    tolerance: tuple[Tolerance, ...]
    respondents: int

    @property
    def has_expectations(self) -> bool:
        return "expected" in self.items.sides


@dataclass(frozen=True)
class Features:
    """What the features of one set are to customers; `asked` names how many pairs had too few answers to say."""

    name: str
    found: tuple[Kano, ...]
    too_few: int


def list_item_sets(lake: Lake) -> tuple[ItemSet, ...]:
    """Every questionnaire with perceptions on one scale, by name. Items on another scale than most are left out."""
    rows = _ask_keys(lake)
    found: dict[str, dict[tuple[float, float], list[tuple[str, str, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if match := _ITEM.match(row["question"]):
            scale = (row["scale_min"], row["scale_max"])
            dimension = match["dimension"] or _published(match["set"], int(match["item"]))
            found[match["set"]][scale].append((dimension, match["item"], _SIDES[match["side"]]))
    sets = (_item_set(name, scales) for name, scales in sorted(found.items()))
    return tuple(one for one in sets if one is not None)


def read_quality(lake: Lake, items: ItemSet) -> Quality | None:
    """Gaps (or scores) of one questionnaire; None when fewer than 30 answered it whole enough to say anything."""
    tables, respondents = _read_tables(lake, items)
    perceived, expected = tables["perceived"], tables.get("expected")
    known = perceived if expected is None else perceived - expected
    complete = [(~np.isnan(known[:, items.form.columns(name)])).all(axis=1) for name in items.dimensions]
    if respondents < FEWEST or min(int(one.sum()) for one in [*complete, np.logical_and.reduce(complete)]) < FEWEST:
        return None
    gaps = servperf(perceived, items.form) if expected is None else servqual(expected, perceived, items.form)
    adequate = tables.get("adequate")
    zone = () if adequate is None or expected is None else zone_of_tolerance(adequate, expected, perceived, items.form)
    return Quality(items, gaps, zone, respondents)


def read_features(lake: Lake) -> tuple[Features, ...]:
    """Kano per feature, those with the most to lose first: counted in pairs on the engine, one pair a response."""
    counted: dict[str, dict[str, list[tuple[int, int, int]]]] = defaultdict(lambda: defaultdict(list))
    for row in _count_pairs(lake):
        counted[row["set"]][row["feature"]].append((int(row["functional"]), int(row["dysfunctional"]), row["n"]))
    return tuple(_features(name, features) for name, features in sorted(counted.items()))


def _features(name: str, counted: Mapping[str, list[tuple[int, int, int]]]) -> Features:
    enough = {feature: pairs for feature, pairs in counted.items() if sum(n for *_, n in pairs) >= FEWEST}
    judged = []
    for feature, pairs in enough.items():
        f, d, n = (np.array(column) for column in zip(*pairs, strict=True))
        judged.append(kano(np.repeat(f, n), np.repeat(d, n), feature))
    judged.sort(key=lambda one: (one.worse.value or 0.0, -(one.better.value or 0.0), one.name))
    return Features(name, tuple(judged), len(counted) - len(enough))


def _count_pairs(lake: Lake) -> list[dict[str, Any]]:
    def question() -> ir.Table:
        answers = _answered(lake)
        answers = answers.filter(answers["question"].re_search(_PAIR), answers["value"].isin(range(5)))
        parts = answers["question"].split(".")
        told = answers.mutate(set=parts[0], feature=parts[1], side=parts[2])
        sides = {
            side: told.filter(told["side"] == side).select("response_id", "set", "feature", **{side: "value"})
            for side in ("functional", "dysfunctional")
        }
        paired = sides["functional"].inner_join(sides["dysfunctional"], ["response_id", "set", "feature"])
        return paired.group_by("set", "feature", "functional", "dysfunctional").aggregate(n=paired.count())

    rows: list[dict[str, Any]] = lake.fetch(question).to_pylist()
    return rows


def _ask_keys(lake: Lake) -> list[dict[str, Any]]:
    def question() -> ir.Table:
        answers = _answered(lake)
        keys = answers.filter(answers["question"].re_search(r"\.[epa][0-9]{1,3}$"))
        return keys.group_by("question", "scale_min", "scale_max").aggregate(n=keys.count())

    rows: list[dict[str, Any]] = lake.fetch(question).to_pylist()
    return rows


def _item_set(name: str, scales: Mapping[tuple[float, float], list[tuple[str, str, str]]]) -> ItemSet | None:
    (low, high), keys = max(scales.items(), key=lambda scale: (len(scale[1]), scale[0]))
    sides = frozenset(side for *_, side in keys)
    wanted = sides & {"expected", "perceived"}
    whole: dict[str, list[str]] = defaultdict(list)
    for dimension, item in sorted({(dimension, item) for dimension, item, _ in keys}):
        if all((dimension, item, side) in keys for side in wanted):
            whole[dimension].append(f"{dimension}.{item}")
    if "perceived" not in sides or not whole:
        return None
    return ItemSet(name, {one: tuple(items) for one, items in _in_order(whole)}, low, high, sides)


def _in_order(dimensions: Mapping[str, list[str]]) -> Iterable[tuple[str, list[str]]]:
    """The published five in their order, any others by name."""
    order = {name: place for place, name in enumerate(SERVQUAL_1991.dimensions)}
    return sorted(dimensions.items(), key=lambda one: (order.get(one[0], len(order)), one[0]))


def _published(name: str, item: int) -> str:
    if name == "servqual":
        for dimension, items in SERVQUAL_1991.dimensions.items():
            if f"p{item:02}" in items:
                return dimension
    return WHOLE


def _read_tables(lake: Lake, items: ItemSet) -> tuple[dict[str, Floats], int]:
    """Respondents × items per side, NaN where nothing was answered; and how many respondents there are."""
    place = {item: number for number, item in enumerate(items.form.items)}
    rows = [(row, match) for row in _read_rows(lake, items) if (match := _ITEM.match(str(row["question"])))]
    who = {key: number for number, key in enumerate(dict.fromkeys(row["response_id"] for row, _ in rows))}
    tables = {side: np.full((len(who), len(place)), np.nan) for side in items.sides}
    for row, match in rows:
        dimension = match["dimension"] or _published(items.name, int(match["item"]))
        at = place.get(f"{dimension}.{match['item']}")
        if at is not None:
            tables[_SIDES[match["side"]]][who[row["response_id"]], at] = row["value"]
    return tables, len(who)


def _read_rows(lake: Lake, items: ItemSet) -> list[dict[str, Any]]:
    def question() -> ir.Table:
        answers = _answered(lake)
        answers = answers.filter(
            answers["question"].re_search(rf"^{items.name}\.([a-z0-9_]+\.)?[epa][0-9]{{1,3}}$"),
            answers["scale_min"] == items.low,
            answers["scale_max"] == items.high,
            answers["value"].between(items.low, items.high),
        )
        newest = answers.group_by("response_id").aggregate(last=answers["at"].max())
        newest = newest.order_by(newest["last"].desc(), newest["response_id"]).limit(MOST_READ)
        value = (answers["higher_is_better"] == False).ifelse(  # noqa: E712 - null is not false
            ibis.literal(items.low + items.high) - answers["value"], answers["value"]
        )
        told = answers.mutate(value=value).semi_join(newest, "response_id")
        return told.select("response_id", "question", "value").order_by("response_id", "question")

    rows: list[dict[str, Any]] = lake.fetch(question).to_pylist()
    return rows


def _answered(lake: Lake) -> ir.Table:
    answers = lake.read("answers")
    return answers.filter(answers["value"].notnull(), answers["response_id"].notnull())
