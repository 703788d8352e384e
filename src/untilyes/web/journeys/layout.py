"""Where the steps of a journey map stand, so that it reads from top to bottom with few crossings.

Layered drawing (Sugiyama, Tagawa & Toda 1981): steps that come early stand high; edges that lead back up are drawn at
the right side and take no part, those that a box would cover at the left; within a layer steps stand near those they
follow (barycentres, a few sweeps).
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from untilyes.analysis.journeys import Activity, Edge

WIDTH, HEIGHT = 168, 44
GAP_X, GAP_Y = 28, 52
MARGIN = 16
LANES, LANE, MOST_LANES = 60, 14, 6
"""The room beside the boxes for lines that go around them, and how far these keep apart."""
LOOP = 28
"""How far a step that follows itself reaches above its box; nothing else passes that corner."""
SWEEPS = 8


@dataclass(frozen=True)
class Box:
    """One step on the map; x and y are its upper left corner, `anchor` the details it leads to."""

    anchor: str
    activity: Activity
    x: float
    y: float
    weight: float

    @property
    def middle(self) -> float:
        return self.x + WIDTH / 2


@dataclass(frozen=True)
class Line:
    """One edge as an SVG path, with where its words stand."""

    edge: Edge
    path: str
    x: float
    y: float
    stroke: float
    leads_back: bool


@dataclass(frozen=True)
class Drawing:
    """The map in pixels."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: float
    height: float


def lay_out(activities: Sequence[Activity], edges: Sequence[Edge]) -> Drawing:
    """Boxes and lines; `activities` come in the order in which they usually happen."""
    order = {one.name: place for place, one in enumerate(activities)}
    onward = [edge for edge in edges if order[edge.before] < order[edge.after]]
    layers = _order_within(_find_layers(order, onward), onward)
    widest = max((len(layer) for layer in layers), default=1)
    most = max((one.events for one in activities), default=1)
    known = {one.name: one for one in activities}
    boxes = {
        name: Box(
            f"step-{order[name]}",
            known[name],
            MARGIN + (widest - len(layer)) * (WIDTH + GAP_X) / 2 + place * (WIDTH + GAP_X),
            MARGIN + LOOP + depth * (HEIGHT + GAP_Y),
            known[name].events / most,
        )
        for depth, layer in enumerate(layers)
        for place, name in enumerate(layer)
    }
    around = [edge for edge in onward if _is_covered(edge, boxes)]
    aside = LANES + LANE * min(len(around), MOST_LANES) if around else 0
    boxes = {name: replace(box, x=box.x + aside) for name, box in boxes.items()}
    right = MARGIN + aside + widest * (WIDTH + GAP_X)
    level = [edge for edge in edges if edge.before != edge.after and boxes[edge.before].y == boxes[edge.after].y]
    back = [edge for edge in edges if order[edge.before] > order[edge.after] and edge not in level]
    again = [edge for edge in edges if edge.before == edge.after]
    heaviest = max((edge.n for edge in edges), default=1)
    lines = [_draw(edge, boxes, heaviest) for edge in onward if edge not in around and edge not in level]
    lines += [_draw_around(edge, boxes, MARGIN + LANE * (n % MOST_LANES), heaviest) for n, edge in enumerate(around)]
    lines += [_draw_level(edge, boxes, heaviest) for edge in level]
    lines += [_draw_back(edge, boxes, right, n, heaviest) for n, edge in enumerate(back)]
    lines += [_draw_loop(edge, boxes[edge.before], heaviest) for edge in again]
    return Drawing(
        tuple(sorted(boxes.values(), key=lambda box: (box.y, box.x))),
        tuple(lines),
        right + (LANES + LANE * min(len(back), MOST_LANES) if back else 0) + MARGIN,
        2 * MARGIN + LOOP + len(layers) * (HEIGHT + GAP_Y) - GAP_Y,
    )


def _find_layers(order: Mapping[str, int], onward: Sequence[Edge]) -> list[list[str]]:
    """Each step one layer below the lowest of those it mostly follows; much weaker edges do not push."""
    into: dict[str, list[Edge]] = defaultdict(list)
    for edge in onward:
        into[edge.after].append(edge)
    depth: dict[str, int] = {}
    for name in order:
        strongest = max((edge.n for edge in into[name]), default=0)
        pushing = [depth[edge.before] for edge in into[name] if edge.n >= 0.2 * strongest]
        depth[name] = 1 + max(pushing, default=-1)
    layers: list[list[str]] = [[] for _ in range(1 + max(depth.values(), default=-1))]
    for name, at in depth.items():
        layers[at].append(name)
    return layers


def _order_within(layers: list[list[str]], onward: Sequence[Edge]) -> list[list[str]]:
    near: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for edge in onward:
        near[edge.before].append((edge.after, edge.n))
        near[edge.after].append((edge.before, edge.n))
    place = {name: number - len(layer) / 2 for layer in layers for number, name in enumerate(layer)}
    for _ in range(SWEEPS):
        for layer in layers:
            pull = {
                name: sum(place[other] * n for other, n in near[name]) / sum(n for _, n in near[name])
                if near[name]
                else place[name]
                for name in layer
            }
            layer.sort(key=lambda name: (pull[name], name))
            place |= {name: number - len(layer) / 2 for number, name in enumerate(layer)}
    return layers


