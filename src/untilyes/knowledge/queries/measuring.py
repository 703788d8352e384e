"""How well knowledge works, each number with its interval and the rows behind it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from untilyes.knowledge.models import Article, Lesson, Reading, Search
from untilyes.knowledge.rules import Place, Taught, Verdict
from untilyes.stats import Estimate, estimate_median_wait, estimate_share, log_histogram

# An article younger than this has hardly had the chance to be used again.
TIME_TO_REUSE = timedelta(days=30)


@dataclass(frozen=True)
class Health:
    """How well knowledge works between two moments.

    `helped` share of cases in which a linked article was followed by the customer's yes, among those answered ·
    `new` share of cases with an article that needed a new one · `reused` share of articles a month old and older that
    were used in more than the case they came from · `time_to_public` from beginning an article to customers reading it,
    those still waiting counted (seconds) · `findable` share of searches that ended in an article · `found_nothing`
    share of searches without a result · `enough` share of readers who said that the article was enough.
    """

    helped: Estimate
    new: Estimate
    reused: Estimate
    time_to_public: Estimate
    findable: Estimate
    found_nothing: Estimate
    enough: Estimate


def measure_health(*, since: datetime, until: datetime) -> Health:
    """How well knowledge worked between `since` (counted) and `until` (not counted)."""
    lessons = Lesson.objects.filter(at__gte=since, at__lt=until, article__isnull=False)
    said = Counter(lessons.exclude(verdict="").values_list("verdict", flat=True))
    searches = Search.objects.filter(at__gte=since, at__lt=until).exclude(place=Place.VOICE)
    looked = searches.count()
    readings = Reading.objects.filter(at__gte=since, at__lt=until, was_enough__isnull=False)
    return Health(
        helped=estimate_share(said[Verdict.YES], said[Verdict.YES] + said[Verdict.NO]),
        new=_share_new(lessons.values_list("about", "taught")),
        reused=_share_reused(until),
        time_to_public=_time_to_public(since, until),
        findable=estimate_share(searches.exclude(chosen=None).count(), looked),
        found_nothing=estimate_share(searches.filter(found=0).count(), looked),
        enough=estimate_share(readings.filter(was_enough=True).count(), readings.count()),
    )


def list_recent_lessons(*, since: datetime, until: datetime, limit: int = 200) -> Sequence[Lesson]:
    """What was learnt between the two moments, the newest first."""
    rows = Lesson.objects.filter(at__gte=since, at__lt=until).select_related("article")
    return list(rows.order_by("-at", "-pk")[:limit])


def list_recent_searches(*, since: datetime, until: datetime, limit: int = 200) -> Sequence[Search]:
    """What was looked for between the two moments, the newest first."""
    rows = Search.objects.filter(at__gte=since, at__lt=until).exclude(place=Place.VOICE).select_related("chosen")
    return list(rows.order_by("-at", "-pk")[:limit])


def list_recent_readings(*, since: datetime, until: datetime, limit: int = 200) -> Sequence[Reading]:
    """What readers answered between the two moments, the newest first."""
    rows = Reading.objects.filter(at__gte=since, at__lt=until).select_related("article")
    return list(rows.order_by("-at", "-pk")[:limit])


def _share_new(lessons: Iterable[tuple[str, str]]) -> Estimate:
    taught: dict[str, set[str]] = {}
    for about, kind in lessons:
        taught.setdefault(about, set()).add(kind)
    return estimate_share(sum(Taught.CREATED.value in kinds for kinds in taught.values()), len(taught))


def _share_reused(until: datetime) -> Estimate:
    old = Article.objects.filter(created_at__lt=until - TIME_TO_REUSE).values_list("pk", flat=True)
    used = Counter(
        Lesson.objects.filter(article__in=old, taught=Taught.LINKED.value, at__lt=until).values_list(
            "article", flat=True
        )
    )
    return estimate_share(sum(used[key] > 0 for key in old), len(old))


def _time_to_public(since: datetime, until: datetime) -> Estimate:
    begun = Article.objects.filter(created_at__gte=since, created_at__lt=until)
    published, waiting = [], []
    for created_at, published_at, archived_at in begun.values_list("created_at", "published_at", "archived_at"):
        if published_at is not None and published_at < until:
            published.append((published_at - created_at).total_seconds())
        else:
            waiting.append(((archived_at or until) - created_at).total_seconds())
    return estimate_median_wait(log_histogram(published), log_histogram(waiting))
