"""Who was asked, who answered, what they answered, and which No became a case: drawn before anyone leaves."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from untilyes.sim.clockwork import DAY, HOUR, MINUTE, NEVER, Floats, Ints, Texts, as_instant, draw_spans
from untilyes.sim.episodes import Bools, Episodes
from untilyes.sim.people import Customers
from untilyes.sim.truths import Truths

_ASKED = {"ordering": 0.18, "delivery": 0.55, "refund": 0.95, "billing": 0.8, "advice": 0.75, "repair": 0.85}
_RESPONSE_SHARE = 0.42
_RESPONSE_SHARE_REFUND = 0.72  # money is at stake
_QUARTER = 91 * DAY


@dataclass(frozen=True)
class Invitations:
    """Everyone we asked; `episode` is -1 for the quarterly relationship survey, `answered_at` is NEVER in silence."""

    customer: Ints
    episode: Ints
    sent_at: Ints
    answered_at: Ints

    def __len__(self) -> int:
        return len(self.customer)

    def take(self, rows: NDArray[np.intp] | Bools) -> Invitations:
        """Return the chosen rows."""
        return replace(self, **{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    @property
    def answered(self) -> Bools:
        """True where an answer came."""
        return self.answered_at < NEVER


@dataclass(frozen=True)
class Cases:
    """One case per No: `invitation` is the position of the response that opened it; `how` is "" while open."""

    invitation: Ints
    opened_at: Ints
    proposed_at: Ints
    yes_at: Ints
    ended_at: Ints
    how: Texts
    reopens: Ints

    def __len__(self) -> int:
        return len(self.invitation)

    def take(self, rows: NDArray[np.intp] | Bools) -> Cases:
        """Return the chosen rows."""
        return replace(self, **{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True)
class Answers:
    """Answered questions: `invitation` positions, the value on its own scale, the choice's words where there are."""

    invitation: Ints
    question: Texts
    value: Floats
    low: Floats
    high: Floats
    choice: Texts


def draw_invitations(rng: np.random.Generator, episodes: Episodes, customers: Customers, truths: Truths) -> Invitations:
    """Ask after a share of all episodes, and 4 % of the customers each quarter; answering does not depend on mood."""
    ask = np.zeros(len(episodes))
    for touchpoint, share in _ASKED.items():
        ask[episodes.touchpoint == touchpoint] = share
    asked = np.flatnonzero(rng.random(len(episodes)) < ask)
    sent = episodes.closed_at[asked] + draw_spans(rng, len(asked), median=20 * MINUTE, sigma=0.4)
    who, when = _draw_relationship(rng, customers, truths)
    customer = np.concatenate([episodes.customer[asked], who])
    sent_at = np.concatenate([sent, when])
    refund = np.append(episodes.touchpoint[asked] == "refund", np.zeros(len(who), dtype=np.bool_))
    answers = rng.random(len(sent_at)) < np.where(refund, _RESPONSE_SHARE_REFUND, _RESPONSE_SHARE)
    waited = draw_spans(rng, len(sent_at), median=3 * HOUR, sigma=1.3)
    answered_at = np.where(answers, sent_at + waited, NEVER)
    return Invitations(customer, np.concatenate([asked, np.full(len(who), -1)]), sent_at, answered_at)


def _draw_relationship(rng: np.random.Generator, customers: Customers, truths: Truths) -> tuple[Ints, Ints]:
    since, until = as_instant(truths.since), as_instant(truths.until)
    who, when = [], []
    for sent in range(until - 3 * DAY, since, -_QUARTER):
        there = np.flatnonzero((customers.joined_at < sent) & (rng.random(len(customers)) < 0.04))
        who.append(there)
        when.append(sent + rng.integers(0, 2 * HOUR, len(there)))
    return np.concatenate(who).astype(np.int64), np.concatenate(when)


def draw_cases(rng: np.random.Generator, invitations: Invitations, episodes: Episodes, until: int) -> Cases:
    """Open a case on every No; seven in ten reach their yes, the others end with a reason three weeks later."""
    told = invitations.answered & (invitations.episode >= 0)
    told &= ~episodes.yes[invitations.episode]
    rows = np.flatnonzero(told)
    size, opened = len(rows), invitations.answered_at[rows]
    turned = rng.random(size) < 0.70
    took = np.where(
        turned,
        draw_spans(rng, size, median=2.2 * DAY, sigma=0.9),
        21 * DAY + draw_spans(rng, size, median=2 * DAY, sigma=0.5),
    )
    how = np.where(
        turned, "yes", rng.choice(np.array(["unreachable", "withdrew", "not_ours"]), size=size, p=[0.6, 0.3, 0.1])
    )
    proposed = opened + (took * rng.uniform(0.4, 0.9, size)).astype(np.int64)
    ended = opened + took
    is_open = ended > until
    return Cases(
        invitation=rows,
        opened_at=opened,
        proposed_at=np.where(proposed > until, NEVER, proposed),
        yes_at=np.where(turned & ~is_open, ended, NEVER),
        ended_at=np.where(is_open, NEVER, ended),
        how=np.where(is_open, "", how),
        reopens=rng.poisson(0.25, size) * (~is_open),
    )