def _stroke(edge: Edge, heaviest: int) -> float:
    return round(1.0 + 7.0 * math.sqrt(edge.n / heaviest), 1)


def _draw(edge: Edge, boxes: Mapping[str, Box], heaviest: int) -> Line:
    a, b = boxes[edge.before], boxes[edge.after]
    x0, y0, x1, y1 = a.middle, a.y + HEIGHT, b.middle, b.y
    bend = (y1 - y0) / 2
    path = f"M{x0:.0f} {y0:.0f} C{x0:.0f} {y0 + bend:.0f} {x1:.0f} {y1 - bend:.0f} {x1:.0f} {y1:.0f}"
    return Line(edge, path, (x0 + x1) / 2, (y0 + y1) / 2, _stroke(edge, heaviest), False)


def _is_covered(edge: Edge, boxes: Mapping[str, Box]) -> bool:
    """Whether the line would run behind a box between its two."""
    a, b = boxes[edge.before], boxes[edge.after]
    between = [box for box in boxes.values() if a.y < box.y < b.y]
    ways = [number / 40 for number in range(41)]
    spots = [(a.middle + (b.middle - a.middle) * t * t * (3 - 2 * t), _height_at(a, b, t)) for t in ways]
    return any(box.x <= x <= box.x + WIDTH and box.y <= y <= box.y + HEIGHT for box in between for x, y in spots)


def _height_at(a: Box, b: Box, t: float) -> float:
    """Where the curve from under `a` to the top of `b` (half the way as its reach at both ends) is at `t`."""
    return a.y + HEIGHT + (b.y - a.y - HEIGHT) * (1.5 * t * (1 - t) * (1 - t) + 1.5 * t * t * (1 - t) + t * t * t)


def _draw_around(edge: Edge, boxes: Mapping[str, Box], lane: float, heaviest: int) -> Line:
    """Down at the left of the boxes that stand in the way, and in from above through the gap between the rows."""
    a, b = boxes[edge.before], boxes[edge.after]
    x0, y0, x1, y1, turn = a.x, a.y + HEIGHT * 0.65, b.x + WIDTH * 0.3, b.y, b.y - GAP_Y
    path = (
        f"M{x0:.0f} {y0:.0f} C{lane:.0f} {y0:.0f} {lane:.0f} {y0:.0f} {lane:.0f} {(y0 + turn) / 2:.0f} "
        f"L{lane:.0f} {turn:.0f} C{lane:.0f} {y1 - 12:.0f} {x1:.0f} {turn + 8:.0f} {x1:.0f} {y1:.0f}"
    )
    return Line(edge, path, lane, (y0 + turn) / 2, _stroke(edge, heaviest), False)


def _draw_level(edge: Edge, boxes: Mapping[str, Box], heaviest: int) -> Line:
    """Between two boxes of one row, its words below the gap; there and back do not lie on each other."""
    a, b = boxes[edge.before], boxes[edge.after]
    is_onward = a.x < b.x
    x0, x1, y = (a.x + WIDTH, b.x, a.y + HEIGHT * 0.35) if is_onward else (a.x, b.x + WIDTH, a.y + HEIGHT * 0.65)
    path = f"M{x0:.0f} {y:.0f} L{x1:.0f} {y:.0f}"
    return Line(edge, path, (x0 + x1) / 2, a.y + HEIGHT + (14 if is_onward else 28), _stroke(edge, heaviest), False)


def _draw_back(edge: Edge, boxes: Mapping[str, Box], right: float, number: int, heaviest: int) -> Line:
    """Up at the right; where several lead from one row to another, their words stand below each other."""
    a, b, lane = boxes[edge.before], boxes[edge.after], right + LANE * (number % MOST_LANES)
    x0, y0, x1, y1 = a.x + WIDTH, a.y + HEIGHT * 0.65, b.x + WIDTH, b.y + HEIGHT * 0.35
    path = f"M{x0:.0f} {y0:.0f} C{lane:.0f} {y0:.0f} {lane:.0f} {y1:.0f} {x1:.0f} {y1:.0f}"
    x, y = 0.75 * lane + 0.125 * (x0 + x1), (y0 + y1) / 2 + LANE * (number % 3 - 1)
    return Line(edge, path, x, y, _stroke(edge, heaviest), True)


def _draw_loop(edge: Edge, box: Box, heaviest: int) -> Line:
    """A step followed by itself: out of the upper right corner of its box, and back into it."""
    x0, x1, top = box.x + WIDTH - 46, box.x + WIDTH - 12, box.y - LOOP
    path = f"M{x0:.0f} {box.y:.0f} C{x0:.0f} {top:.0f} {x1:.0f} {top:.0f} {x1:.0f} {box.y:.0f}"
    return Line(edge, path, x1 + 24, box.y - 12, min(_stroke(edge, heaviest), 4.0), True)
