"""What every test shares: the real data when it is there, and no network but this machine."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as laws

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

    from tests.cast import Cast

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real exports beside the checkout; tests that read it skip without it."""
    folder = Path(os.environ.get("UNTILYES_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real data not found at {folder}; set UNTILYES_SHARED_DATA to run this test")
    return folder


@pytest.fixture
def cast(db: None, lake_root: Path) -> "Cast":
    """Ada, Ben, Cleo and Dan, in the database, with an empty lake."""
    from tests.cast import assemble_cast

    return assemble_cast()


@pytest.fixture
def lake_root(tmp_path: Path, settings: "Settings") -> Path:
    """An empty folder for this test's lakes and files."""
    settings.LAKE_ROOT = tmp_path / "lake"
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --only-database, run what touches the database and nothing else."""
    if not config.getoption("--only-database"):
        return
    left_out = [item for item in items if not (item.get_closest_marker("django_db") or _uses_database(item))]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


def pytest_configure(config: pytest.Config) -> None:
    """What holds for every test."""
    # Static files come from their sources here, so the folder they are collected into need not exist.
    config.addinivalue_line("filterwarnings", "ignore:No directory at:UserWarning")
    # A law is not broken because the machine is busy.
    laws.register_profile("patient", deadline=None)
    laws.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-database", action="store_true", help="run only the tests that touch the database")


def _uses_database(item: pytest.Item) -> bool:
    return bool({"db", "transactional_db", "cast"} & set(getattr(item, "fixturenames", ())))
