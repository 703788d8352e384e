"""Questions about proposals and the evidence behind them; never writes."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import F, Max, QuerySet

from untilyes.feedback.queries import open_lake
from untilyes.promises.models import Promise
from untilyes.promises.queries import list_outcomes, read_curve
from untilyes.promises.ratchet.models import Pace, TargetProposal
from untilyes.promises.ratchet.rules import AIM, EVIDENCE, Advice, Evidence, Rhythm, find_period, find_period_start
from untilyes.workspaces.tenancy import current_workspace


def get_rhythm(promise: Promise) -> Rhythm:
    """How often its next target is proposed."""
    pace = Pace.objects.filter(promise=promise).first()
    return Rhythm(pace.rhythm) if pace else Rhythm.QUARTERLY


def read_evidence(promise: Promise, *, at: datetime) -> Evidence:
    """What the promises that fell due in the last days say about the next target."""
    from untilyes.analysis.achieving import read_achieved  # noqa: PLC0415 - the engine takes most of a second to load

    local = at.astimezone(ZoneInfo(current_workspace().timezone))
    achieved = read_achieved(open_lake(), promise.slug, since=at - EVIDENCE, at=at)
    outcomes = list_outcomes(promise.slug)
    curve = read_curve(promise.slug, outcome=outcomes[0]) if outcomes else None
    surplus = curve.surplus if curve and curve.surplus and curve.surplus.buys_nothing else None
    return Evidence(
        since=(local - EVIDENCE).date(),
        until=local.date(),
        achieved=achieved.quantile(AIM),
        reached=achieved.share_reached,
        growth=achieved.growth,
        enough=surplus.point if surplus else None,
        worth=curve.suggestion if curve else "",
    )


def list_proposals(promise: Promise) -> list[TargetProposal]:
    """Every proposal there has been, the newest first."""
    return list(promise.proposals.select_related("standing", "terms", "by__user").order_by("-made_at", "-pk"))


def list_waiting_proposals() -> list[TargetProposal]:
    """Proposals to tighten that a person has yet to answer, the oldest first."""
    return list(_waiting().select_related("promise", "standing").order_by("made_at", "pk"))


def count_waiting_proposals() -> int:
    """How many proposals to tighten a person has yet to answer."""
    return _waiting().count()


def find_waiting_proposal(promise: Promise) -> TargetProposal | None:
    """The proposal to tighten this promise that a person has yet to answer."""
    return _waiting().filter(promise=promise).select_related("standing").order_by("-made_at").first()


def is_proposal_due(promise: Promise, *, at: datetime) -> bool:
    """Whether a period has begun since the promise was made for which nothing was proposed yet."""
    zone = ZoneInfo(current_workspace().timezone)
    rhythm, today = get_rhythm(promise), at.astimezone(zone).date()
    stood = promise.made_at.astimezone(zone).date() < find_period_start(today, rhythm)
    return stood and not promise.proposals.filter(period=find_period(today, rhythm)).exists()


def _waiting() -> QuerySet[TargetProposal]:
    """Unanswered, advising something new, and over terms that still stand: changed terms leave it behind."""
    newest = TargetProposal.objects.annotate(latest=Max("promise__versions__version"))
    return newest.filter(
        answer="", advice=Advice.TIGHTEN.value, promise__retired_at=None, standing__version=F("latest")
    )
