"""What customers say without being asked: tickets, calls, chats, reviews, social posts, community questions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from untilyes.sim.clockwork import DAY, HOUR, NEVER, Ints, Texts, draw_spans
from untilyes.sim.episodes import Bools, Episodes

# source -> share of everything that is not a survey
_QUOTAS = {"ticket": 0.33, "review": 0.26, "chat": 0.16, "call": 0.13, "social": 0.09, "community": 0.03}
_CHANNEL_OF = {"ticket": "email", "chat": "chat", "call": "phone"}
_TOUCHPOINT_OF = {"review": "delivery", "community": "advice"}


@dataclass(frozen=True)
class Mentions:
    """One piece of unasked feedback per row; `episode` is what it is about."""

    episode: Ints
    source: Texts
    at: Ints

    def __len__(self) -> int:
        return len(self.episode)


def draw_mentions(
    rng: np.random.Generator, episodes: Episodes, *, responses: int, survey_share: float, until: int
) -> Mentions:
    """Draw as many mentions as make `responses` the planned share of all feedback."""
    wanted = round(responses * (1 - survey_share) / survey_share)
    parts = []
    left, quota_left = wanted, sum(_QUOTAS.values())
    for source, quota in sorted(_QUOTAS.items(), key=lambda item: (_eligible(episodes, item[0]).sum(), item[0])):
        rows, at = _draw_source(rng, episodes, source, until)
        size = min(len(rows), round(left * quota / quota_left))
        chosen = rng.choice(len(rows), size=size, replace=False)
        parts.append(Mentions(rows[chosen], np.full(size, source, dtype="U12"), at[chosen]))
        left, quota_left = left - size, quota_left - quota
    return Mentions(*(np.concatenate([getattr(part, key) for part in parts]) for key in ("episode", "source", "at")))


def _draw_source(rng: np.random.Generator, episodes: Episodes, source: str, until: int) -> tuple[Ints, Ints]:
    """Return every episode that could be heard of through a source by `until`, and when."""
    rows = np.flatnonzero(_eligible(episodes, source))
    if source in {"ticket", "chat"}:
        at = episodes.opened_at[rows]
    elif source == "call":
        at = episodes.closed_at[rows]
    else:
        delay = draw_spans(rng, len(rows), median=2 * DAY if source == "review" else 5 * HOUR, sigma=0.8)
        at = episodes.closed_at[rows] + delay
    heard = at <= until
    return rows[heard], at[heard]


def _eligible(episodes: Episodes, source: str) -> Bools:
    """Mark the finished episodes a source can tell of; contacts are of help only, reviews of deliveries."""
    chosen: Bools = episodes.closed_at < NEVER
    if source in _CHANNEL_OF:
        helped = ~np.isin(episodes.touchpoint, ["ordering", "delivery"])
        chosen = chosen & helped & (episodes.channel == _CHANNEL_OF[source])
    elif source in _TOUCHPOINT_OF:
        chosen = chosen & (episodes.touchpoint == _TOUCHPOINT_OF[source])
    return chosen
