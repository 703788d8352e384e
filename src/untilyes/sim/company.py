"""Fernweh, a travel-gear shop that does not exist: everything that happened there, as tables of the lake."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from untilyes.sim import telling
from untilyes.sim.churn import PERIOD, draw_leaving, exposures
from untilyes.sim.clockwork import DAY, NEVER, Ints, as_instant, day_weights
from untilyes.sim.episodes import Bools, Episodes, draw_episodes
from untilyes.sim.mentions import draw_mentions
from untilyes.sim.people import Employee, Person, draw_customers, draw_employees
from untilyes.sim.truths import PromiseTruth, Truths, plant_truths
from untilyes.sim.voices import Cases, Invitations, draw_answers, draw_cases, draw_invitations

NAME = "Fernweh"


@dataclass(frozen=True)
class Company:
    """A simulated company: its facts by lake table, its people, what it promises, and what is known to be so."""

    name: str
    tables: dict[str, pa.Table]
    people: list[Person]
    employees: tuple[Employee, ...]
    promises: tuple[PromiseTruth, ...]
    truths: Truths

    @property
    def size(self) -> int:
        """The number of facts in all tables."""
        return sum(table.num_rows for table in self.tables.values())


def simulate(*, until: datetime, seed: int = 7, customers: int = 20_000, years: int = 2) -> Company:
    """Simulate the company up to `until` (aware). The same arguments give the same company, to the last letter."""
    if until.tzinfo is None:
        raise ValueError("`until` needs a time zone, so that nothing depends on the clock of this machine.")
    until = until.astimezone(UTC).replace(microsecond=0)
    truths = plant_truths(until, days=365 * years)
    rng = np.random.default_rng([seed, customers, years])
    first_day, end = as_instant(truths.since) // DAY, as_instant(until)
    weights = day_weights(first_day, 365 * years + 1, truths.wobble)
    known = draw_customers(rng, customers, first_day=first_day, weights=weights)
    known = replace(known, joined_at=np.minimum(known.joined_at, end))
    staff = draw_employees(rng)
    episodes = draw_episodes(rng, known, staff, truths, weights)
    invitations = draw_invitations(rng, episodes, known, truths)
    cases = draw_cases(rng, invitations, episodes, end)
    exposed = exposures(known, episodes, invitations, cases, truths)
    leaving = draw_leaving(rng, known, exposed, truths)
    truths = replace(truths, churn=leaving.sources)
    episodes, invitations, cases = _cut(episodes, invitations, cases, until=end, left_at=leaving.left_at)
    hurt = _recently_broken(exposed, invitations, as_instant(truths.since))
    answers = draw_answers(rng, invitations, episodes, truths, hurt)
    mentions = draw_mentions(
        rng, episodes, responses=int(invitations.answered.sum()), survey_share=truths.survey_share, until=end
    )
    story = telling.Story(known, staff, episodes, invitations, answers, cases, mentions, leaving, truths)
    return Company(
        name=NAME,
        tables=telling.tell(rng, story),
        people=known.people(),
        employees=staff,
        promises=(truths.delivery, truths.refund),
        truths=truths,
    )


def _cut(
    episodes: Episodes, invitations: Invitations, cases: Cases, *, until: int, left_at: Ints
) -> tuple[Episodes, Invitations, Cases]:
    """Drop what would have come after a customer's last day or after `until`; what was under way stays open."""
    stays = (episodes.opened_at <= until) & (episodes.opened_at < left_at[episodes.customer])
    asked = (invitations.sent_at <= until) & (invitations.sent_at < left_at[invitations.customer])
    asked &= np.where(invitations.episode >= 0, stays[invitations.episode], True)
    said = (invitations.answered_at <= until) & asked
    heard = said[cases.invitation] & (cases.opened_at <= until)
    cases, invitations = (
        cases.take(heard),
        replace(invitations, answered_at=np.where(invitations.answered_at <= until, invitations.answered_at, NEVER)),
    )
    cases = replace(cases, invitation=(np.cumsum(asked) - 1)[cases.invitation])
    invitations = invitations.take(asked)
    moved = np.where(invitations.episode >= 0, (np.cumsum(stays) - 1)[invitations.episode], -1)
    episodes = episodes.take(stays)
    closed = np.where(episodes.closed_at <= until, episodes.closed_at, NEVER)
    return replace(episodes, closed_at=closed), replace(invitations, episode=moved), cases


def _recently_broken(exposed: Bools, invitations: Invitations, since: int) -> Bools:
    period = np.clip((invitations.sent_at - since) // PERIOD, 0, exposed.shape[2] - 1)
    broken: Bools = exposed[0, invitations.customer, period]
    return broken
