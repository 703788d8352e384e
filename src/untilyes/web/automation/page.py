"""What the pages of rules and of teams show, asked of the room that knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

from untilyes.automation.choosing import Strategy
from untilyes.automation.conditions import KNOWN_BY_KEY, About
from untilyes.automation.models import Rule, RuleRun
from untilyes.automation.queries import (
    Offer,
    RuleLine,
    TeamLine,
    Trial,
    list_names,
    list_offers,
    list_rules,
    list_runs,
    list_team_lines,
)
from untilyes.automation.telling import ABOUTS, COMPARES, DOES, WHENS
from untilyes.cases.snoozes import SNOOZES
from untilyes.segments.queries import list_segments
from untilyes.voices.queries import list_quiet_topics, list_topics
from untilyes.web.automation.forms import KEY, RuleForm
from untilyes.web.components.empty_state import EmptyState
from untilyes.workspaces.models import Member

Choices = Sequence[tuple[str, str]]
Word = TypeVar("Word", bound=StrEnum)

STRATEGIES: Final = {
    Strategy.ROUND_ROBIN: "in turn",
    Strategy.LEAST_LOADED: "to whoever has the fewest open cases",
    Strategy.BY_SKILL: "to whoever knows most of what the case needs",
}
NO_RULES: Final = EmptyState(
    "No rules yet",
    "A rule says: when something happens in a case, if it is so, do this. It gives cases to people, says how urgent "
    "they are, tells colleagues by mail, leaves notes, snoozes, names causes and puts cases down for a campaign. Only "
    "people write to customers. Begin with one below.",
)
NO_RUNS: Final = EmptyState(
    "No rule has had anything to do",
    "Each time a rule that is on acts, or cannot, it is written down here with the case and what it did.",
)
NO_TEAMS: Final = EmptyState(
    "No teams yet", "In Settings, an owner puts people into teams. Each team can then share its cases out by itself."
)


@dataclass(frozen=True)
class RulesPage:
    """Every rule, and what could be taken up."""

    lines: Sequence[RuleLine]
    offers: Sequence[Offer]
    may_edit: bool
    empty: EmptyState = NO_RULES


@dataclass(frozen=True)
class RulePage:
    """One rule as its form shows it, with what it would have done where somebody asked."""

    rule: Rule | None
    form: RuleForm
    whens: Choices
    abouts: Sequence[tuple[str, Choices]]
    compares: Choices
    does: Choices
    targets: Sequence[tuple[str, Choices]]
    may_edit: bool
    problem: str = ""
    trial: Trial | None = None


@dataclass(frozen=True)
class RunsPage:
    """What the rules did."""

    rule: Rule | None
    runs: Sequence[RuleRun]
    may_edit: bool
    empty: EmptyState = NO_RUNS


@dataclass(frozen=True)
class TeamsPage:
    """Every team, how it shares its work out, and who is there."""

    teams: Sequence[TeamLine]
    strategies: Mapping[Strategy, str]
    may_edit: bool
    problem: str = ""
    empty: EmptyState = NO_TEAMS


def build_rules(member: Member, *, at: datetime) -> RulesPage:
    """The list."""
    return RulesPage(list_rules(at=at), list_offers(), member.may("edit_rules"))


def build_rule(
    member: Member, form: RuleForm, *, rule: Rule | None = None, problem: str = "", trial: Trial | None = None
) -> RulePage:
    """The form."""
    names = list_names()
    return RulePage(
        rule=rule,
        form=form,
        whens=_choices(WHENS),
        abouts=_list_abouts(form, names),
        compares=_choices(COMPARES),
        does=_choices(DOES),
        targets=(
            ("Somebody", [("assignee", "whoever has it"), ("leaders", "the leaders")]),
            ("By name", [(key, name) for key, name in names.items() if key.startswith("member:")]),
            ("Teams", [(key, name) for key, name in names.items() if key.startswith("team:")]),
            ("Priority", [(word, word) for word in ("normal", "high", "urgent")]),
            ("Until", list(SNOOZES.items())),
        ),
        may_edit=member.may("edit_rules"),
        problem=problem,
        trial=trial,
    )


def build_runs(member: Member, *, rule: Rule | None = None) -> RunsPage:
    """The log."""
    return RunsPage(rule, list_runs(rule), member.may("edit_rules"))


def build_teams(member: Member, *, at: datetime, problem: str = "") -> TeamsPage:
    """The teams."""
    return TeamsPage(list_team_lines(at=at), STRATEGIES, member.may("edit_rules"), problem)


def _list_abouts(form: RuleForm, names: Mapping[str, str]) -> Sequence[tuple[str, Choices]]:
    """What a condition may be about, in groups; topics and segments each by name."""
    topics = {f"{About.TOPIC}{KEY}{one.key}": one.name for one in (*list_topics(), *list_quiet_topics())}
    segments = {f"{About.SEGMENT}{KEY}{one.slug}": one.name for one in list_segments()}
    return (
        ("", [(about.value, words) for about, words in ABOUTS.items() if about not in KNOWN_BY_KEY]),
        (ABOUTS[About.TOPIC], _with_chosen(topics, About.TOPIC, form, names)),
        (ABOUTS[About.SEGMENT], _with_chosen(segments, About.SEGMENT, form, names)),
    )


def _with_chosen(known: Mapping[str, str], about: About, form: RuleForm, names: Mapping[str, str]) -> Choices:
    """Those that can be chosen, and those that were chosen before and are gone."""
    chosen = [row["about"] for row in form.conditions if row["about"].startswith(f"{about}{KEY}")]
    return list((dict(known) | {one: names.get(one, "one that is gone") for one in chosen if one not in known}).items())


def _choices(told: Mapping[Word, str]) -> Choices:
    return [(one.value, words) for one, words in told.items()]
