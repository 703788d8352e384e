"""The list of who has strayed: rows that lead to the customer and the case, the same as a table, and one to take up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from untilyes.analysis.journeys import JourneyPath, Stray, find_stray, list_strays, read_map
from untilyes.cases.queries import list_cases_about
from untilyes.feedback.facts import Circumstances
from untilyes.web.journeys.asking import Asked
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound

MOST_ROWS: Final = 50
MOST_WRITTEN: Final = 20_000
COLUMNS: Final = (
    "journey",
    "customer",
    "interaction",
    "since",
    "what",
    "last step",
    "last step at",
    "over",
    "went well",
)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class ExceptionRow:
    """One journey off the path. `customer` and `case` are ids to link to, empty where there is nothing to see."""

    stray: Stray
    customer: str
    case: int | None


def list_rows(strays: Sequence[Stray], member: Member) -> tuple[ExceptionRow, ...]:
    """The rows, with the customer as far as the member may see customers, and the newest case about each."""
    may_see = member.may("see_customers")
    cases = list_cases_about([one.about for one in strays if one.about]) if may_see else {}
    return tuple(
        ExceptionRow(one, one.customer if may_see and is_customer(one.customer) else "", cases.get(one.about))
        for one in strays
    )


def write_rows(asked: Asked, member: Member) -> Iterator[Sequence[object]]:
    """A heading and every row, customers only for who may see them."""
    may_see = member.may("see_customers")
    yield COLUMNS
    with asked.open_log() as log:
        path = asked.find_path(read_map(log))
        strays = list_strays(log, path, limit=MOST_WRITTEN).rows if path else ()
    for one in strays:
        yield [
            _text(one.journey),
            _text(one.customer) if may_see else "",
            _text(one.about),
            one.since.isoformat(),
            _text(one.told),
            _text(one.last),
            one.last_at.isoformat(),
            "yes" if one.is_over else "no",
            "" if one.good is None else "yes" if one.good else "no",
        ]


def read_exception(asked: Asked, journey: str) -> tuple[str, Circumstances, str]:
    """Whose journey it is, where it stands, and how it strayed. Raises NotFound when it did not."""
    with asked.open_log() as log:
        path = asked.find_path(read_map(log))
        stray = find_stray(log, path, journey) if path else None
    if path is None or stray is None:
        raise NotFound("No such exception.")
    customer = stray.customer if is_customer(stray.customer) else ""
    circumstances = Circumstances(at=stray.last_at, source="event", interaction_id=stray.about)
    return customer, circumstances, _tell(path, stray)


def is_customer(key: str) -> bool:
    """Whether a key of the lake is one of our customers' ids."""
    try:
        UUID(key)
    except ValueError:
        return False
    return True


def _tell(path: JourneyPath, stray: Stray) -> str:
    return f"Taken up from Journeys, {stray.journey}: {stray.told} (path: {path.told}; since {stray.since:%d %b %Y})."


def _text(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
