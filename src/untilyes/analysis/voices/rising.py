"""Topics on the rise and fading: people who wrote about a topic lately, against the weeks before.

People are counted, not comments, so that one who writes ten times makes no trend. Given how many wrote about it in both
periods together, how many of them wrote lately is binomial while nothing changes (the conditional test of two rates,
Przyborowski & Wilenski 1940). Two windows per topic, all of them corrected together (Benjamini and Hochberg).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from untilyes.analysis.voices.reading import Comment
from untilyes.stats.multiplicity import benjamini_hochberg
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share

WINDOWS: Final = (1, 4)
"""Weeks that count as lately, each against the twelve before it."""
WEEKS_BEFORE: Final = 12
WEEKS_SHOWN: Final = 26
FEWEST: Final = 5
"""A trend of fewer people would tell on them."""
FALSE_SHARE: Final = 0.05
MAINLY: Final = 0.8
PLACES: Final = ("channel", "touchpoint", "source")


@dataclass(frozen=True)
class Talk:
    """How much a topic is talked about, week by week, and what can be said of that.

    `how` is new (nobody before), rising, fading or steady; `weeks` the window that shows it best. `lately` and `before`
    are shares of the people who wrote anything in its languages. `place` is where nearly all of the lately ones come
    from, and nearly all others do not; `all_there` whether really all.
    """

    how: str
    weeks: int
    q: float
    people: int
    lately: Estimate
    before: Estimate
    by_week: tuple[tuple[date, int, int], ...]
    place: tuple[str, str] | None = None
    all_there: bool = False

    @property
    def is_real(self) -> bool:
        """Whether it is more than chance would do."""
        return self.how != "steady"

    @property
    def sentence(self) -> str:
        """ "new this week, 14 customers, all by app"; without saying whether that is good."""
        when = "this week" if self.weeks == 1 else f"in the last {self.weeks} weeks"
        where = f", {'all' if self.all_there else 'nearly all'} {_tell_place(*self.place)}" if self.place else ""
        sides = f"{self.lately.brief()}, was {self.before.brief()}"
        if self.how == "new":
            return f"new {when}, {self.people:,} customers{where}"
        if self.how == "rising":
            return f"more often {when}: {sides}; {self.people:,} customers{where}"
        if self.how == "fading":
            return f"less often {when}: {sides}"
        return f"no real change: {sides}" if self.before.n and self.lately.n else "too few to tell"


def judge_talk(groups: Sequence[tuple[Sequence[Comment], Sequence[Comment]]]) -> list[Talk]:
    """What can be said of each topic, from its comments and all comments in its languages.

    Weeks end with the newest comment of all; the newest is the seven days up to it.
    """
    days = [comment.at.date() for _, beside in groups for comment in beside]
    if not days:
        return []
    newest = max(days)
    counted = [[_count(mine, beside, newest, weeks) for weeks in WINDOWS] for mine, beside in groups]
    p = np.array([[_test(*counts) for counts in windows] for windows in counted])
    q = benjamini_hochberg(p.ravel()).reshape(p.shape)
    return [
        _judge(mine, beside, newest, windows, chances)
        for (mine, beside), windows, chances in zip(groups, counted, q, strict=True)
    ]


def _judge(
    mine: Sequence[Comment],
    beside: Sequence[Comment],
    newest: date,
    windows: Sequence[tuple[int, int, int, int]],
    q: np.ndarray,
) -> Talk:
    # The window that shows it best; of equals the longer, which says more.
    best = min(range(len(WINDOWS)), key=lambda place: (round(float(q[place]), 6), -WINDOWS[place]))
    weeks, (k1, n1, k0, n0) = WINDOWS[best], windows[best]
    how = _tell_how(k1, n1, k0, n0) if q[best] <= FALSE_SHARE and max(k0, k1) >= FEWEST else "steady"
    if how == "steady":
        weeks, (k1, n1, k0, n0) = WINDOWS[-1], windows[-1]
    since = newest - timedelta(weeks=weeks)
    place = _find_place(mine, beside, since) if how in {"new", "rising"} else None
    lately = [one for one in mine if one.at.date() > since]
    all_there = place is not None and all(getattr(one, place[0]) == place[1] for one in lately)
    by_week = _count_weeks(mine, beside, newest)
    sides = estimate_share(k1, n1), estimate_share(k0, n0)
    return Talk(how, weeks, float(q[best]), k1, *sides, by_week, place, all_there)


def _tell_how(k1: int, n1: int, k0: int, n0: int) -> str:
    if k0 == 0:
        return "new"
    return "rising" if k1 * n0 > k0 * n1 else "fading"


def _count(mine: Sequence[Comment], beside: Sequence[Comment], newest: date, weeks: int) -> tuple[int, int, int, int]:
    """People who wrote about it lately, and about anything; and the same in the weeks before."""
    turn = newest - timedelta(weeks=weeks)
    start = turn - timedelta(weeks=WEEKS_BEFORE)
    return (
        _people(mine, turn, newest),
        _people(beside, turn, newest),
        _people(mine, start, turn),
        _people(beside, start, turn),
    )


def _people(comments: Sequence[Comment], after: date, until: date) -> int:
    """Different people who wrote after one day and until another; an unknown writer is one of their own."""
    return len({one.customer_id or one.id for one in comments if after < one.at.date() <= until})


def _test(k1: int, n1: int, k0: int, n0: int) -> float:
    """The chance of a split at least as uneven, either way, while nothing changes."""
    from scipy.stats import binom  # noqa: PLC0415 - half a second that only this needs

    if not n1 or not n0 or k1 + k0 == 0:
        return 1.0
    share = n1 / (n1 + n0)
    tails = binom.cdf(k1, k1 + k0, share), binom.sf(k1 - 1, k1 + k0, share)
    return float(min(1.0, 2 * min(tails)))


def _find_place(mine: Sequence[Comment], beside: Sequence[Comment], since: date) -> tuple[str, str] | None:
    """Where nearly all of the late ones come from, unless that is where nearly everybody comes from."""
    late = [one for one in mine if one.at.date() > since]
    for name in PLACES:
        (value, n), *_ = Counter(getattr(one, name) for one in late).most_common(1) or [(None, 0)]
        usual = sum(getattr(one, name) == value for one in beside)
        if value and n >= MAINLY * len(late) and usual < MAINLY * len(beside):
            return name, str(value)
    return None


def _count_weeks(mine: Sequence[Comment], beside: Sequence[Comment], newest: date) -> tuple[tuple[date, int, int], ...]:
    """The first day of each of the last 26 weeks, comments about it, and all comments in its languages."""
    week_of = [Counter((newest - one.at.date()).days // 7 for one in group) for group in (mine, beside)]
    return tuple(
        (newest - timedelta(days=7 * back + 6), week_of[0][back], week_of[1][back])
        for back in range(WEEKS_SHOWN - 1, -1, -1)
    )


def _tell_place(name: str, value: str) -> str:
    told = value.replace("_", " ")
    return {"channel": f"by {told}", "touchpoint": f"about {told}"}.get(name, f"in {told}s")
