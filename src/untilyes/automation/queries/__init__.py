"""Questions about rules and sharing work out; never writes."""

from untilyes.automation.queries.sharing import Place, TeamLine, list_people, list_team_lines, list_waiting

__all__ = ["Place", "TeamLine", "list_people", "list_team_lines", "list_waiting"]
