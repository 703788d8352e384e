"""What every test shares: the real data when it is there, and no network but this machine."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real exports beside the checkout; tests that read it skip without it."""
    folder = Path(os.environ.get("UNTILYES_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real data not found at {folder}; set UNTILYES_SHARED_DATA to run this test")
    return folder
