"""A day is the day on the customer's wall, not the server's."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from untilyes.lake import Lake


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"]
)
def test_every_instant_falls_on_the_day_its_zone_says(tmp_path: Path, zone: str) -> None:
    start = datetime(2010, 12, 28, 23, 59, 59, 999_999, tzinfo=UTC)
    instants = [start + timedelta(hours=7 * number) for number in range(2600)]
    rows = [{"id": str(n), "at": at, "source": "event", "activity": "tick"} for n, at in enumerate(instants)]
    lake = Lake(tmp_path / "lake", zone)
    lake.record("events", rows)
    found = lake.read_with_day("events").select("at", "day").to_pyarrow().to_pylist()
    assert len(found) == len(instants)
    assert [row for row in found if row["day"] != row["at"].astimezone(ZoneInfo(zone)).date()] == []
