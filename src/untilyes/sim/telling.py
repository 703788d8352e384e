"""Tell the story as facts: one function per table of the lake."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from untilyes.sim.churn import Leaving
from untilyes.sim.clockwork import DAY, MINUTE, NEVER, SECOND, Ints, Texts, as_instant
from untilyes.sim.episodes import Episodes
from untilyes.sim.ledger import concat, make_table, number_ids, pick
from untilyes.sim.mentions import Mentions
from untilyes.sim.people import TEAM_OF, Customers, Employee
from untilyes.sim.texts import write_texts
from untilyes.sim.truths import PromiseTruth, Truths
from untilyes.sim.voices import Answers, Cases, Invitations

_SOURCE_OF = {"email": "ticket", "chat": "chat", "phone": "call", "social": "social"}


@dataclass(frozen=True)
class Story:
    """Everything drawn, already cut to what happened."""

    customers: Customers
    employees: tuple[Employee, ...]
    episodes: Episodes
    invitations: Invitations
    answers: Answers
    cases: Cases
    mentions: Mentions
    leaving: Leaving
    truths: Truths

    @property
    def interaction_ids(self) -> Texts:
        """The id of each episode."""
        return number_ids("fw-i", len(self.episodes))

    @property
    def response_ids(self) -> Texts:
        """The id of each invitation's response, answered or not."""
        return number_ids("fw-r", len(self.invitations))


def tell(rng: np.random.Generator, story: Story) -> dict[str, pa.Table]:
    """Return every table of the lake that has something to say."""
    texts = _tell_comments(rng, story)
    return {
        "customers": _tell_customers(story),
        "employees": _tell_employees(rng, story),
        "interactions": _tell_interactions(story),
        "answers": concat([_tell_answers(story), _tell_stars(rng, story)]),
        "comments": texts,
        "events": concat(
            [_tell_purchases(rng, story), _tell_logins(rng, story), _tell_invitations(rng, story), _tell_steps(story)]
        ),
        "outcomes": concat(
            [_tell_outcomes(story, promise) for promise in (story.truths.delivery, story.truths.refund)]
        ),
        "cases": _tell_cases(story),
    }


def _tell_customers(story: Story) -> pa.Table:
    known = story.customers
    return make_table(
        "customers", len(known), id=np.char.add("customer:", known.ids), customer_id=known.ids, at=known.joined_at,
        source="event", account_id=known.account_ids(), joined_at=known.joined_at, left_at=story.leaving.left_at,
        left_reason=story.leaving.reason, traits=known.traits_json(),
    )  # fmt: skip


