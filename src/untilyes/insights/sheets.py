"""What an owner says of a process beside what its log says: who hands in, what comes in, what comes out, for whom."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from untilyes.insights.models import SheetWords
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member

LONGEST: Final = 500
"""Characters in one column; a sheet is read at a glance."""


class TooManyWords(ValueError):
    """A column says more than fits on a sheet."""


@dataclass(frozen=True)
class Words:
    """The columns of a sheet in somebody's own words, a line for each entry; empty where the log may speak alone."""

    suppliers: str = ""
    inputs: str = ""
    outputs: str = ""
    customers: str = ""

    @property
    def are_any(self) -> bool:
        """Whether anything was said."""
        return any(asdict(self).values())


def find_words(process: str) -> Words:
    """What was said of a process, by the key it has in the log; nothing where nobody said anything."""
    kept = SheetWords.objects.filter(process=process).first()
    return Words(kept.suppliers, kept.inputs, kept.outputs, kept.customers) if kept else Words()


@transaction.atomic
def word_sheet(process: str, words: Words, *, by: Member, at: datetime) -> None:
    """Keep an owner's words for the sheet of a process, or forget them. Raises TooManyWords, NotAllowed."""
    require(by, "edit_workspace")
    tidy = Words(**{column: _tidy(text) for column, text in asdict(words).items()})
    for column, text in asdict(tidy).items():
        if len(text) > LONGEST:
            raise TooManyWords(f"Say {column} in at most {LONGEST} characters; it was {len(text)}.")
    if tidy == find_words(process):
        return
    if tidy.are_any:
        SheetWords.objects.update_or_create(process=process, defaults={**asdict(tidy), "said_at": at})
    else:
        SheetWords.objects.filter(process=process).delete()
    record_audit("word_sheet", about=f"process:{process}"[:120], at=at, by=by, **asdict(tidy))


def _tidy(text: str) -> str:
    """The lines that say something."""
    return "\n".join(line for one in text.splitlines() if (line := " ".join(one.split())))
