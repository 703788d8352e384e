"""Expected and perceived service of a kiosk, out of the file people would have."""

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.cast import Cast
from tests.sources.conftest import AT, facts
from untilyes.feedback.queries import open_lake
from untilyes.sources.actions import import_files
from untilyes.sources.library import get_recipe

Write = Callable[..., Path]
SMALL = """respondent,gender,age_band,use_frequency,E01,P01,E02,P02,KANO_F01,KANO_D01
1,f,20,often,7,6,,3,마음에 든다.,마음에 안 든다.
2,m,30,never,5,9,4,4,당연하다.,?
"""


def test_a_wide_row_becomes_one_answer_a_question(acme: Cast, write: Write) -> None:
    summary = import_files(get_recipe("kiosk_servqual"), [write(SMALL, "kiosk_responses.csv")], at=AT)
    assert summary.rejected == 2  # a nine on a scale to seven, a feeling that is none
    told = {fact["question"]: fact["value"] for fact in facts() if fact["response_id"] == "kiosk:1"}
    assert told == {
        "kiosk.whole.e01": 7, "kiosk.whole.p01": 6, "kiosk.whole.p02": 3,
        "kiosk.feature_01.functional": 0, "kiosk.feature_01.dysfunctional": 4,
    }  # fmt: skip


def test_the_gaps_and_features_of_the_real_file_are_those_counted_without_the_lake(
    acme: Cast, shared_data: Path
) -> None:
    from untilyes.analysis.service_quality import list_item_sets, read_features, read_quality

    path = shared_data / "kiosk_servqual" / "kiosk_responses.csv.gz"
    import_files(get_recipe("kiosk_servqual"), [path], at=AT)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lake = open_lake()
    (items,) = list_item_sets(lake)
    found = read_quality(lake, items)
    assert found is not None
    answered = sum(any(row[f"P{i:02}"] or row[f"E{i:02}"] for i in range(1, 25)) for row in rows)
    assert (found.respondents, len(found.gaps.items)) == (answered, 24) == (207, 24)
    for gap in found.gaps.items:
        item = gap.name.rpartition(".")[2]
        pairs = [(row[f"P{item}"], row[f"E{item}"]) for row in rows if row[f"P{item}"] and row[f"E{item}"]]
        by_hand = np.mean([float(p) - float(e) for p, e in pairs])
        assert gap.gap.value == pytest.approx(by_hand)
        assert gap.gap.n == len(pairs)
    (kiosk,) = read_features(lake)
    assert len(kiosk.found) == sum(f"KANO_F{i:02}" in rows[0] and f"KANO_D{i:02}" in rows[0] for i in range(1, 40))
    assert {one.name: one.n for one in kiosk.found}["feature_01"] == sum(
        bool(row["KANO_F01"].strip() and row["KANO_D01"].strip()) for row in rows
    )
