"""The same thing done to many cases at once, each by itself: what one refuses does not stop the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction

from untilyes.cases.models import Case
from untilyes.cases.rules import NotPossible
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member

AT_ONCE = 200


@dataclass(frozen=True)
class Done:
    """What came of it: the cases that changed, and why the others refused."""

    done: tuple[int, ...]
    refused: tuple[tuple[int, str], ...]


def change_many(cases: Sequence[Case], do: Callable[[Case], object], *, by: Member) -> Done:
    """Do it to each case, in the order given. Raises NotPossible for more than AT_ONCE, NotAllowed."""
    require(by, "work_cases")
    if len(cases) > AT_ONCE:
        raise NotPossible(f"At most {AT_ONCE} cases are changed at once; narrow the queue first.")
    done: list[int] = []
    refused: list[tuple[int, str]] = []
    for case in cases:
        try:
            with transaction.atomic():
                do(case)
            done.append(case.number)
        except NotPossible as problem:
            refused.append((case.number, str(problem)))
    return Done(tuple(done), tuple(refused))
