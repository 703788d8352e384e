"""The details of one step, shown beside the map when it is chosen there; they work without scripts."""

from dataclasses import dataclass

from untilyes.analysis.journeys import Activity, Edge, JourneyMap


@dataclass(frozen=True)
class StepPanel:
    """One step with what comes before it and what follows. `anchor` names it in the address."""

    anchor: str
    activity: Activity
    before: tuple[Edge, ...]
    after: tuple[Edge, ...]


def list_panels(shown: JourneyMap) -> tuple[StepPanel, ...]:
    """A panel per step, in the order of the map."""
    return tuple(
        StepPanel(
            f"step-{number}",
            one,
            tuple(edge for edge in shown.edges if edge.after == one.name),
            tuple(edge for edge in shown.edges if edge.before == one.name),
        )
        for number, one in enumerate(shown.activities)
    )
