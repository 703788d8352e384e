"""Files as people really have them: every one is read right or refused with a sentence, and nothing is lost."""

import csv
import gzip
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.cast import Cast
from tests.sources.conftest import AT, PLAIN, ROWS, facts
from untilyes.customers.models import Customer
from untilyes.lake.errors import FileUnreadable
from untilyes.lake.workbench import Workbench
from untilyes.sources.actions import import_files
from untilyes.sources.contract import Recipe
from untilyes.sources.errors import FilesMissing, ImportRefused
from untilyes.sources.library import parse_recipe

Write = Callable[..., Path]

TEXT = """
name: words
title: Comments
timezone: UTC
{more}
files:
  rows: {{pattern: "*rows*"}}
facts:
  - name: words
    table: comments
    from: rows
    id: nr
    columns: {{at: said_at, source: "'survey'", text: text}}
  - name: scores
    table: answers
    from: rows
    where: score IS NOT NULL
    id: nr
    columns: {{at: said_at, source: "'survey'", question: "'csat'", value: score}}
"""


SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORKBOOK = {
    "[Content_Types].xml": f"""<Types xmlns="{PACKAGE}/content-types">
        <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
        <Default Extension="xml" ContentType="application/xml"/></Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">
        <Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/workbook.xml": f"""<workbook xmlns="{SHEETS}" xmlns:r="{OFFICE}">
        <sheets><sheet name="Answers" sheetId="1" r:id="r1"/></sheets></workbook>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">
        <Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
        <Relationship Id="r2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>""",
    "xl/styles.xml": f"""<styleSheet xmlns="{SHEETS}">
        <cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>""",
    "xl/worksheets/sheet1.xml": f"""<worksheet xmlns="{SHEETS}"><sheetData>
        <row r="1"><c r="A1" t="inlineStr"><is><t>nr</t></is></c><c r="B1" t="inlineStr"><is><t>said_at</t></is></c>
        <c r="C1" t="inlineStr"><is><t>score</t></is></c><c r="D1" t="inlineStr"><is><t>text</t></is></c></row>
        <row r="2"><c r="A2"><v>1</v></c><c r="B2" s="1"><v>45413.4375</v></c><c r="C2"><v>4</v></c>
        <c r="D2" t="inlineStr"><is><t>from a workbook</t></is></c></row></sheetData></worksheet>""",
}


def write_workbook(path: Path) -> None:
    """A sheet with one row: a whole number, a date (day 45413.4375 is 2024-05-01 10:30), a number, a text."""
    with zipfile.ZipFile(path, "w") as book:
        for name, content in WORKBOOK.items():
            book.writestr(name, content)


def recipe(more: str = "") -> Recipe:
    return parse_recipe(TEXT.format(more=more), called="words.yaml")


def said() -> dict[str, str]:
    return {row["id"]: row["text"] for row in facts("comments")}


