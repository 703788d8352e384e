"""One simulated company for all claims about it, and a small one for claims about any."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from untilyes.sim import Company, simulate

UNTIL = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def fernweh() -> Company:
    """The full company, as in the demo."""
    return simulate(until=UNTIL)


@pytest.fixture(scope="session")
def corner_shop() -> Company:
    """The same with 500 customers."""
    return simulate(until=UNTIL, customers=500)
