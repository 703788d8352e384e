"""What the pages about statistics say is what the library says: every example is run, every table recomputed."""

import doctest
import re
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from untilyes import stats
from untilyes.stats import FAMILIES
from untilyes.stats.reference import render

EXPLANATION = REPOSITORY / "docs/explanation/statistics.md"
NAMES = [name for names in FAMILIES.values() for name in names]
TUTORIAL = REPOSITORY / "docs/tutorials/statistics.md"


@pytest.mark.parametrize("page", [EXPLANATION, TUTORIAL], ids=["explanation", "tutorial"])
def test_every_example_gives_what_is_printed(page: Path) -> None:
    text = re.sub(r"^```.*$", "", page.read_text(), flags=re.MULTILINE)
    examples = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    told: list[str] = []
    failed, tried = doctest.DocTestRunner(verbose=False).run(examples, out=told.append)
    assert not failed, "".join(told)
    assert tried >= 10


def test_table_of_real_changes_is_computed() -> None:
    rows = re.findall(r"^\| ([\d,]+) \| ([\d.]+) points \| ([\d.]+) points \|$", EXPLANATION.read_text(), re.MULTILINE)
    assert [row[0] for row in rows] == ["100", "300", "900", "3,000", "10,000", "100,000"]
    for n, real, seen in rows:
        size = float(n.replace(",", ""))
        assert float(real) == round(stats.margin_of_change(size, size, variance=6416), 1)
        assert float(seen) == round(stats.smallest_real_change(size, variance=6416), 1)


def test_prose_about_27_to_28_says_the_computed_numbers() -> None:
    prose = " ".join(EXPLANATION.read_text().split())
    before: dict[float, float] = {10: 450, 8: 243, 3: 207}
    after: dict[float, float] = {10: 450, 8: 252, 3: 198}
    change = stats.compare(before, after, scoring=stats.NPS)
    chance = stats.chance_of_gain(before, after, rng=1)
    needed = stats.answers_needed(1, variance=stats.score_variance(after))
    assert f"(p = {change.p:.2f})" in prose
    assert f"rose at all is {chance:.0%}".replace("%", " %") in prose
    assert f"About {round(needed, -3):,} a month, not 900" in prose
    assert stats.compare(before, {10: 486, 8: 243, 3: 171}, scoring=stats.NPS).verdict is stats.Verdict.BETTER
    assert "from 27 to 35, say" in prose


def test_chart_names_every_method_the_chooser_can_pick() -> None:
    chart = EXPLANATION.read_text().split("```mermaid")[1].split("```")[0]
    for method in ("Wilson", "Clopper-Pearson", "confidence sequence", "adjusted Wald", "Student", "Kaplan-Meier",
                   "Kish", "Newcombe", "Welch", "MOVER", "LMG", "relative weights"):  # fmt: skip
        assert method in chart


def test_reference_page_is_what_the_docstrings_say() -> None:
    assert (REPOSITORY / "docs/reference/statistics.md").read_text() == render()


def test_every_public_function_says_what_it_does() -> None:
    for name in NAMES:
        thing = getattr(stats, name)
        if callable(thing):
            assert thing.__doc__, name
            assert len(thing.__doc__.split("\n")[0]) > 15, name


def test_every_public_function_has_an_example() -> None:
    import inspect

    without = [n for n in NAMES if inspect.isfunction(getattr(stats, n)) and ">>>" not in getattr(stats, n).__doc__]
    assert without == []
