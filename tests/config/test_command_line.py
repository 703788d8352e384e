"""The command line as people and programs meet it: real processes, an empty folder, real files."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.processes import untilyes
from tests.journeys.running import House, open_house

ANSWERS = """answered_at,customer_email,channel,got_it
2026-03-02 09:00:00,ada@example.com,email,yes
2026-03-02 10:00:00,ben@example.com,email,yes
2026-03-03 11:00:00,cleo@example.com,phone,no
2026-03-04 12:00:00,dan@example.com,phone,yes
2026-03-05 13:00:00,eve@example.com,phone,yes
2026-03-06 14:00:00,finn@example.com,email,no
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A workspace founded at the command line, with six answers imported."""
    with open_house(tmp_path_factory.mktemp("house")) as found:
        (found.home / "answers.csv").write_text(ANSWERS)
        found.run("init", "--name", "Acme", "--email", "ada@acme.example", "--timezone", "Europe/Berlin")
        found.run("import", "generic_csv", "answers.csv", "--yes")
        yield found


def test_an_imported_answer_is_in_the_measure_with_its_interval_and_n(house: House) -> None:
    told = house.measure("got_it")
    assert told["total"]["n"] == 6
    assert told["total"]["value"] == pytest.approx(4 / 6)
    assert told["total"]["low"] < 4 / 6 < told["total"]["high"]
    assert "n = 6" in house.run("measure", "got_it")


def test_a_measure_is_split_and_filtered_as_asked(house: House) -> None:
    assert house.measure("got_it", "--where", "channel=phone,email")["total"]["n"] == 6
    assert house.measure("got_it", "--since", "2026-03-03", "--until", "2026-03-03")["total"]["n"] == 0
    cells = house.measure("got_it", "--by", "month")["cells"]
    assert [(cell["month"], cell["n"]) for cell in cells] == [("2026-03-01", 6)]


def test_a_look_from_the_command_line_says_what_it_asked_and_keeps_nothing(house: House) -> None:
    told = json.loads(house.run("findings", "--json"))
    assert told["findings"] == [], "six answers are no finding"
    assert told["asked"] >= 0
    assert "0 findings" in house.run("findings")
    assert json.loads(house.run("report", "--out", "all.html", "--json"))["standing"] == 0


def test_an_engine_that_is_not_there_is_said_in_a_sentence(house: House) -> None:
    done = untilyes(house, "measure", "got_it", UNTILYES_ENGINE="abacus")
    assert (done.returncode, "takes duckdb or spark" in done.stderr) == (1, True)


def test_importing_again_changes_nothing_and_says_so(house: House) -> None:
    assert "nothing changed" in house.run("import", "generic_csv", "answers.csv", "--yes")
    assert house.measure("got_it")["total"]["n"] == 6


def test_a_dry_run_changes_nothing(house: House) -> None:
    more = ANSWERS + "2026-03-07 09:00:00,gil@example.com,email,yes\n"
    (house.home / "more.csv").write_text(more)
    assert "Nothing was changed" in house.run("import", "generic_csv", "more.csv", "--dry-run")
    assert house.measure("got_it")["total"]["n"] == 6


def test_a_guess_is_not_imported_while_nobody_looks_at_it(house: House) -> None:
    done = untilyes(house, "import", "generic_csv", "answers.csv")
    assert done.returncode == 1
    assert "--dry-run" in done.stderr


def test_the_doctor_finds_the_ground_sound_and_tells_what_is_missing(house: House) -> None:
    told = json.loads(house.run("doctor", "--json"))
    states = {check["check"]: check["state"] for check in told["checks"]}
    assert told["fine"]
    fine = ("home", "database", "migrations", "lake", "mail", "clock")
    assert {name: states[name] for name in fine} == dict.fromkeys(fine, "fine")
    assert states["worker"] == "worth a look"


def test_the_doctor_ends_with_1_when_the_mail_server_is_gone(house: House) -> None:
    done = untilyes(house, "doctor", UNTILYES_SMTP_PORT="1")
    assert done.returncode == 1
    assert "does not answer" in done.stdout


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("measure", "nothing"), 1, "There is no measure 'nothing'"),
        (("measure", "got_it", "--by", "moon"), 1, "can be split by"),
        (("measure", "got_it", "--where", "channel"), 1, "NAME=VALUE"),
        (("measure", "got_it", "--workspace", "other"), 1, "There are: acme"),
        (("measure", "got_it", "--since", "yesterday"), 2, "yesterday"),
        (("import", "nothing", "answers.csv"), 1, "There is no recipe"),
        (("import", "olist", "missing.csv"), 1, "There is no file"),
        (("init", "--name", "Acme", "--email", "ada@acme.example"), 1, "already"),
        (("init", "--email", "ada@acme.example"), 1, "--name"),
        (("demo", "--home", "."), 1, "holds something else"),
        (("dance",), 2, "dance"),
    ],
)
def test_a_mistake_is_answered_by_a_sentence_and_a_code(
    house: House, command: tuple[str, ...], code: int, said: str
) -> None:
    done = untilyes(house, *command)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_workspace_the_next_step_is_named(tmp_path: Path) -> None:
    with open_house(tmp_path) as empty:
        done = untilyes(empty, "measure", "got_it")
    assert done.returncode == 1
    assert "untilyes init" in done.stderr


def test_help_needs_neither_django_nor_an_engine(house: House) -> None:
    done = untilyes(house, "--help", PYTHONPROFILEIMPORTTIME="1")
    loaded = set(re.findall(r"\|\s+(\w+)\s*$", done.stderr, re.MULTILINE))
    assert "typer" in loaded
    assert not loaded & {"django", "duckdb", "pyarrow", "numpy", "deltalake"}
