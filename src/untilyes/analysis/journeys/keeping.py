"""The layout of the log, kept: ordering a million events takes seconds, asking what is in order does not.

What is kept of journeys is told by the events alone; how they went, by what was said since. Both hold for the whole
lake. Of some customers, or between two days, the journeys are chosen from it. At one touchpoint other steps follow each
other, so that it is laid out anew; so is everything where nothing is kept of this moment.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from datetime import datetime
from typing import Final

import ibis.expr.types as ir

from untilyes.analysis.journeys.judging import judge
from untilyes.analysis.journeys.laying import Layout, lay_out, read_steps
from untilyes.lake import Keeping, Lake

PARTS: Final = tuple(field.name for field in fields(Layout))
LAID: Final = Keeping("journeys", edition=1, tables=("events",))
JUDGED: Final = Keeping("judged_journeys", edition=1, tables=("events", "answers", "outcomes", "customers"))


def keep_journeys(lake: Lake) -> bool:
    """Lay out and judge the journeys of the whole lake, unless that is kept; returns whether anything is new."""

    is_new = lake.keep(LAID, _lay_out)
    # Where events came in meanwhile there is nothing in order to be judged by now.
    return (lake.is_kept(LAID) and lake.keep(JUDGED, _judge)) or is_new


@contextmanager
def _lay_out(lake: Lake) -> Iterator[Mapping[str, ir.Table]]:
    with lay_out(lake) as layout:
        yield {name: getattr(layout, name) for name in PARTS}


@contextmanager
def _judge(lake: Lake) -> Iterator[Mapping[str, ir.Table]]:
    with open_layout(lake) as layout:
        yield {"ends": judge(lake, layout.ends)}


def are_journeys_due(lake: Lake, *, at: datetime) -> bool:
    """Whether journeys should be kept anew: something was recorded since, and the machine has rested from the last."""
    if lake.version("events") < 0:
        return False
    return lake.is_due(LAID, at=at) or (lake.is_kept(LAID) and lake.is_due(JUDGED, at=at))


@contextmanager
def open_layout(lake: Lake, touchpoint: str | None = None) -> Iterator[Layout]:
    """The layout as it is kept, or else worked out."""
    with ExitStack() as held:
        wanted = [LAID] if lake.is_narrowed else [LAID, JUDGED]
        kept = held.enter_context(lake.open_kept(*wanted)) if touchpoint is None else {}
        if not set(PARTS) <= set(kept):
            yield held.enter_context(lay_out(lake, touchpoint))
            return
        layout = Layout(**kept)
        if lake.is_narrowed:
            theirs = held.enter_context(lake.hold(lambda: _choose_theirs(layout, lake)))
            layout = layout.only(theirs)
        yield layout


def _choose_theirs(layout: Layout, narrowed: Lake) -> ir.Table:
    steps = read_steps(narrowed)
    return layout.ends.semi_join(steps.select("process_id").distinct(), "process_id").select("journey")
