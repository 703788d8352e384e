"""The page docs/reference/measures.md, written from the measures as they are defined."""

from untilyes.analysis.measures.kinds import DueShare, Kind, Median, MedianWait, Mix, NetScore, Share, TopTwo
from untilyes.analysis.measures.library import MEASURES
from untilyes.analysis.measures.measure import DIMENSIONS, Measure
from untilyes.analysis.measures.reading import FLOOR, GRAINS
from untilyes.analysis.measures.topical import TOPIC

HEAD = f"""\
# Measures

<!-- Written by `make docs` from src/untilyes/analysis/measures/library.py. Do not edit. -->

A measure is a number defined once. Call it with a lake, split it by time ({", ".join(GRAINS)}) and by
{", ".join(DIMENSIONS)}, filter it, and every cell comes with its interval and its n:

```python
from untilyes.analysis.measures import MEASURES
from untilyes.lake import Lake

reading = MEASURES["effectiveness"](Lake(folder, "Europe/Berlin"), by=("week", "channel"), since=date(2026, 1, 1))
print(reading.total)  # 81.3 %, give or take 0.7 (n = 13,577)
```

- A stretch of days runs from `since` to the day before `until`, in the lake's time zone.
- A cell with fewer than {FLOOR} answers is hidden, and so is another one where the hidden one would follow by
  subtraction.
- It is read from daily roll-ups as far as they are current and from the facts for the rest; both give the same number.
- `topic` is what customers wrote about beside their answer, as last heard: an answer counts in every topic of its
  response, once in the total, and is counted from the facts.
- `rows()` gives the facts behind a number.

"""

METHODS: dict[type, str] = {
    Share: "a share; Wilson's interval, changes by Newcombe's",
    TopTwo: "a share, of the two best answers of a scale; Wilson's interval, changes by Newcombe's",
    DueShare: "a share; Wilson's interval, changes by Newcombe's",
    NetScore: "a net score from −100 to +100; adjusted Wald on the multinomial variance",
    Median: "a median of seconds from 2 % wide bins; an interval of order statistics, which assumes no distribution",
    MedianWait: "a median wait by Kaplan-Meier, from 2 % wide bins, open waits counted for as long as they were seen",
    Mix: "each cell's share of all cells beside it; Wilson's interval",
}


def render() -> str:
    """The page."""
    lines = ["| measure | what it answers | better |", "|---|---|---|"]
    lines += [f"| [{one.title}](#{one.name}) | {one.question} | {one.better} |" for one in MEASURES.values()]
    return HEAD + "\n".join(lines) + "\n" + "".join(_section(one) for one in MEASURES.values())


def _section(measure: Measure) -> str:
    own = f"`{measure.part}`, its own dimension" + (", never added together" if measure.apart else "")
    listed = (*DIMENSIONS, *((TOPIC,) if measure.is_topical else ()))
    facts = [
        ("What it is", METHODS[_kind(measure.kind)]),
        ("Counted from", ", ".join(f"`{table}`" for table in measure.tables)),
        ("Split and filtered by", ", ".join(listed) + (f" and {own}" if measure.part else "")),
    ]
    told = [f"- {name}: {value}." for name, value in facts] + [f"- {note}" for note in measure.notes]
    steering = "One of the two gauges that steer. " if measure.steering else ""
    return f"\n## {measure.name}\n\n**{measure.title}.** {steering}{measure.question}\n\n" + "\n".join(told) + "\n"


def _kind(kind: Kind) -> type:
    return next(known for known in type(kind).__mro__ if known in METHODS)
