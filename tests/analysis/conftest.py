"""An empty lake in Berlin."""

from pathlib import Path

import pytest

from untilyes.lake import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake", "Europe/Berlin")
