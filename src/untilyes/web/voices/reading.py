"""Comments as a member may read them, a page at a time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from untilyes.analysis.voices.masking import mask
from untilyes.analysis.voices.reading import Comment
from untilyes.workspaces.models import Member

A_PAGE = 25


@dataclass(frozen=True)
class Row:
    """One comment as this member may read it; topics by key and name. `times` is how often its writer sent it."""

    comment: Comment
    text: str
    topics: tuple[tuple[str, str], ...] = ()
    times: int = 1


@dataclass(frozen=True)
class Rows:
    """One page of comments."""

    rows: tuple[Row, ...]
    number: int
    total: int

    @property
    def previous(self) -> int | None:
        """The page before, if there is one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def following(self) -> int | None:
        """The page after, if there is one."""
        return self.number + 1 if self.number * A_PAGE < self.total else None


def turn_to(comments: Sequence[Comment], number: int, *, member: Member, names: dict[str, str]) -> Rows:
    """One page of the comments given, in their order; the same words of the same customer stand there once."""
    often = Counter((one.customer_id or one.id, one.text) for one in comments)
    once = list({(one.customer_id or one.id, one.text): one for one in reversed(comments)}.values())[::-1]
    number = min(max(number, 1), max(-(-len(once) // A_PAGE), 1))
    rows = tuple(
        Row(one, cover(one.text, member), _name(one, names), often[one.customer_id or one.id, one.text])
        for one in once[(number - 1) * A_PAGE : number * A_PAGE]
    )
    return Rows(rows, number, len(once))


def cover(text: str, member: Member) -> str:
    """The text as it was meant (some exports write & as &amp;), with personal data covered for who may not see it."""
    meant = unescape(text)
    return meant if member.may("see_customers") else mask(meant)


def _name(comment: Comment, names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((key, names[key]) for key in comment.topics if key in names)
