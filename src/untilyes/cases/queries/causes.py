"""Why things go wrong, and how often: a count of cases for each cause, the most frequent first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from untilyes.cases.causes import SIGN
from untilyes.cases.models import Case, RootCause
from untilyes.cases.rules import EndedHow
from untilyes.stats import Estimate, Verdict, compare_many_shares, estimate_share, estimate_shares
from untilyes.workspaces.tenancy import current_workspace

SURE = 0.95
MONTH = "%Y-%m"


@dataclass(frozen=True)
class CauseLine:
    """One cause of the tree, with its path from the broadest."""

    id: int
    path: str
    depth: int


@dataclass(frozen=True)
class CauseBar:
    """One bar of the Pareto chart. `share` is of the cases below `under`; `months` are its shares month by month.

    The intervals of all bars hold together with 95 % certainty. `verdict` compares the later half of the time with the
    earlier one, all causes corrected together; more of a cause is worse. `is_leaf` tells that nothing lies below it.
    """

    path: str
    name: str
    count: int
    share: Estimate
    so_far: float
    months: tuple[Estimate, ...]
    verdict: Verdict
    is_leaf: bool


@dataclass(frozen=True)
class Pareto:
    """Root causes of the cases opened in a time, below one cause or at the top. Duplicates count once.

    `named` of `total` cases have a cause; `unknown` were proposed to be solved before it was known.
    """

    since: datetime
    until: datetime
    under: str
    bars: tuple[CauseBar, ...]
    months: tuple[str, ...]
    counted: int
    named: Estimate
    total: int
    unknown: int


def list_causes() -> Sequence[CauseLine]:
    """The causes that are offered, in the order of the tree."""
    offered = RootCause.objects.filter(retired_at=None)
    return [CauseLine(one.pk, one.path, one.path.count(SIGN)) for one in offered]


def read_pareto(*, since: datetime, until: datetime, under: str = "") -> Pareto:
    """How often each cause was why, among cases opened from `since` on and before `until`.

    Shares are Wilson's at a level corrected for the number of causes (Goodman 1965, Technometrics 7), so that they hold
    together.
    """
    opened = Case.objects.filter(opened_at__gte=since, opened_at__lt=until).exclude(ended_how=EndedHow.DUPLICATE)
    rows = list(opened.values_list("opened_at", "root_cause", "cause_missing"))
    reach = f"{under}{SIGN}".casefold() if under else ""
    told = [(at, path) for at, path, _ in rows if path and (path + SIGN).casefold().startswith(reach)]
    named = sum(bool(path) for _, path, _ in rows)
    return Pareto(
        since=since,
        until=until,
        under=under,
        bars=tuple(_draw_bars(told, under, since=since, until=until)),
        months=tuple(_list_months(since, until)),
        counted=len(told),
        named=estimate_share(named, len(rows)),
        total=len(rows),
        unknown=sum(bool(why) and not path for _, path, why in rows),
    )


def _draw_bars(told: Sequence[tuple[datetime, str]], under: str, *, since: datetime, until: datetime) -> list[CauseBar]:
    groups = [(at, _next_level(path, under)) for at, path in told]
    counts = Counter(group for _, group in groups)
    if not counts:
        return []
    ranked = sorted(counts, key=lambda group: (-counts[group], group))
    ks, n = [counts[group] for group in ranked], len(told)
    shares = estimate_shares(ks, n, level=1 - (1 - SURE) / len(ranked))
    verdicts = _judge_halves(groups, ranked, middle=since + (until - since) / 2)
    months = _split_by_month(groups)
    deeper = {_next_level(path, under) for _, path in told if path != _next_level(path, under)}
    bars, so_far = [], 0
    for place, group in enumerate(ranked):
        so_far += ks[place]
        trend = tuple(
            estimate_share(months.get(month, Counter())[group], months.get(month, Counter()).total())
            for month in _list_months(since, until)
        )
        name = group.rpartition(SIGN)[2]
        share, is_leaf = shares[place], group not in deeper
        bars.append(CauseBar(group, name, ks[place], share, so_far / n, trend, verdicts[place], is_leaf))
    return bars


def _next_level(path: str, under: str) -> str:
    """The cause one level below `under` on the way to `path`; `under` itself where the path ends there."""
    depth = under.count(SIGN) + 1 if under else 0
    return SIGN.join(path.split(SIGN)[: depth + 1])


def _judge_halves(groups: Sequence[tuple[datetime, str]], ranked: Sequence[str], *, middle: datetime) -> list[Verdict]:
    early = Counter(group for at, group in groups if at < middle)
    late = Counter(group for at, group in groups if at >= middle)
    before = ([early[group] for group in ranked], early.total())
    after = ([late[group] for group in ranked], late.total())
    if not before[1] or not after[1]:
        return [Verdict.TOO_FEW] * len(ranked)
    return [Verdict(one) for one in compare_many_shares(before, after, better="lower").verdicts.tolist()]


def _split_by_month(groups: Sequence[tuple[datetime, str]]) -> Mapping[str, Counter[str]]:
    zone = ZoneInfo(current_workspace().timezone)
    months: dict[str, Counter[str]] = {}
    for at, group in groups:
        months.setdefault(f"{at.astimezone(zone):{MONTH}}", Counter())[group] += 1
    return months


def _list_months(since: datetime, until: datetime) -> list[str]:
    """Every month the time touches, in the workspace's zone, the oldest first."""
    zone = ZoneInfo(current_workspace().timezone)
    day, last = since.astimezone(zone), until.astimezone(zone)
    months = []
    while day < last:
        months.append(f"{day:{MONTH}}")
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return months