def scores() -> dict[str, float]:
    return {row["id"]: row["value"] for row in facts()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_arrives_as_it_was_meant_in_whatever_encoding(acme: Cast, write: Write, encoding: str) -> None:
    rows = "nr;said_at;score;text\n1;2024-05-01 10:00:00;4;Größe, naïve café – sehr schön für uns alle\n"
    import_files(recipe(), [write(rows.encode(encoding), "rows.csv")], at=AT)
    assert said() == {"words:1": "Größe, naïve café – sehr schön für uns alle"}
    assert scores() == {"words:1": 4.0}


def test_zipped_files_are_read_as_what_is_inside(acme: Cast, plain: Recipe, write: Write) -> None:
    (tally,) = import_files(plain, [write(gzip.compress(ROWS.encode()), "answers.csv.gz")], at=AT).tallies
    assert tally.appended == 3


def test_decimal_commas_are_read_where_the_recipe_says_so(acme: Cast, write: Write) -> None:
    rows = 'nr,said_at,score,text\n1,2024-05-01 10:00:00,"4,5",a\n2,2024-05-01 10:00:00,"1.000,25",b\n'
    import_files(recipe('decimal: ","'), [write(rows, "rows.csv")], at=AT)
    assert scores() == {"words:1": 4.5, "words:2": 1000.25}


def test_decimal_commas_are_refused_row_by_row_where_it_does_not(acme: Cast, write: Write) -> None:
    rows = 'nr,said_at,score,text\n1,2024-05-01 10:00:00,"4,5",a\n2,2024-05-01 10:00:00,4,b\n'
    summary = import_files(recipe(), [write(rows, "rows.csv")], at=AT)
    assert summary.tallies[1].reasons == {"value: “4,5” is not a number": 1}
    assert scores() == {"words:2": 4.0}


def test_signs_for_missing_are_nothing(acme: Cast, write: Write) -> None:
    rows = "nr,said_at,score,text\n1,2024-05-01 10:00:00,?,a\n2,2024-05-01 10:00:00,3,?\n"
    summary = import_files(recipe('missing: ["", "?"]'), [write(rows, "rows.csv")], at=AT)
    assert summary.tallies[0].reasons == {"text is missing": 1}
    assert scores() == {"words:2": 3.0}


def test_day_first_times_are_read_where_the_recipe_says_so(acme: Cast, write: Write) -> None:
    rows = "nr,said_at,score,text\n1,29/2/2016 01:16,3,a\n2,2/29/2016 01:16,3,b\n"
    summary = import_files(recipe('times: ["%d/%m/%Y %H:%M"]'), [write(rows, "rows.csv")], at=AT)
    assert facts("comments")[0]["at"] == datetime(2016, 2, 29, 1, 16, tzinfo=UTC)
    assert summary.tallies[0].reasons == {"at: “2/29/2016 01:16” is not a time": 1}


def test_a_time_with_an_offset_is_that_instant(acme: Cast, write: Write) -> None:
    rows = (
        "nr,said_at,score,text\n1,2024-05-01T10:00:00+02:00,3,a\n2,2024-05-01 10:00:00 -0800,3,b\n"
        "3,2024-05-01T10:00:00Z,3,c\n"
    )
    import_files(recipe(), [write(rows, "rows.csv")], at=AT)
    assert [row["at"].hour for row in facts("comments")] == [8, 18, 10]


def test_quoted_commas_quotes_and_line_breaks_belong_to_the_text(acme: Cast, write: Write) -> None:
    rows = 'nr,said_at,score,text\n1,2024-05-01 10:00:00,3,"Well, ""no"".\nReally: no."\n'
    import_files(recipe(), [write(rows, "rows.csv")], at=AT)
    assert said() == {"words:1": 'Well, "no".\nReally: no.'}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "answers.csv is empty"),
        (b"nr,who,said_at,stars,mail,plan\n", None),
        (b"nr,who,stars,mail,plan\n1,ada,5,,\n", "there is no column said_at"),
        (b"nr,who,said_at,stars,mail,plan,stars\n1,ada,2024-01-05 10:00:00,5,,,4\n", "stars"),
        (bytes(range(256)) * 64, None),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_in_a_sentence_and_nothing_is_written(
    acme: Cast, plain: Recipe, write: Write, content: bytes, says: str | None
) -> None:
    people = Customer.objects.count()
    path = write(content)
    if content.startswith(b"nr,who,said_at,stars,mail,plan\n"):
        (tally,) = import_files(plain, [path], at=AT).tallies
        assert (tally.read, tally.rejected) == (0, 0)
    else:
        with pytest.raises((ImportRefused, FileUnreadable)) as refused:
            import_files(plain, [path], at=AT)
        assert "answers" in str(refused.value)
        assert says is None or says in str(refused.value)
    assert Customer.objects.count() == people
    assert facts() == []


def test_a_row_with_too_few_or_too_many_cells_does_not_take_the_others_with_it(
    acme: Cast, plain: Recipe, write: Write
) -> None:
    broken = ROWS + "4,bob\n" + "5,bob,2024-02-09 10:00:00,2,,silver,surplus\n" + "6,bob,2024-02-10 10:00:00,9,,\n"
    summary = import_files(plain, [write(broken)], at=AT)
    assert [row["id"] for row in facts()] == ["shop:1", "shop:2", "shop:3"]
    assert summary.files[0].rows + len(summary.files[0].broken) == 6, "no line goes uncounted"
    assert summary.rejected == 3
    assert summary.rejects_path is not None
    with summary.rejects_path.open(encoding="utf-8-sig", newline="") as file:
        told = [(row["line"], row["reason"], row["row"]) for row in csv.DictReader(file)]
    assert told == [
        ("7", "more than five stars", ""),
        ("5", "the line does not fit the columns: missing columns", "4,bob"),
        (
            "6",
            "the line does not fit the columns: too many columns",
            "5,bob,2024-02-09 10:00:00,2,,silver,surplus",
        ),
    ]


