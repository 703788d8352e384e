"""Why things go wrong, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass

from untilyes.cases.models import RootCause


@dataclass(frozen=True)
class CauseLine:
    """One cause of the tree, with its path from the broadest."""

    id: int
    path: str
    depth: int


def list_causes() -> Sequence[CauseLine]:
    """The causes that are offered, in the order of the tree."""
    return [CauseLine(one.pk, one.path, one.path.count("›")) for one in RootCause.objects.filter(retired_at=None)]