def _tell_employees(rng: np.random.Generator, story: Story) -> pa.Table:
    """One row per employee and month of 21 working days; absence is 3.5 %, and 8 % where the truths say so."""
    since, until = as_instant(story.truths.since), as_instant(story.truths.until)
    starts = np.arange(since // DAY * DAY, until - 30 * DAY, 30 * DAY)
    staff = np.array([member.employee_id for member in story.employees])
    teams = np.array([member.team for member in story.employees])
    who, start = np.repeat(np.arange(len(staff)), len(starts)), np.tile(starts, len(staff))
    strained = (teams[who] == story.truths.absent_team) & (start >= starts[-2])
    absent = rng.binomial(21, np.where(strained, 0.08, 0.035)).astype(np.float64)
    ids = np.char.add(np.char.add(staff[who], ":"), (start // DAY).astype("U6"))
    return make_table(
        "employees", len(who), id=ids, at=start, source="event", team=teams[who], employee_id=staff[who],
        period_start=start, period_days=np.full(len(who), 21.0), absence_days=absent,
    )  # fmt: skip


def _tell_interactions(story: Story) -> pa.Table:
    done = story.episodes
    staff = np.array([member.employee_id for member in story.employees])
    served = np.where(np.isin(done.touchpoint, ["ordering", "delivery"]), "", staff[done.employee])
    return make_table(
        "interactions", len(done), id=story.interaction_ids, interaction_id=story.interaction_ids,
        customer_id=story.customers.ids[done.customer], at=done.opened_at, source=_sources(done.channel),
        channel=done.channel, touchpoint=done.touchpoint, team=done.team, opened_at=done.opened_at,
        closed_at=done.closed_at, task=done.task, employee_id=served, contacts=done.contacts,
        handoffs=done.handoffs, reopens=done.reopens,
    )  # fmt: skip


def _sources(channels: Texts) -> Texts:
    sources = np.full(len(channels), "event", dtype="U12")
    for channel, source in _SOURCE_OF.items():
        sources[channels == channel] = source
    return sources


def _about(story: Story, rows: Ints) -> dict[str, Texts]:
    """Return the envelope of invitations: whom and what they were about; the relationship survey goes by e-mail."""
    asked = story.invitations.episode[rows]
    related = asked < 0
    done = story.episodes
    return {
        "customer_id": story.customers.ids[story.invitations.customer[rows]],
        "interaction_id": pick(story.interaction_ids, asked),
        "channel": np.where(related, "email", done.channel[asked]),
        "touchpoint": np.where(related, "relationship", done.touchpoint[asked]),
        "team": np.where(related, TEAM_OF["relationship"], done.team[asked]),
    }


def _tell_answers(story: Story) -> pa.Table:
    said = story.answers
    responses = story.response_ids[said.invitation]
    return make_table(
        "answers", len(said.invitation), id=np.char.add(np.char.add(responses, ":"), said.question),
        at=story.invitations.answered_at[said.invitation], source="survey", **_about(story, said.invitation),
        response_id=responses, question=said.question, value=said.value,
        scale_min=np.where(np.isnan(said.value), np.nan, said.low),
        scale_max=np.where(np.isnan(said.value), np.nan, said.high),
        higher_is_better=np.ones(len(said.invitation), dtype=np.bool_), choice=said.choice,
    )  # fmt: skip


def _tell_stars(rng: np.random.Generator, story: Story) -> pa.Table:
    """A public review carries one to five stars beside its text."""
    rows = np.flatnonzero(story.mentions.source == "review")
    about = story.mentions.episode[rows]
    mood = np.where(story.episodes.yes[about], 4.6, 2.2)
    stars = np.clip(np.round(mood + 0.8 * rng.standard_normal(len(rows))), 1, 5)
    ids = number_ids("fw-m", len(story.mentions))[rows]
    return make_table(
        "answers", len(rows), id=np.char.add(ids, ":stars"), at=story.mentions.at[rows], source="review",
        **_mentioned(story, rows), response_id=ids, question="stars", value=stars, scale_min=np.full(len(rows), 1.0),
        scale_max=np.full(len(rows), 5.0), higher_is_better=np.ones(len(rows), dtype=np.bool_),
    )  # fmt: skip


def _mentioned(story: Story, rows: Ints) -> dict[str, Texts]:
    """Return the envelope of mentions; half of the social posts cannot be traced to a customer."""
    about = story.mentions.episode[rows]
    public = np.isin(story.mentions.source[rows], ["review", "social", "community"])
    lost = (story.mentions.source[rows] == "social") & (about % 2 == 0)
    return {
        "customer_id": np.where(lost, "", story.customers.ids[story.episodes.customer[about]]),
        "interaction_id": np.where(lost, "", story.interaction_ids[about]),
        "channel": np.where(
            public, np.where(story.mentions.source[rows] == "social", "social", "web"), story.episodes.channel[about]
        ),
        "touchpoint": story.episodes.touchpoint[about],
        "team": story.episodes.team[about],
    }


def _tell_comments(rng: np.random.Generator, story: Story) -> pa.Table:
    """Half of those who say no to a confirmation write why, one in seven of the others does; and every mention."""
    asked = story.invitations
    answered = np.flatnonzero(asked.answered & (asked.episode >= 0))
    chance = np.where(story.episodes.yes[asked.episode[answered]], 0.15, 0.5)
    rows = answered[rng.random(len(answered)) < chance]
    responses = story.response_ids[rows]
    surveyed = make_table(
        "comments", len(rows), id=np.char.add(responses, ":comment"), at=asked.answered_at[rows], source="survey",
        **_about(story, rows), response_id=responses,
        **_written(rng, story, asked.episode[rows], np.full(len(rows), "survey")),
    )  # fmt: skip
    heard = story.mentions
    every, ids = np.arange(len(heard)), number_ids("fw-m", len(heard))
    unasked = make_table(
        "comments", len(heard), id=ids, at=heard.at, source=heard.source, **_mentioned(story, every),
        response_id=np.where(heard.source == "review", ids, ""), **_written(rng, story, heard.episode, heard.source),
    )  # fmt: skip
    return concat([surveyed, unasked])


def _written(rng: np.random.Generator, story: Story, about: Ints, sources: Texts) -> dict[str, Texts]:
    """Return the words: whoever got in touch and was helped had asked, everyone else tells what was good or bad."""
    languages = story.customers.languages[story.episodes.customer[about]]
    done = story.episodes
    asks = done.yes[about] & np.isin(sources, ["ticket", "chat", "call"])
    causes = np.where(asks, np.char.add("ask_", done.touchpoint[about]), done.cause[about])
    return {"language": languages, "text": write_texts(rng, languages, causes, sources)}


def _tell_purchases(rng: np.random.Generator, story: Story) -> pa.Table:
    done = story.episodes
    rows = np.flatnonzero((done.touchpoint == "ordering") & (done.closed_at < NEVER))
    amount = np.round(np.exp(4.3 + 0.7 * rng.standard_normal(len(rows))), 2)
    orders = np.char.add("fw-o", np.char.zfill((done.order[rows] + 1).astype("U7"), 6))
    return make_table(
        "events", len(rows), id=np.char.add("purchase:", orders), customer_id=story.customers.ids[done.customer[rows]],
        interaction_id=story.interaction_ids[rows], at=done.closed_at[rows], source="event", channel=done.channel[rows],
        touchpoint="ordering", activity="purchase", process_id=orders, amount=amount,
    )  # fmt: skip


def _tell_logins(rng: np.random.Generator, story: Story) -> pa.Table:
    """Customers look around once every year or two, for as long as they are with us."""
    since, until = as_instant(story.truths.since), as_instant(story.truths.until)
    start = np.maximum(story.customers.joined_at, since)
    stay = np.minimum(story.leaving.left_at, until) - start
    who = np.repeat(np.arange(len(start)), rng.poisson(0.45 * stay / (365 * DAY)))
    at = start[who] + (rng.random(len(who)) * stay[who]).astype(np.int64)
    return make_table(
        "events", len(who), id=number_ids("login:", len(who)), customer_id=story.customers.ids[who], at=at,
        source="event", channel=rng.choice(np.array(["web", "mobile"]), size=len(who)), activity="login",
        duration_s=np.round(rng.exponential(8 * MINUTE / SECOND, len(who))),
    )  # fmt: skip


def _tell_invitations(rng: np.random.Generator, story: Story) -> pa.Table:
    asked = story.invitations
    raw = rng.bytes(16 * len(asked))
    ids = [f"invitation:{uuid.UUID(bytes=raw[16 * n : 16 * n + 16], version=4)}" for n in range(len(asked))]
    return make_table(
        "events", len(asked), id=np.array(ids), at=asked.sent_at, source="survey",
        **_about(story, np.arange(len(asked))), activity="invitation",
        process_id=np.where(asked.episode < 0, "relationship", "confirmation"),
        amount=asked.answered.astype(np.float64),
    )  # fmt: skip


def _tell_steps(story: Story) -> pa.Table:
    """What happened on the way: the parcel of an order, and the steps of the touchpoint where some wait."""
    done, wait = story.episodes, story.truths.wait
    until = as_instant(story.truths.until)
    arrived = np.flatnonzero((done.touchpoint == "delivery") & (done.closed_at < NEVER))
    about = np.flatnonzero(done.touchpoint == wait.touchpoint)
    passed, closed = about[done.passed_at[about] <= until], about[done.closed_at[about] < NEVER]
    rows = np.concatenate([arrived, about, passed, closed])
    at = [done.closed_at[arrived], done.opened_at[about], done.passed_at[passed], done.closed_at[closed]]
    sizes = [len(arrived), len(about), len(passed), len(closed)]
    activity = np.repeat(np.array(["parcel_delivered", "question_received", wait.before, wait.after]), sizes)
    orders = np.char.add("fw-o", np.char.zfill((done.order[rows] + 1).astype("U7"), 6))
    process = np.where(activity == "parcel_delivered", orders, story.interaction_ids[rows])
    return make_table(
        "events", len(rows), id=np.char.add(np.char.add(activity, ":"), story.interaction_ids[rows]),
        customer_id=story.customers.ids[done.customer[rows]], interaction_id=story.interaction_ids[rows],
        at=np.concatenate(at), source="event", channel=done.channel[rows], touchpoint=done.touchpoint[rows],
        team=done.team[rows], activity=activity, process_id=process,
    )  # fmt: skip


def _tell_outcomes(story: Story, promise: PromiseTruth) -> pa.Table:
    done = story.episodes
    rows = np.flatnonzero(done.touchpoint == promise.key)
    given = done.opened_at[rows]
    limit, target = (round(span.total_seconds()) * SECOND for span in (promise.limit, promise.target))
    ids = story.interaction_ids[rows]
    return make_table(
        "outcomes", len(rows), id=np.char.add(f"{promise.key}:", ids), interaction_id=ids,
        customer_id=story.customers.ids[done.customer[rows]], at=given, source="event", channel=done.channel[rows],
        touchpoint=done.touchpoint[rows], team=done.team[rows], promise=promise.key, promised_at=given,
        due_at=given + limit, target_at=given + target, kept_at=done.closed_at[rows],
    )  # fmt: skip


def _tell_cases(story: Story) -> pa.Table:
    heard = story.cases
    ids = number_ids("fw-c", len(heard))
    about = story.invitations.episode[heard.invitation]
    return make_table(
        "cases", len(heard), id=np.char.add("case:", ids), at=heard.opened_at, source="survey",
        **_about(story, heard.invitation), case_id=ids, opened_at=heard.opened_at, proposed_at=heard.proposed_at,
        yes_at=heard.yes_at, ended_at=heard.ended_at, ended_how=heard.how, reopens=heard.reopens,
        root_cause=np.where(heard.how == "", "", story.episodes.cause[about]),
    )  # fmt: skip
