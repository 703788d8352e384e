"""How much of the work on cases feeds on knowledge, and feeds it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from untilyes.cases.models import Case
from untilyes.knowledge.models import Lesson
from untilyes.knowledge.rules import Taught
from untilyes.stats import Estimate, estimate_share


@dataclass(frozen=True)
class LinkRate:
    """Of the cases first proposed as solved in a span of time: how many named an article, old or new. The others said
    that there was nothing to learn, or said nothing.
    """

    linked: Estimate
    nothing: int
    silent: int


def measure_link_rate(*, since: datetime, until: datetime) -> LinkRate:
    """The link rate of cases first proposed between `since` (counted) and `until` (not counted)."""
    solved = Case.objects.filter(first_resolution_at__gte=since, first_resolution_at__lt=until)
    refs = {f"case:{key}" for key in solved.values_list("pk", flat=True)}
    lessons = Lesson.objects.filter(about__startswith="case:").values_list("about", "taught")
    taught: dict[str, set[str]] = {}
    for about, kind in lessons:
        if about in refs:
            taught.setdefault(about, set()).add(kind)
    how = Counter("nothing" if kinds == {Taught.NOTHING.value} else "linked" for kinds in taught.values())
    return LinkRate(estimate_share(how["linked"], len(refs)), how["nothing"], len(refs) - len(taught))


def find_case_numbers(refs: set[str]) -> dict[str, int]:
    """The number people call each case by, for those of the references that are cases."""
    keys = [int(ref.removeprefix("case:")) for ref in refs if ref.removeprefix("case:").isdecimal()]
    return {f"case:{key}": number for key, number in Case.objects.filter(pk__in=keys).values_list("pk", "number")}
