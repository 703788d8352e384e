"""Importing a file: judged row by row, harmless to repeat, corrected where it changed, and nobody else's business."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.sources.conftest import AT, ROWS, facts
from untilyes.cases.models import Case
from untilyes.customers.models import Customer, Identity, Trait
from untilyes.feedback.models import Erasure, OutboxEntry
from untilyes.feedback.queries import open_lake
from untilyes.sources.actions import import_files
from untilyes.sources.contract import Recipe
from untilyes.sources.errors import FilesMissing
from untilyes.sources.library import get_recipe
from untilyes.sources.models import ImportRun
from untilyes.sources.queries import list_imports
from untilyes.workspaces.models import AuditEntry
from untilyes.workspaces.tenancy import OutsideWorkspace, inside

Write = Callable[..., Path]

ODD = """nr,who,said_at,stars,mail,plan
1,ada,2024-01-05 10:00:00,5,,
2,bob,2024-02-05 10:00:00,0,,
3,cyd,2024-02-06 10:00:00,9,,
4,dee,yesterday,4,,
5,eve,2024-02-07 10:00:00,many,,
6,,2024-02-08 10:00:00,3,,
,fay,2024-02-09 10:00:00,3,,
"""


def test_rows_become_answers_about_customers(acme: Cast, plain: Recipe, write: Write) -> None:
    summary = import_files(plain, [write()], at=AT, by=acme.ada)
    (tally,) = summary.tallies
    assert (tally.read, tally.accepted, tally.rejected, tally.appended) == (3, 3, 0, 3)
    assert (summary.customers_read, summary.customers_new, summary.unhappy) == (2, 2, 1)
    rows = facts()
    assert [(row["id"], row["value"], row["question"]) for row in rows] == [
        ("shop:1", 5.0, "csat"),
        ("shop:2", 1.0, "csat"),
        ("shop:3", 4.0, "csat"),
    ]
    ann = Identity.objects.get(kind="email", value="ann@x.example").customer
    assert rows[0]["customer_id"] == rows[2]["customer_id"] == str(ann.pk)
    assert Trait.objects.get(customer=ann).value == "gold"
    assert rows[2]["at"].isoformat() == "2024-02-06T22:30:00+00:00", "half past eleven at night in Berlin"


def test_a_dry_run_shows_what_would_come_and_changes_nothing(acme: Cast, plain: Recipe, write: Write) -> None:
    path = write(ODD)
    people, audited = Customer.objects.count(), AuditEntry.objects.count()
    summary = import_files(plain, [path], at=AT, by=acme.ada, dry_run=True)
    (tally,) = summary.tallies
    assert summary.dry_run
    assert (tally.read, tally.accepted, tally.rejected, tally.appended) == (7, 3, 4, 0)
    assert summary.previews["stars"].column("id").to_pylist() == ["shop:1", "shop:2", "shop:6"]
    assert (Customer.objects.count(), AuditEntry.objects.count()) == (people, audited)
    assert not ImportRun.objects.exists()
    assert open_lake().version("answers") == -1
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_file_the_recipe_has_no_use_for_is_named_and_not_passed_over_in_silence(
    acme: Cast, plain: Recipe, write: Write
) -> None:
    used, other = write(), write(name="comments.xyz")
    assert import_files(plain, [used, other], at=AT, dry_run=True).unused == ("comments.xyz",)
    assert import_files(plain, [used, other], at=AT).to_dict()["unused"] == ["comments.xyz"]


def test_a_recipe_that_finds_none_of_its_files_says_which_it_looks_for(acme: Cast, write: Write) -> None:
    with pytest.raises(
        FilesMissing, match=r"(?s)needs files that were not given:.*sfo_2014.csv.*Given were: answers.csv"
    ):
        import_files(get_recipe("sfo_survey"), [write()], at=AT, dry_run=True)


def test_every_row_left_out_is_told_with_its_line_and_reason(acme: Cast, plain: Recipe, write: Write) -> None:
    path = write(ODD)
    summary = import_files(plain, [path], at=AT)
    assert summary.rejects_path == path.with_name("shop.rejects.csv")
    with summary.rejects_path.open(encoding="utf-8-sig", newline="") as file:
        rejected = list(csv.DictReader(file))
    assert [(row["file"], row["line"], row["reason"]) for row in rejected] == [
        ("answers.csv", "4", "more than five stars"),
        ("answers.csv", "5", "at: “yesterday” is not a time"),
        ("answers.csv", "6", "value: “many” is not a number"),
        ("answers.csv", "8", "id is missing"),
    ]
    assert rejected[0]["who"] == "cyd", "the row's own columns are there to be mended"


def test_a_corrected_row_is_kept_and_what_was_corrected_is_told(acme: Cast, plain: Recipe, write: Write) -> None:
    (tally,) = import_files(plain, [write(ODD)], at=AT).tallies
    assert tally.told == {"zero stars were counted as one": 1}
    assert {row["id"]: row["value"] for row in facts()} == {"shop:1": 5.0, "shop:2": 1.0, "shop:6": 3.0}


def test_read_is_accepted_and_rejected_and_repeated(acme: Cast, plain: Recipe, write: Write) -> None:
    twice = ODD + "2,bob,2024-02-05 10:00:00,4,,\n"
    (tally,) = import_files(plain, [write(twice)], at=AT).tallies
    assert tally.read == tally.accepted + tally.rejected + tally.repeated == 8
    assert tally.repeated == 1
    assert {row["id"]: row["value"] for row in facts()}["shop:2"] == 4.0, "of an id said twice the last row counts"


def test_importing_again_changes_nothing(acme: Cast, plain: Recipe, write: Write) -> None:
    path = write(ODD)
    import_files(plain, [path], at=AT)
    before, people = open_lake().version("answers"), Customer.objects.count()
    again = import_files(plain, [path], at=AT)
    assert again.changed_nothing
    assert [tally.unchanged for tally in again.tallies] == [3]
    assert (again.customers_new, Customer.objects.count()) == (0, people)
    assert open_lake().version("answers") == before
    assert facts("corrections") == []


def test_a_changed_row_is_a_correction_and_what_it_said_before_is_kept(acme: Cast, plain: Recipe, write: Write) -> None:
    import_files(plain, [write()], at=AT)
    changed = import_files(plain, [write(ROWS.replace("10:00:00,1,", "10:00:00,3,"))], at=AT)
    assert [(tally.corrected, tally.unchanged, tally.appended) for tally in changed.tallies] == [(1, 2, 0)]
    assert {row["id"]: row["value"] for row in facts()}["shop:2"] == 3.0
    (kept,) = facts("corrections")
    assert (kept["fact_id"], json.loads(kept["said_before"])["value"]) == ("shop:2", 1.0)


def test_imported_history_opens_no_case_and_asks_nobody(acme: Cast, plain: Recipe, write: Write) -> None:
    assert import_files(plain, [write()], at=AT).unhappy == 1
    assert not Case.objects.exists()
    assert not OutboxEntry.objects.exists()


def test_who_is_known_by_e_mail_is_recognised(acme: Cast, plain: Recipe, write: Write) -> None:
    summary = import_files(plain, [write(ROWS.replace("ann@x.example", "CLEO@customer.example"))], at=AT)
    assert (summary.customers_read, summary.customers_new) == (2, 1)
    assert facts()[0]["customer_id"] == str(acme.cleo.pk)


def test_who_asked_to_be_forgotten_stays_forgotten(acme: Cast, plain: Recipe, write: Write) -> None:
    import_files(plain, [write()], at=AT)
    bob = Identity.objects.get(kind="external", value="bob").customer
    Erasure.objects.create(customer_id=bob.pk, asked_at=AT)
    bob.delete()
    (tally,) = import_files(plain, [write()], at=AT).tallies
    assert tally.reasons == {"the customer asked to be forgotten": 1}
    assert not Identity.objects.filter(value="bob").exists()


def test_the_ledger_and_the_audit_trail_know_who_imported_what(acme: Cast, plain: Recipe, write: Write) -> None:
    import_files(plain, [write(ODD)], at=AT, by=acme.ada)
    (run,) = list_imports()
    assert (run.recipe, run.state, run.by) == ("shop", ImportRun.State.DONE, acme.ada)
    assert (run.files[0]["file"], run.files[0]["rows"]) == ("answers.csv", 7)
    assert (run.counts[0]["accepted"], run.counts[0]["rejected"]) == (3, 4)
    entry = AuditEntry.objects.get(verb="import_files")
    assert (entry.by, entry.about) == (acme.ada, f"import:{run.pk}")


def test_an_import_that_fails_is_in_the_ledger_with_its_reason(
    acme: Cast, plain: Recipe, write: Write, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        import_files(plain, [write(ODD)], at=AT, rejects=tmp_path / "no such folder" / "rejects.csv")
    (run,) = list_imports()
    assert run.state == ImportRun.State.FAILED
    assert "no such folder" in run.problem


def test_progress_only_goes_forward(acme: Cast, plain: Recipe, write: Write) -> None:
    told: list[tuple[str, float]] = []
    import_files(plain, [write()], at=AT, progress=lambda doing, share: told.append((doing, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] <= 1.0
    assert [doing for doing, _ in told][:2] == ["Reading the files", "Judging stars"]


def test_several_files_of_one_shape_are_stacked_and_keep_their_lines(acme: Cast, plain: Recipe, write: Write) -> None:
    first, second = write(ROWS, "january.csv"), write(ODD.replace("\n1,", "\n10,"), "february.csv")
    summary = import_files(plain, [first, second], at=AT)
    assert [file.rows for file in summary.files] == [3, 7]
    assert summary.rejects_path is not None
    with summary.rejects_path.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["file"] == "february.csv"


def test_dan_sees_nothing_of_an_import_of_acmes(acme: Cast, plain: Recipe, write: Write) -> None:
    import_files(plain, [write()], at=AT, by=acme.ada)
    with inside(acme.globex):
        assert list_imports() == []
        assert not Customer.objects.exists()
        assert open_lake().version("answers") == -1
        summary = import_files(plain, [write()], at=AT, by=acme.dan)
        assert summary.customers_new == 2, "the same file tells Dan of customers of his own"
        theirs = {row["customer_id"] for row in facts()}
    assert theirs.isdisjoint({row["customer_id"] for row in facts()})


def test_outside_a_workspace_nothing_is_imported(cast: Cast, plain: Recipe, write: Write) -> None:
    with pytest.raises(OutsideWorkspace):
        import_files(plain, [write()], at=AT)
