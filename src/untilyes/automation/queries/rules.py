"""The rules as people read them, and what each has done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from untilyes.automation.definition import BadRule, Definition
from untilyes.automation.models import Rule, RuleRun
from untilyes.automation.offered import OFFERED
from untilyes.automation.telling import tell_rule
from untilyes.segments.queries import list_segments
from untilyes.workspaces.models import Team
from untilyes.workspaces.queries import list_members

LATELY = timedelta(days=30)
MOST_RUNS = 100


@dataclass(frozen=True)
class RuleLine:
    """One rule, told in a sentence, with how often it acted and failed lately."""

    rule: Rule
    sentence: str
    acted: int
    failed: int
    last_at: datetime | None


@dataclass(frozen=True)
class Offer:
    """A rule this program offers and the house has not taken up."""

    key: str
    name: str
    sentence: str


def list_rules(*, at: datetime) -> list[RuleLine]:
    """Every rule that is not retired, in the order they are followed."""
    names = list_names()
    lately = RuleRun.objects.filter(at__gt=at - LATELY).values("rule").order_by()
    counted = lately.annotate(
        acted=Count("pk", filter=Q(outcome=RuleRun.Outcome.ACTED)),
        failed=Count("pk", filter=~Q(outcome=RuleRun.Outcome.ACTED)),
    )
    counts = {row["rule"]: (row["acted"], row["failed"]) for row in counted}
    return [_line(rule, counts.get(rule.pk, (0, 0)), names) for rule in Rule.objects.filter(retired_at=None)]


def list_offers() -> list[Offer]:
    """The rules offered whose name the house does not have yet."""
    taken = set(Rule.objects.filter(retired_at=None).values_list("name", flat=True))
    return [
        Offer(key, name, tell_rule(definition, {})) for key, (name, definition) in OFFERED.items() if name not in taken
    ]


def list_runs(rule: Rule | None = None, *, limit: int = MOST_RUNS) -> Sequence[RuleRun]:
    """What the rules did, or one of them, the newest first."""
    runs = RuleRun.objects.select_related("rule", "case")
    return list((runs.filter(rule=rule) if rule else runs)[:limit])


def list_names() -> Mapping[str, str]:
    """How everybody and everything a rule may name is called: members, teams, topics, segments."""
    from untilyes.voices.queries import name_topics  # noqa: PLC0415 - the engine takes a second to load

    people = {f"member:{member.pk}": str(member) for member in list_members()}
    teams = {f"team:{team.pk}": team.name for team in Team.objects.order_by("name")}
    topics = {f"topic:{key}": name for key, name in name_topics().items()}
    segments = {f"segment:{segment.slug}": segment.name for segment in list_segments()}
    return people | teams | topics | segments


def tell_definition(definition: Definition) -> str:
    """A rule in one sentence, with everybody's name."""
    return tell_rule(definition, list_names())


def _line(rule: Rule, counts: tuple[int, int], names: Mapping[str, str]) -> RuleLine:
    try:
        sentence = tell_rule(rule.definition, names)
    except BadRule as problem:
        sentence = f"This rule cannot be followed as it is written. {problem}"
    last = rule.runs.values_list("at", flat=True).first()
    return RuleLine(rule, sentence, *counts, last)