def draw_answers(
    rng: np.random.Generator, invitations: Invitations, episodes: Episodes, truths: Truths, hurt: Bools
) -> Answers:
    """Draw every answer; `hurt` marks invitations of customers with a recently broken delivery promise."""
    confirmed = np.flatnonzero(invitations.answered & (invitations.episode >= 0))
    related = np.flatnonzero(invitations.answered & (invitations.episode < 0))
    about = invitations.episode[confirmed]
    yes, broken = episodes.yes[about], episodes.broken[about] & (episodes.touchpoint[about] == "delivery")
    parts = [*_confirmations(rng, confirmed, yes, episodes.cause[about])]
    asked = rng.random(len(confirmed)) < 0.25
    mood = np.where(broken, 2, np.where(yes, 0, 1))
    parts += _trust(rng, confirmed[asked], mood[asked], truths)
    parts += _trust(rng, related, np.where(hurt[related], 2, 0), truths)
    parts.append(_nps(rng, related, hurt[related], truths))
    spoken = np.isin(episodes.channel[about], ["chat", "phone"])
    stars = np.clip(np.round(np.where(yes, 4.5, 2.3) + 0.7 * rng.standard_normal(len(yes))), 1, 5)
    parts.append(_answers(confirmed[spoken], "csat", stars[spoken], 1, 5))
    handled = np.isin(episodes.touchpoint[about], ["billing", "repair"]) & (rng.random(len(yes)) < 0.5)
    ease = np.clip(np.round(np.where(yes, 5.8, 3.4) + 1.1 * rng.standard_normal(len(yes))), 1, 7)
    parts.append(_answers(confirmed[handled], "ces", ease[handled], 1, 7))
    return Answers(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Answers)))


def _confirmations(rng: np.random.Generator, rows: Ints, yes: Bools, cause: Texts) -> list[Answers]:
    """Both questions from everyone; a fifth also tells whether it was timely, complete and courteous."""
    which = rng.choice(3, size=len(rows), p=[0.45, 0.30, 0.25])  # both no, got it but badly, well but without it
    got, good = yes | (which == 1), yes | (which == 2)
    parts = [
        _answers(rows, "got_it", got, 0, 1),
        _answers(rows, "good_job", good, 0, 1),
        _answers(rows, "effective", yes, 0, 1),
    ]
    more = rng.random(len(rows)) < 0.2
    blamed = {
        "timely": ("late", "slow_money", "slow_repair", "no_answer"),
        "complete": ("asked_twice", "unclear", "wrong_item", "repair_failed", "wrong_advice"),
        "courteous": ("rude", "careless_drop"),
    }
    for question, causes in blamed.items():
        chance = np.where(yes, 0.97, np.where(np.isin(cause, causes), 0.12, 0.80))
        parts.append(_answers(rows[more], question, (rng.random(len(rows)) < chance)[more], 0, 1))
    return parts


def _trust(rng: np.random.Generator, rows: Ints, mood: Ints, truths: Truths) -> list[Answers]:
    """Yes, sometimes or no by what happened last; who hesitates often names the weak leg."""
    known = truths.trust
    chances = np.array([known.after_success, known.after_failure, known.after_broken_promise])[mood]
    level = 2 - (rng.random(len(rows))[:, None] > np.cumsum(chances, axis=1)[:, :2]).sum(axis=1)
    words = np.array(["no", "sometimes", "yes"])
    trust = replace(_answers(rows, "trust", level, 0, 2), choice=words[level])
    told = (level < 2) & (rng.random(len(rows)) < 0.6)
    leg = rng.choice(np.array(["sincerity", "competence", "reliability"]), size=len(rows), p=known.weak_leg_otherwise)
    unreliable = (mood == 2) & (rng.random(len(rows)) < known.reliability_after_broken_promise)
    leg = np.where(unreliable, "reliability", leg)
    return [trust, replace(_answers(rows[told], "trust.weak_leg", np.full(told.sum(), np.nan), 0, 1), choice=leg[told])]


def _nps(rng: np.random.Generator, rows: Ints, hurt: Bools, truths: Truths) -> Answers:
    usual, after = (np.array(weights) / sum(weights) for weights in (truths.nps.usual, truths.nps.after_broken_promise))
    score = np.where(hurt, rng.choice(11, size=len(rows), p=after), rng.choice(11, size=len(rows), p=usual))
    return _answers(rows, "nps", score, 0, 10)


def _answers(rows: Ints, question: str, values: NDArray[np.generic], low: float, high: float) -> Answers:
    size = len(rows)
    return Answers(
        rows, np.full(size, question, dtype="U16"), values.astype(np.float64), np.full(size, float(low)),
        np.full(size, float(high)), np.full(size, "", dtype="U12"),
    )  # fmt: skip
