"""One service episode at a time, for the live traffic of the demonstration: as the company is in its last week."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from untilyes.sim.episodes import CAUSES, PRAISED, TASKS
from untilyes.sim.people import TEAM_OF
from untilyes.sim.texts import write_texts
from untilyes.sim.truths import Truths

_SOURCE_OF = {"email": "ticket", "chat": "chat", "phone": "call", "social": "social"}


@dataclass(frozen=True)
class Encounter:
    """What happened to one customer, and what they would say about it: `text` is empty when they would not write."""

    touchpoint: str
    channel: str
    source: str
    team: str
    task: str
    minutes: int
    got_it: bool
    good_job: bool
    text: str


def draw_encounter(rng: np.random.Generator, truths: Truths, *, language: str) -> Encounter:
    """Draw one encounter with a customer who writes in `language`; the worsening has happened."""
    pairs = sorted(truths.yes_usual)
    touchpoint, channel = pairs[rng.integers(len(pairs))]
    worse = truths.worsening
    hit = (touchpoint, channel) == (worse.touchpoint, worse.channel)
    yes = bool(rng.random() < (worse.yes_after if hit else truths.yes_usual[touchpoint, channel]))
    which = rng.choice(3, p=[0.45, 0.30, 0.25])  # both no, got it but badly, well but without it
    return Encounter(
        touchpoint=touchpoint,
        channel=channel,
        source=_SOURCE_OF.get(channel, "event"),
        team=TEAM_OF[touchpoint],
        task=str(rng.choice(TASKS[touchpoint])),
        minutes=int(rng.integers(3, 180)),
        got_it=yes or which == 1,
        good_job=yes or which == 2,
        text=_say(rng, touchpoint, yes=yes, language=language) if rng.random() < (0.2 if yes else 0.7) else "",
    )


def draw_mention(rng: np.random.Generator, *, language: str, source: str) -> str:
    """Draw what somebody writes without being asked, mostly praise."""
    cause = str(rng.choice(list(PRAISED) * 2 + ["website", "unclear", "wrong_price"]))
    return str(write_texts(rng, np.array([language]), np.array([cause]), np.array([source]))[0])


def _say(rng: np.random.Generator, touchpoint: str, *, yes: bool, language: str) -> str:
    shares = PRAISED if yes else CAUSES[touchpoint]
    weights = np.array(list(shares.values()))
    cause = rng.choice(list(shares), p=weights / weights.sum())
    return str(write_texts(rng, np.array([language]), np.array([cause]), np.array(["survey"]))[0])
