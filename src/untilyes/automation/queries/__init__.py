"""Questions about rules and sharing work out; never writes."""

from untilyes.automation.queries.rules import (
    Offer,
    RuleLine,
    list_names,
    list_offers,
    list_rules,
    list_runs,
    tell_definition,
)
from untilyes.automation.queries.sharing import Place, TeamLine, list_people, list_team_lines, list_waiting
from untilyes.automation.queries.trying import Touched, Trial, try_rule

__all__ = [
    "Offer",
    "Place",
    "RuleLine",
    "TeamLine",
    "Touched",
    "Trial",
    "list_names",
    "list_offers",
    "list_people",
    "list_rules",
    "list_runs",
    "list_team_lines",
    "list_waiting",
    "tell_definition",
    "try_rule",
]
