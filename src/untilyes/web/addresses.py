"""Addresses that several pages give: a measure, cut and filtered, is a permalink."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.http import QueryDict
from django.urls import reverse


def address_of_measure(
    slug: str,
    name: str,
    *,
    by: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    since: date | None = None,
    until: date | None = None,
    segment: str = "",
    page: str = "measures:page",
) -> str:
    """The measures page (or the rows, or a download) for one question; `since` and `until` both count."""
    asked = QueryDict(mutable=True)
    asked["measure"] = name
    asked.setlist("by", list(by))
    for dimension, value in (where or {}).items():
        asked[f"where.{dimension}"] = str(value)
    if segment:
        asked["segment"] = segment
    for bound, day in (("since", since), ("until", until)):
        if day is not None:
            asked[bound] = day.isoformat()
    return f"{reverse(page, args=[slug])}?{asked.urlencode()}"
