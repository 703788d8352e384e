"""The basement runs in a notebook, and only the lake knows which engine it runs on."""

import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY

SOURCE = REPOSITORY / "src" / "untilyes"


def loaded_after(module: str) -> set[str]:
    told = f"import sys, {module}; print(' '.join(sorted(name for name in sys.modules if '.' not in name)))"
    done = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True, cwd=REPOSITORY)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module", ["untilyes.lake", "untilyes.analysis.measures", "untilyes.analysis.changes", "untilyes.analysis.margins"]
)
def test_measures_load_without_django(module: str) -> None:
    assert "django" not in loaded_after(module)


def test_measures_load_no_learning_library() -> None:
    """Scikit-learn and friends take seconds and a hundred megabytes: whoever needs them loads them then."""
    assert not {"sklearn", "statsmodels", "lifelines", "pandas"} & loaded_after("untilyes.analysis.margins")


def test_no_room_but_the_lake_imports_an_engine() -> None:
    engines = ("import duckdb", "from duckdb", "import deltalake", "from deltalake", "import pyspark", "from pyspark")
    offending = [
        str(file.relative_to(SOURCE))
        for file in SOURCE.rglob("*.py")
        if file.relative_to(SOURCE).parts[0] != "lake"
        and any(line.strip().startswith(engines) for line in file.read_text(encoding="utf-8").splitlines())
    ]
    assert offending == []
