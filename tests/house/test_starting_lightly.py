"""Whoever starts the program waits for what they use: the engine is loaded by the first question to it, not before."""

import subprocess
import sys

HEAVY = ("ibis", "duckdb", "pyarrow", "deltalake", "py3langid")
SETTING_UP = "import django, sys; django.setup(); print([name for name in {names!r} if name in sys.modules])"


def test_setting_up_loads_no_engine() -> None:
    told = subprocess.run(
        [sys.executable, "-c", SETTING_UP.format(names=HEAVY)],
        env={"DJANGO_SETTINGS_MODULE": "untilyes.config.settings", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"
