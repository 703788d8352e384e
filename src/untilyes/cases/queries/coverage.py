"""Whether every unhappy response came to something: unhappy = opened + joined + suppressed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncWeek

from untilyes.cases.models import CasePolicy, Signal
from untilyes.cases.queries.finding import find_policy
from untilyes.cases.rules import Outcome
from untilyes.stats import Estimate, estimate_share
from untilyes.surveys.models import Answer, Response
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace

DIMENSIONS = ("week", "source", "channel", "touchpoint")


@dataclass(frozen=True)
class Leak:
    """An unhappy response nobody acted on."""

    response_id: UUID
    at: datetime


@dataclass(frozen=True)
class Coverage:
    """The equation. `unhappy` is counted from the answers themselves, the rest from the ledger."""

    unhappy: int
    opened: int
    joined: int
    suppressed: dict[str, int]
    leaks: tuple[Leak, ...]

    @property
    def holds(self) -> bool:
        """Whether every unhappy response opened a case, joined one, or was set aside for a stated reason."""
        return not self.leaks and self.unhappy == self.opened + self.joined + sum(self.suppressed.values())


@dataclass(frozen=True)
class CoverageCell:
    """The equation for one value of a dimension. `reached` is the share that came to a case."""

    value: str
    unhappy: int
    opened: int
    joined: int
    suppressed: int
    leaked: int
    reached: Estimate


@dataclass(frozen=True)
class CoverageRow:
    """One unhappy response and what became of it; `outcome` is "leaked" when nothing did."""

    at: datetime
    outcome: str
    reason: str
    case_number: int | None
    customer_name: str
    customer_id: UUID | None
    source: str
    channel: str
    touchpoint: str


def read_coverage(*, since: datetime | None = None) -> Coverage:
    """The equation over responses first given since then, and since the rule in force was set.

    A response that was unhappy in any of its revisions counts, for it called for something when it was given.
    """
    responses, unhappy = _list_unhappy(since)
    signals = Signal.objects.filter(response_id__in=responses.values("pk"))
    counts = {
        (row["outcome"], row["reason"]): row["n"]
        for row in signals.values("outcome", "reason").order_by().annotate(n=Count("pk"))
    }
    unheard = unhappy.exclude(pk__in=signals.values("response_id")).order_by("at")
    return Coverage(
        unhappy=unhappy.count(),
        opened=counts.get((Outcome.OPENED.value, ""), 0),
        joined=counts.get((Outcome.JOINED.value, ""), 0),
        suppressed={reason: n for (outcome, reason), n in counts.items() if outcome == Outcome.SUPPRESSED},
        leaks=tuple(Leak(pk, at) for pk, at in unheard.values_list("pk", "at")),
    )


def read_coverage_by(dimension: str, *, since: datetime | None = None) -> Sequence[CoverageCell]:
    """The equation for each value of one of DIMENSIONS: weeks in order, the others by how many unhappy there were."""
    is_week = dimension == "week"
    grouped = _judged(since).values("cell" if is_week else dimension).order_by()
    counted = grouped.annotate(
        n=Count("pk"),
        opened=Count("pk", filter=Q(outcome=Outcome.OPENED)),
        joined=Count("pk", filter=Q(outcome=Outcome.JOINED)),
        suppressed=Count("pk", filter=Q(outcome=Outcome.SUPPRESSED)),
    )
    cells = [
        CoverageCell(
            value=f"{row['cell']:%Y-%m-%d}" if is_week else row[dimension],
            unhappy=row["n"],
            opened=row["opened"],
            joined=row["joined"],
            suppressed=row["suppressed"],
            leaked=row["n"] - row["opened"] - row["joined"] - row["suppressed"],
            reached=estimate_share(row["opened"] + row["joined"], row["n"]),
        )
        for row in counted
    ]
    return sorted(cells, key=lambda cell: cell.value) if is_week else sorted(cells, key=lambda cell: -cell.unhappy)


def list_coverage(
    *,
    seen_by: Member,
    since: datetime | None = None,
    outcome: str = "",
    reason: str = "",
    dimension: str = "",
    value: str = "",
    limit: int = 200,
) -> Sequence[CoverageRow]:
    """The responses behind a number of the coverage, the newest first. Raises NotAllowed."""
    require(seen_by, "see_customers")
    rows = _judged(since)
    if outcome:
        rows = rows.filter(outcome=None) if outcome == "leaked" else rows.filter(outcome=outcome)
    if reason:
        rows = rows.filter(reason=reason)
    if dimension == "week":
        begins = datetime.combine(date.fromisoformat(value), time(), tzinfo=ZoneInfo(current_workspace().timezone))
        rows = rows.filter(at__gte=begins, at__lt=begins + timedelta(days=7))
    elif dimension:
        rows = rows.filter(**{dimension: value})
    return [_row(one) for one in rows.select_related("customer").order_by("-at", "pk")[:limit]]


def _list_unhappy(since: datetime | None) -> tuple[QuerySet[Response], QuerySet[Response]]:
    """Every response in the time the equation is about, and those among them that were unhappy once."""
    policy = find_policy()
    starts = [moment for moment in (since, policy.in_force_from) if moment is not None]
    responses = Response.objects.filter(at__gte=max(starts)) if starts else Response.objects.all()
    return responses, responses.filter(pk__in=Answer.objects.filter(_is_unhappy(policy)).values("response"))


def _judged(since: datetime | None) -> QuerySet[Any]:
    """Unhappy responses with what became of each, by the ledger, and the week they were given in."""
    signal = Signal.objects.filter(response_id=OuterRef("pk"))
    return _list_unhappy(since)[1].annotate(
        outcome=Subquery(signal.values("outcome")[:1], output_field=CharField()),
        reason=Subquery(signal.values("reason")[:1], output_field=CharField()),
        case_number=Subquery(signal.values("case__number")[:1]),
        cell=TruncWeek("at", tzinfo=ZoneInfo(current_workspace().timezone)),
    )


def _row(one: Response) -> CoverageRow:
    found = vars(one)
    return CoverageRow(
        at=one.at,
        outcome=found["outcome"] or "leaked",
        reason=found["reason"] or "",
        case_number=found["case_number"],
        customer_name=str(one.customer) if one.customer else "",
        customer_id=one.customer_id,
        source=one.source,
        channel=one.channel,
        touchpoint=one.touchpoint,
    )


def _is_unhappy(policy: CasePolicy) -> Q:
    """The rule of rules.UnhappyRule as a condition on stored answers; a test keeps the two in step."""
    rule = policy.unhappy
    return (
        Q(question__in=["got_it", "good_job"], value__lte=0)
        | Q(question="trust", value__in=sorted(rule.trust_values))
        | Q(question="nps", value__lte=rule.nps_at_most)
        | Q(question="csat", value__lte=rule.csat_at_most)
    )
