"""The intervals cover what they claim, verdicts err no more than they claim, and the page that says so is true."""

import functools
import re

import pytest

from tests.stats.coverage_table import PAGE, TABLES, Row, Table, share_coverage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

LINE = re.compile(r"^\| (.+?) \| (.+) \| ([0-9.]+)% \| .+ \|$")


@functools.cache
def measured(title: str) -> Table:
    return TABLES[title][0]()


@pytest.mark.parametrize("title", TABLES)
def test_rates_lie_within_their_bounds(title: str) -> None:
    outside = [row for row in measured(title) if not row.holds]
    assert not outside, "\n".join(f"{r.method}, {r.case}: {r.rate:.2%}, not in {r.bounds}" for r in outside)


@pytest.mark.parametrize("title", TABLES)
def test_the_page_tells_what_is_measured(title: str) -> None:
    """Half a point is left for other processors; run `python -m tests.stats.coverage_table` after a change."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    printed = {(m[1], m[2]): float(m[3]) / 100 for m in map(LINE.match, section.splitlines()) if m}
    assert printed == pytest.approx({(row.method, row.case): row.rate for row in measured(title)}, abs=0.005)


def test_a_rate_outside_its_bounds_is_noticed() -> None:
    """What Wald would be held to: at a share of 0.01 of 100 it covers 63 %, far outside 93 to 97."""
    import numpy as np

    assert not Row("wald", "share 0.01, n = 100", 0.63, (0.93, 0.97)).holds
    assert share_coverage("wilson", 100, np.array([0.01]))[0] == pytest.approx(0.9206, abs=1e-4)
