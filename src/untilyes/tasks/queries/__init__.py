"""Questions about tasks; never writes."""

from untilyes.tasks.queries.naming import find_by_name, list_tasks, map_names
from untilyes.tasks.queries.similar import Similar, find_matter, list_similar, suggest_tasks

__all__ = ["Similar", "find_by_name", "find_matter", "list_similar", "list_tasks", "map_names", "suggest_tasks"]
