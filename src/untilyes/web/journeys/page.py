"""What the page of journeys shows."""

from dataclasses import dataclass

from untilyes.analysis.journeys import HandoffCost, JourneyMap, JourneyPath, Step, read_handoffs, read_journeys
from untilyes.feedback.queries import open_lake
from untilyes.web.journeys.layout import Drawing, lay_out

SHARES = ((0.0, "every edge"), (0.01, "1 % of journeys and more"), (0.05, "5 % and more"), (0.2, "20 % and more"))
USUAL = 0.01
MOST_EDGES = 60


@dataclass(frozen=True)
class HappyPath:
    """One path with where journeys that begin like it leave it."""

    path: JourneyPath
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class JourneysPage:
    """The map, its happy paths and what handing over costs."""

    found: JourneyMap
    shown: JourneyMap
    drawing: Drawing
    happy: tuple[HappyPath, ...]
    common: tuple[JourneyPath, ...]
    handoffs: HandoffCost
    share: float

    @property
    def sentence(self) -> str:
        """The map in one sentence."""
        found = self.found
        first, ways = found.paths[0], len(found.paths)
        told = f"went {ways:,} different ways" if ways > 1 else "all went one way"
        share = round(100 * first.journeys / found.journeys)
        return f"{found.journeys:,} journeys {told}; {share} % of them the commonest: {first.told}."


def build_page(*, share: float) -> JourneysPage:
    """Read the log once and lay it out; `share` leaves out edges that fewer of the journeys go."""
    lake = open_lake()
    found = read_journeys(lake)
    shown = found.keep_common(share)
    edges = shown.edges[:MOST_EDGES]
    happy = tuple(HappyPath(path, found.follow(path)) for path in found.happy)
    return JourneysPage(
        found, shown, lay_out(shown.activities, edges), happy, found.paths[:10], read_handoffs(lake), share
    )
