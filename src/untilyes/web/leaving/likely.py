"""What the pages of who is likely to leave, and of who left without a word, show."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.urls import reverse

from untilyes.analysis.risk import AtRisk, Risk, read_risk
from untilyes.analysis.silence import Silence, Silent, read_silence
from untilyes.feedback.queries import open_lake
from untilyes.lake import Lake
from untilyes.stats.results import Estimate
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.components.whisker import Whisker
from untilyes.workspaces.models import Member

RISK_TABLES: Final = ("customers", "outcomes", "cases")
SILENCE_TABLES: Final = ("events",)
SHOWN: Final = 30
SEED: Final = 1
NOTHING_TO_LEARN: Final = EmptyState(
    "Too few departures to learn from",
    "It takes 100 customers who left within half a year, and what was known of them: traits, promises, cases. Bring in "
    "customers with the day they joined and the day they left.",
    "untilyes import telco_churn folder/ --dry-run",
)
NO_RHYTHM: Final = EmptyState(
    "No rhythm of purchases yet",
    "This page is for businesses whose customers never say goodbye: it reads from the time between purchases who is "
    "gone. It takes events called purchase, with a customer each, and 200 customers who bought on more than one day.",
    "untilyes import cdnow folder/ --dry-run",
)


@dataclass(frozen=True)
class RiskRow:
    """One customer who may leave; the address is empty for whoever may not see customers."""

    customer: AtRisk
    address: str


@dataclass(frozen=True)
class TrialRow:
    """Customers told about the same chance, and how many of them left."""

    told: float
    left: Estimate
    whisker: Whisker


@dataclass(frozen=True)
class RiskPage:
    """Who is likely to leave; `risk` is None where there is nothing to learn from."""

    risk: Risk | None
    rows: tuple[RiskRow, ...] = ()
    trial: tuple[TrialRow, ...] = ()

    @property
    def empty(self) -> EmptyState | None:
        return None if self.risk else NOTHING_TO_LEARN

    @property
    def sentence(self) -> str:
        """How many may leave, or that it cannot be told who."""
        risk = self.risk
        if risk is None:
            return ""
        ranked = "Of two customers, one who left and one who stayed, the right one was told the higher chance in "
        ranked += f"{risk.calibration.discrimination.brief()} of all pairs"
        if not risk.can_tell:
            return f"Who leaves next cannot be told from what is known here. {ranked}: hardly better than a coin."
        months, about = round(risk.ahead.days / 30), risk.expected.sentence().rpartition(" (n = ")[0]
        return f"Of {risk.here:,} customers about {about}, may leave within {months} months. {ranked}."


@dataclass(frozen=True)
class SilentRow:
    """One customer who is probably gone."""

    customer: Silent
    address: str


@dataclass(frozen=True)
class SilencePage:
    """Who left without a word; `silence` is None where purchases tell no rhythm."""

    silence: Silence | None
    rows: tuple[SilentRow, ...] = ()

    @property
    def empty(self) -> EmptyState | None:
        return None if self.silence else NO_RHYTHM

    @property
    def sentence(self) -> str:
        """How many are gone."""
        silence = self.silence
        if silence is None:
            return ""
        return f"Of {silence.customers:,} customers who ever bought, about {silence.gone.brief()} are gone for good."


def build_risk(member: Member, *, today: date) -> RiskPage:
    """Who is likely to leave, for a member; names lead to customers for those who may see them."""
    lake = open_lake()
    state = tuple(lake.version(table) for table in RISK_TABLES)
    risk = _read_risk(str(lake.path), lake.zone, state, today + timedelta(days=1))
    if risk is None:
        return RiskPage(None)
    listed = risk.at_risk[:SHOWN] if risk.can_tell else ()
    rows = tuple(RiskRow(one, _address(one.customer_id, member)) for one in listed)
    pairs = zip(risk.calibration.predicted, risk.calibration.observed, strict=True)
    trial = tuple(TrialRow(float(told), left, Whisker(left, 0.0, 1.0)) for told, left in pairs)
    return RiskPage(risk, rows, trial)


def build_silence(member: Member, *, today: date) -> SilencePage:
    """Who is gone without a word, for a member."""
    lake = open_lake()
    state = tuple(lake.version(table) for table in SILENCE_TABLES)
    silence = _read_silence(str(lake.path), lake.zone, state, today + timedelta(days=1))
    if silence is None:
        return SilencePage(None)
    rows = (SilentRow(one, _address(one.customer_id, member)) for one in silence.silent[:SHOWN])
    return SilencePage(silence, tuple(rows))


@lru_cache(maxsize=16)
def _read_risk(path: str, zone: str, state: tuple[int, ...], until: date) -> Risk | None:  # noqa: ARG001 - see below
    """What was read holds until the lake knows more, or a day has passed."""
    return read_risk(Lake(path, zone=zone), until=until)


@lru_cache(maxsize=16)
def _read_silence(path: str, zone: str, state: tuple[int, ...], until: date) -> Silence | None:  # noqa: ARG001
    """As above."""
    return read_silence(Lake(path, zone=zone), until=until, rng=SEED)


def _address(customer: str, member: Member) -> str:
    try:
        key = UUID(customer)
    except ValueError:  # a key that is no customer of ours
        return ""
    may_see = member.may("see_customers")
    return reverse("customers:customer", args=[member.workspace.slug, key]) if may_see else ""
