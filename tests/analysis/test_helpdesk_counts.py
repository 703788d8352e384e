"""The figures of the help desk in the page about journeys, counted again without the engine."""

import csv
import gzip
from collections import Counter, defaultdict
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "journeys.md"


def test_the_help_desk_s_figures_are_those_of_a_count_by_hand(shared_data: Path) -> None:
    traces: dict[str, list[str]] = defaultdict(list)
    with gzip.open(shared_data / "helpdesk_italian" / "helpdesk.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in sorted(rows, key=lambda row: row["time:timestamp"]):
        traces[row["case:concept:name"]].append(row["concept:name"])
    ways = Counter(tuple(trace) for trace in traces.values())
    (commonest, n), *_ = ways.most_common()
    assert commonest == ("Assign seriousness", "Take in charge ticket", "Resolve ticket", "Closed")
    off = [trace for trace in traces.values() if tuple(trace) not in {commonest[:at] for at in range(1, 5)}]
    waited = sum("Wait" in trace for trace in off)
    again = sum(trace.count("Take in charge ticket") > 1 for trace in off)
    never = sum("Take in charge ticket" not in trace for trace in off)
    said = PAGE.read_text(encoding="utf-8")
    assert f"{len(traces):,} tickets went {len(ways)} ways; {n:,} of them ({100 * n / len(traces):.0f} %)" in said
    assert (
        f"{waited:,} journeys have a *wait* besides, {again} *take in charge* more than once, and {never} were" in said
    )
