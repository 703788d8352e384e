"""What we know, beside a case: what fits the customer's words, and what the case taught."""

from dataclasses import dataclass

from untilyes.cases.learning import first_words_of
from untilyes.cases.models import Case
from untilyes.cases.queries.finding import find_policy
from untilyes.knowledge.models import Article, Lesson
from untilyes.knowledge.queries import find_reading, list_lessons_of, search_articles
from untilyes.web.knowledge.page import ArticleLine
from untilyes.web.knowledge.words import CONFIDENCES, LESSONS, READERS
from untilyes.workspaces.models import Member

SHOWN = 5


@dataclass(frozen=True)
class LessonLine:
    """One lesson of the case. `title` names its article."""

    lesson: Lesson
    taught: str
    may_take_back: bool


@dataclass(frozen=True)
class KnowledgePanel:
    """The panel. `words` is what was searched; `had_read` the article after which the customer's no came."""

    case: Case
    words: str
    is_own_search: bool
    lines: tuple[ArticleLine, ...]
    lessons: tuple[LessonLine, ...]
    linked: frozenset[int]
    had_read: Article | None
    is_wanted: bool
    may_work: bool
    may_write: bool
    problem: str = ""
    typed: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether nothing can be proposed before a lesson is named."""
        return self.is_wanted and all(one.lesson.verdict == "no" for one in self.lessons)


def build_panel(case: Case, *, member: Member, words: str = "", problem: str = "", typed: str = "") -> KnowledgePanel:
    """What fits `words`, or what the customer first wrote."""
    asked = words or first_words_of(case) or case.touchpoint
    lessons = list_lessons_of(case.ref)
    reading = find_reading(case.opened_by_response)
    return KnowledgePanel(
        case=case,
        words=words,
        is_own_search=bool(words),
        lines=tuple(
            ArticleLine(row, CONFIDENCES[row.confidence], READERS[row.audience])
            for row in search_articles(asked, language=case.language, limit=SHOWN)
        ),
        lessons=tuple(LessonLine(one, LESSONS[one.taught], not one.verdict) for one in lessons),  # type: ignore[index]
        linked=frozenset(one.article.number for one in lessons if one.article),
        had_read=reading.article if reading else None,
        is_wanted=find_policy().lessons_wanted and not case.is_over,
        may_work=member.may("work_cases"),
        may_write=member.may("write_knowledge"),
        problem=problem,
        typed=typed,
    )
