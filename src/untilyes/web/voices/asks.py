"""What customers ask for: wishes, questions, plans to leave; apart from praise and complaints."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from untilyes.analysis.voices.folding import fold
from untilyes.analysis.voices.kinds import KINDS
from untilyes.analysis.voices.reading import Comment, read_comments
from untilyes.feedback.queries import open_lake
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share
from untilyes.voices.models import Hearing
from untilyes.voices.queries import find_last_hearing, list_questions, name_topics
from untilyes.web.voices.reading import cover
from untilyes.workspaces.models import Member

SHOWN = 5
HEADS = {
    "wish": ("Wishes and ideas", "What people ask for: “I wish”, “please add”, “würde mir wünschen”, “seria bom”."),
    "question": ("Questions", "What wants an answer, not a remedy; an article may give it before anybody asks."),
    "leaving": ("Plans to leave", "“Never again”, “switching to”, “kündige”: said, not yet done."),
}


@dataclass(frozen=True)
class Kind:
    """One sort of comment: how many, by whom, about what, and the newest of them."""

    key: str
    head: str
    about: str
    share: Estimate
    comments: int
    customers: int
    topics: tuple[tuple[str, str, int], ...]
    newest: tuple[tuple[Comment, str], ...]


@dataclass(frozen=True)
class Question:
    """A question several people asked in the same words."""

    text: str
    people: int
    topics: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AsksPage:
    """Everything people ask for."""

    last: Hearing | None
    kinds: tuple[Kind, ...]
    questions: tuple[Question, ...]
    readable: int


def build_asks(member: Member) -> AsksPage:
    """Wishes, questions and plans to leave, as last heard."""
    comments, names = read_comments(open_lake()), name_topics()
    asked = [one for one in list_questions(limit=10) if one.people > 1]
    return AsksPage(
        find_last_hearing(),
        tuple(_tell_kind(kind, comments, names, member) for kind in KINDS),
        tuple(
            Question(
                cover(one.text, member), one.people, tuple((key, names[key]) for key in one.topics if key in names)
            )
            for one in asked
        ),
        len(comments),
    )


def _choose_newest(said: Sequence[Comment]) -> list[Comment]:
    """The newest, none of them said twice in the same words."""
    ways: dict[str, Comment] = {}
    for one in reversed(said):
        ways.setdefault(fold(one.text), one)
        if len(ways) == SHOWN:
            break
    return list(ways.values())


def _tell_kind(kind: str, comments: Sequence[Comment], names: dict[str, str], member: Member) -> Kind:
    mine = [one for one in comments if kind in one.kinds]
    about = Counter(key for one in mine for key in one.topics if key in names)
    head, told = HEADS[kind]
    return Kind(
        kind,
        head,
        told,
        estimate_share(len(mine), len(comments)),
        len(mine),
        len({one.customer_id or one.id for one in mine}),
        tuple((key, names[key], n) for key, n in about.most_common(3)),
        tuple((one, cover(one.text, member)) for one in _choose_newest(mine)),
    )
