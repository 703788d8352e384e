"""Service episodes: orders, deliveries against the promise, and the help people ask for afterwards.

Everything is drawn as if nobody ever left; `company` cuts what would have happened after a customer's last day.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from untilyes.sim.clockwork import (
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    Floats,
    Ints,
    Texts,
    as_instant,
    draw_days,
    draw_instants,
    draw_spans,
    yes_shifts,
)  # fmt: skip
from untilyes.sim.people import TEAM_OF, Customers, Employee
from untilyes.sim.truths import PromiseTruth, Truths
from untilyes.sim.waiting import draw_waiting, find_slow, shifts_by_waiting

Bools = NDArray[np.bool_]

_ORDER_CHANNELS = {"web": 0.52, "mobile": 0.33, "phone": 0.06, "in_person": 0.09}
# touchpoint -> (share of orders that lead to it, median days after delivery, channels)
_HELP: dict[str, tuple[float, float, dict[str, float]]] = {
    "refund": (0.55, 4.0, {"email": 0.66, "chat": 0.14, "phone": 0.12, "in_person": 0.08}),
    "billing": (0.12, 6.0, {"email": 0.45, "chat": 0.25, "phone": 0.30}),
    "advice": (0.24, 9.0, {"chat": 0.38, "phone": 0.22, "email": 0.22, "in_person": 0.10, "social": 0.08}),
    "repair": (0.08, 60.0, {"email": 0.50, "phone": 0.25, "in_person": 0.25}),
}
_HELP_HOURS = {"email": 20.0, "chat": 0.4, "phone": 0.3, "in_person": 0.3, "social": 5.0}
TASKS = {
    "ordering": ("get ready for a trip", "replace worn gear", "buy a present", "equip a group"),
    "delivery": ("receive the parcel in time",),
    "refund": ("return what does not fit", "return a present", "get money back after a cancelled trip"),
    "billing": ("get a correct invoice", "understand a charge", "change the way to pay"),
    "advice": ("choose the right size", "plan a trip", "use what I bought", "compare two products"),
    "repair": ("make it work again", "use the guarantee"),
}
CAUSES: dict[str, dict[str, float]] = {
    "ordering": {"website": 0.5, "unclear": 0.3, "wrong_price": 0.2},
    "delivery": {"damaged": 0.4, "wrong_item": 0.4, "careless_drop": 0.2},
    "refund": {"slow_money": 0.45, "no_answer": 0.25, "asked_twice": 0.15, "rude": 0.15},
    "billing": {"overcharged": 0.5, "unclear": 0.3, "no_answer": 0.2},
    "advice": {"wrong_advice": 0.5, "no_answer": 0.3, "rude": 0.2},
    "repair": {"repair_failed": 0.5, "slow_repair": 0.35, "no_answer": 0.15},
}
PRAISED = {"fast": 0.4, "people": 0.35, "product": 0.25}


@dataclass(frozen=True)
class Episodes:
    """Interactions as columns of equal length.

    `customer` and `employee` are positions, `order` numbers the purchase they belong to, instants are microseconds UTC,
    `margin_days` is due minus kept (NaN without a promise), `yes` is what the customer would answer, asked or not, and
    `cause` is why: a failure's cause, or what is praised. `passed_at` is when somebody outside was asked, or NEVER.
    """

    customer: Ints
    order: Ints
    touchpoint: Texts
    channel: Texts
    opened_at: Ints
    closed_at: Ints
    margin_days: Floats
    yes: Bools
    cause: Texts
    task: Texts
    team: Texts
    employee: Ints
    contacts: Ints
    handoffs: Ints
    reopens: Ints
    passed_at: Ints

    def __len__(self) -> int:
        return len(self.customer)

    def take(self, rows: NDArray[np.intp] | Bools) -> Episodes:
        """Return the chosen rows, in the order chosen."""
        return replace(self, **{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    @property
    def broken(self) -> Bools:
        """True where a promise was given and broken."""
        return np.nan_to_num(self.margin_days, nan=1.0) < 0


def draw_episodes(
    rng: np.random.Generator, customers: Customers, employees: tuple[Employee, ...], truths: Truths, weights: Floats
) -> Episodes:
    """Draw all interactions, ordered by the time they open."""
    ordering = _draw_orders(rng, customers, truths, weights)
    delivery = _draw_deliveries(rng, ordering, truths.delivery)
    parts = [ordering, delivery, *(_draw_help(rng, delivery, customers, name) for name in _HELP)]
    drawn = _stack(parts)
    drawn = drawn.take(np.argsort(drawn.opened_at, kind="stable"))
    drawn = _settle_refunds(rng, drawn, truths.refund)
    # With chance of its own, so that everything else is drawn as it would be without.
    passed_at, closed_at = draw_waiting(rng.spawn(1)[0], drawn.touchpoint, drawn.closed_at, truths.wait)
    drawn = replace(drawn, passed_at=passed_at, closed_at=closed_at)
    yes = rng.random(len(drawn)) < chances_of_yes(drawn, truths)
    drawn = replace(drawn, yes=yes)
    return _draw_circumstances(rng, drawn, employees, truths)


def chances_of_yes(episodes: Episodes, truths: Truths) -> Floats:
    """Return each episode's chance of a yes: its usual level, the worsening, the promise, the wobble."""
    chance = np.full(len(episodes), np.nan)
    for (touchpoint, channel), usual in truths.yes_usual.items():
        chance[(episodes.touchpoint == touchpoint) & (episodes.channel == channel)] = usual
    worse = truths.worsening
    hit = (episodes.touchpoint == worse.touchpoint) & (episodes.channel == worse.channel)
    hit &= episodes.closed_at >= as_instant(worse.at)
    chance[hit] = worse.yes_after
    refund = episodes.touchpoint == "refund"
    drop = -truths.refund.yes_broken
    shift = share_broken(truths.refund) * drop - np.where(episodes.broken, drop, 0.0)
    chance = np.where(refund, chance + shift, chance)
    chance = chance + shifts_by_waiting(episodes.touchpoint, episodes.passed_at, episodes.closed_at, truths.wait)
    delivery = episodes.touchpoint == "delivery"
    chance[delivery] = truths.delivery.chance_of_yes(episodes.margin_days[delivery])
    return np.clip(chance + yes_shifts(episodes.closed_at, truths.wobble), 0.0, 1.0)