def test_a_quote_that_is_never_closed_swallows_no_rows(acme: Cast, plain: Recipe, write: Write) -> None:
    open_quote = ROWS + '4,bob,2024-02-09 10:00:00,2,"never closed,\n' + "5,bob,2024-02-10 10:00:00,3,,\n"
    (tally,) = import_files(plain, [write(open_quote)], at=AT).tallies
    assert tally.read == 5


def test_files_that_are_not_there_or_not_what_is_needed_are_named(acme: Cast, plain: Recipe, write: Write) -> None:
    with pytest.raises(FilesMissing, match="There is no file or folder"):
        import_files(plain, [write().with_name("absent.csv")], at=AT)
    with pytest.raises(FilesMissing, match=r"needs files that were not given:\n  answers: \*\.csv\*"):
        import_files(plain, [write("{}", "answers.json")], at=AT)
    with pytest.raises(FilesMissing, match="There is no file to import"):
        import_files(plain, [], at=AT)


def test_a_workbook_is_read_with_its_dates_and_numbers(acme: Cast, write: Write, tmp_path: Path) -> None:
    write_workbook(tmp_path / "rows.xlsx")
    import_files(recipe(), [tmp_path / "rows.xlsx"], at=AT)
    (row,) = facts("comments")
    assert (row["id"], row["text"]) == ("words:1", "from a workbook")
    assert row["at"] == datetime(2024, 5, 1, 10, 30, tzinfo=UTC)
    assert scores() == {"words:1": 4.0}


def test_what_is_called_a_workbook_and_is_none_is_refused(acme: Cast, write: Write) -> None:
    with pytest.raises(FileUnreadable, match=r"rows\.xlsx cannot be read as a spreadsheet"):
        import_files(recipe(), [write("nr,text\n", "rows.xlsx")], at=AT)


def test_json_and_parquet_hold_the_same_rows(acme: Cast, write: Write, tmp_path: Path) -> None:
    import_files(
        recipe(),
        [write('{"nr": 1, "said_at": "2024-05-01T10:00:00", "score": 4, "text": "as JSON"}\n', "rows.jsonl")],
        at=AT,
    )
    table = pa.table(
        {"nr": [2], "said_at": [datetime(2024, 5, 1, 10, tzinfo=UTC)], "score": [4.5], "text": ["as Parquet"]}
    )
    pyarrow.parquet.write_table(table, tmp_path / "rows.parquet")
    import_files(recipe(), [tmp_path / "rows.parquet"], at=AT)
    assert said() == {"words:1": "as JSON", "words:2": "as Parquet"}
    assert {row["at"] for row in facts("comments")} == {datetime(2024, 5, 1, 10, tzinfo=UTC)}


@pytest.mark.parametrize(
    "expression",
    [
        "(SELECT content FROM read_text('{secret}'))",
        "(SELECT max(column0) FROM read_csv('{secret}', header = false))",
        "(SELECT max(filename) FROM glob('/etc/*') AS g(filename))",
        "getenv('HOME')",
        "(SELECT 1 FROM 'https://127.0.0.1/x.parquet')",
    ],
)
def test_a_recipe_reads_its_files_and_nothing_else_on_the_machine(
    acme: Cast, write: Write, tmp_path: Path, expression: str
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret\n", encoding="utf-8")
    wanted = PLAIN.replace("\"'web'\"", f'"{expression.format(secret=secret)}"')
    with pytest.raises(ImportRefused) as refused:
        import_files(parse_recipe(wanted, called="curious.yaml"), [write()], at=AT)
    assert "the secret" not in str(refused.value)
    assert facts() == []


def test_a_workbench_cannot_be_unsealed_by_what_it_is_asked(write: Write) -> None:
    with Workbench() as bench:
        bench.add_file("rows", write())
        for order in (
            "SET enable_external_access = true",
            f"COPY rows TO '{write().parent}/copy.csv'",
            "INSTALL httpfs",
        ):
            with pytest.raises(Exception, match=r"(?i)disabled|locked|permission|cannot"):
                bench.query(order)
    assert not (write().parent / "copy.csv").exists()
