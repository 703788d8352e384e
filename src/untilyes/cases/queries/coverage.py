"""Whether every unhappy response came to something: unhappy = opened + joined + suppressed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from untilyes.cases.models import CasePolicy, Signal
from untilyes.cases.queries.finding import find_policy
from untilyes.cases.rules import Outcome
from untilyes.surveys.models import Answer, Response


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


def read_coverage(*, since: datetime | None = None) -> Coverage:
    """The equation over responses first given since then, and since the rule in force was set.

    A response that was unhappy in any of its revisions counts, for it called for something when it was given.
    """
    policy = find_policy()
    starts = [moment for moment in (since, policy.in_force_from) if moment is not None]
    responses = Response.objects.filter(at__gte=max(starts)) if starts else Response.objects.all()
    unhappy = responses.filter(pk__in=Answer.objects.filter(_is_unhappy(policy)).values("response"))
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


def _is_unhappy(policy: CasePolicy) -> Q:
    """The rule of rules.UnhappyRule as a condition on stored answers; a test keeps the two in step."""
    rule = policy.unhappy
    return (
        Q(question__in=["got_it", "good_job"], value__lte=0)
        | Q(question="trust", value__in=sorted(rule.trust_values))
        | Q(question="nps", value__lte=rule.nps_at_most)
        | Q(question="csat", value__lte=rule.csat_at_most)
    )