def share_broken(promise: PromiseTruth) -> float:
    """Return the chance that a promise is broken, from its log-normal time to completion."""
    z = math.log(promise.limit.total_seconds() / 86400 / promise.median_days) / promise.sigma
    return 0.5 * math.erfc(z / math.sqrt(2))


def _draw_orders(rng: np.random.Generator, customers: Customers, truths: Truths, weights: Floats) -> Episodes:
    """Joining is a first order; further orders come at each customer's own rate for as long as they are there."""
    days, first_day = len(weights), as_instant(truths.since) // DAY
    joined = np.maximum(customers.joined_at // DAY - first_day, 0)
    rate = rng.gamma(1.2, 0.5, len(customers)) * days / 730
    again = rng.poisson(rate * (days - joined) / days)
    who = np.repeat(np.arange(len(customers)), again)
    day = draw_days(rng, weights, joined[who])
    newcomers = np.flatnonzero(customers.joined_at // DAY >= first_day)
    who, day = np.concatenate([who, newcomers]), np.concatenate([day, joined[newcomers]])
    opened = draw_instants(rng, first_day + day, customers.zones[who])
    opened = np.maximum(opened, customers.joined_at[who])
    channel = _choose(rng, _ORDER_CHANNELS, len(who))
    closed = opened + draw_spans(rng, len(who), median=12 * MINUTE, sigma=0.5)
    return _blank(who, np.arange(len(who)), "ordering", channel, opened, closed)


def _draw_deliveries(rng: np.random.Generator, orders: Episodes, promise: PromiseTruth) -> Episodes:
    """A delivery opens when the order is placed and closes when the parcel arrives."""
    took = draw_spans(rng, len(orders), median=promise.median_days * DAY, sigma=promise.sigma)
    made = _blank(orders.customer, orders.order, "delivery", orders.channel, orders.closed_at, orders.closed_at + took)
    return replace(made, margin_days=(promise.limit.total_seconds() / 86400) - took / DAY)


def _draw_help(rng: np.random.Generator, deliveries: Episodes, customers: Customers, touchpoint: str) -> Episodes:
    """Some orders lead to asking for help, some days after the parcel came."""
    share, median_days, channels = _HELP[touchpoint]
    rows = np.flatnonzero(rng.random(len(deliveries)) < share)
    after = deliveries.take(rows)
    day = (after.closed_at + draw_spans(rng, len(rows), median=median_days * DAY, sigma=0.6)) // DAY
    opened = draw_instants(rng, day, customers.zones[after.customer])
    opened = np.maximum(opened, after.closed_at + HOUR)
    channel = _choose(rng, channels, len(rows))
    hours = np.array([_HELP_HOURS[name] for name in channel])
    closed = opened + (hours * HOUR * np.exp(0.6 * rng.standard_normal(len(rows)))).astype(np.int64)
    return _blank(after.customer, after.order, touchpoint, channel, opened, closed)


def _settle_refunds(rng: np.random.Generator, episodes: Episodes, promise: PromiseTruth) -> Episodes:
    """A refund is over when the money is back: its promise and its end are the same instant."""
    took = promise.median_days * np.exp(promise.sigma * rng.standard_normal(len(episodes)))
    refund = episodes.touchpoint == "refund"
    margin = np.where(refund, promise.limit.total_seconds() / 86400 - took, episodes.margin_days)
    closed = np.where(refund, episodes.opened_at + (took * DAY).astype(np.int64), episodes.closed_at)
    return replace(episodes, margin_days=margin, closed_at=closed)


def _draw_circumstances(
    rng: np.random.Generator, episodes: Episodes, employees: tuple[Employee, ...], truths: Truths
) -> Episodes:
    """Fill in who served, why it went as it did, and how much to and fro there was.

    Failures cost extra contacts and reopens; hand-offs and the employee are drawn without looking at the outcome.
    """
    size = len(episodes)
    cause, task, team = (np.empty(size, dtype="U40") for _ in range(3))
    employee = np.zeros(size, dtype=np.int64)
    for touchpoint, causes in CAUSES.items():
        here = np.flatnonzero(episodes.touchpoint == touchpoint)
        cause[here] = _choose(rng, causes, len(here))
        task[here] = rng.choice(np.array(TASKS[touchpoint]), size=len(here))
        team[here] = TEAM_OF[touchpoint]
        staff = [n for n, member in enumerate(employees) if member.team == TEAM_OF[touchpoint]]
        employee[here] = rng.choice(np.array(staff), size=len(here))
    cause = np.where((episodes.touchpoint == "delivery") & episodes.broken, "late", cause)
    slow = find_slow(episodes.passed_at, episodes.closed_at, truths.wait)
    cause = np.where(slow, "no_answer", cause)
    cause = np.where(_caused_by_worsening(rng, episodes, truths), truths.worsening.cause, cause)
    cause = np.where(episodes.yes, _choose(rng, PRAISED, size), cause)
    helped = ~np.isin(episodes.touchpoint, ["ordering", "delivery"])
    failed = ~episodes.yes
    contacts = 1 + rng.poisson(np.where(helped, 0.5, 0.02) + np.where(failed & helped, 1.1, 0.0))
    handoffs = rng.poisson(np.where(helped, 0.45, 0.0), size)
    reopens = rng.poisson(np.where(failed & helped, 0.35, np.where(helped, 0.05, 0.0)))
    return replace(
        episodes, cause=cause, task=task, team=team, employee=employee,
        contacts=contacts, handoffs=handoffs, reopens=reopens,
    )  # fmt: skip


def _caused_by_worsening(rng: np.random.Generator, episodes: Episodes, truths: Truths) -> Bools:
    """Mark the failures that would not have happened before the worsening: the added share of all failures after it."""
    worse = truths.worsening
    added = (worse.yes_before - worse.yes_after) / (1 - worse.yes_after)
    hit = (episodes.touchpoint == worse.touchpoint) & (episodes.channel == worse.channel) & ~episodes.yes
    caused: Bools = hit & (episodes.closed_at >= as_instant(worse.at)) & (rng.random(len(episodes)) < added)
    return caused


def _blank(customer: Ints, order: Ints, touchpoint: str, channel: Texts, opened: Ints, closed: Ints) -> Episodes:
    size = len(customer)
    empty, zeros = np.full(size, "", dtype="U40"), np.zeros(size, dtype=np.int64)
    return Episodes(
        customer, order, np.full(size, touchpoint, dtype="U12"), channel.astype("U12"), opened, closed,
        np.full(size, np.nan), np.zeros(size, dtype=np.bool_), empty, empty, empty, zeros, zeros, zeros, zeros,
        np.full(size, NEVER),
    )  # fmt: skip


def _stack(parts: list[Episodes]) -> Episodes:
    columns = {f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Episodes)}
    return Episodes(**columns)


def _choose(rng: np.random.Generator, shares: dict[str, float], size: int) -> Texts:
    weights = np.array(list(shares.values()))
    return rng.choice(np.array(list(shares)), size=size, p=weights / weights.sum())
