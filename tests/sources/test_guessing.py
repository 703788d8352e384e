"""A file nobody wrote a recipe for: guessed, explained, written down to be edited, and imported by."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.sources.conftest import AT, facts
from untilyes.customers.models import Identity, Trait
from untilyes.feedback.queries import open_lake
from untilyes.sources.actions import import_files
from untilyes.sources.errors import FilesMissing, ImportRefused
from untilyes.sources.guessing import GENERIC, choose_recipe, guess_recipe, write_guess
from untilyes.sources.library import read_recipe

Write = Callable[..., Path]

SURVEY = """Response ID;Customer e-mail;Completed on;Solved?;Would you recommend us?;Rating;Comment;Channel;Plan
r1;ann@x.example;13/02/2024 10:30;Yes;9;5;All fine, thank you;email;gold
r2;bob@x.example;14/02/2024 10:31;No;3;2;"Late; and cold";phone;silver
r3;bob@x.example;15/02/2024 23:31;No;0;1;?;phone;silver
"""


def roles(path: Path) -> dict[str, str]:
    return {one.column: one.role for one in guess_recipe([path]).columns}


def test_columns_are_known_by_their_names_and_by_all_their_values(write: Write) -> None:
    assert roles(write(SURVEY)) == {
        "Response ID": "id",
        "Customer e-mail": "email",
        "Completed on": "at",
        "Solved?": "answer solved",
        "Would you recommend us?": "answer nps",
        "Rating": "answer csat",
        "Comment": "comment",
        "Channel": "channel",
        "Plan": "trait",
    }


def test_a_guess_imports_right_away_each_answer_on_its_own_scale(acme: Cast, write: Write) -> None:
    path = write(SURVEY)
    summary = import_files(choose_recipe(GENERIC, [path]), [path], at=AT)
    assert (summary.customers_new, summary.rejected) == (2, 0)
    said = [
        (row["question"], row["value"], row["scale_min"], row["scale_max"]) for row in facts() if ":r2:" in row["id"]
    ]
    assert sorted(said) == [("csat", 2.0, 1.0, 5.0), ("nps", 3.0, 0.0, 10.0), ("solved", 0.0, 0.0, 1.0)]
    assert {row["text"] for row in facts("comments")} == {"All fine, thank you", "Late; and cold"}
    assert facts()[0]["at"].isoformat() == "2024-02-13T09:30:00+00:00", "day first, in the workspace's zone"
    bob = Identity.objects.get(kind="email", value="bob@x.example").customer
    assert Trait.objects.get(customer=bob, name="plan").value == "silver"


def test_a_column_may_be_called_what_we_call_our_own(acme: Cast, write: Write) -> None:
    path = write("email,customer_id,external_id,date,nps\nann@x.example,7,8,2024-02-13 10:30,9\n")
    summary = import_files(choose_recipe(GENERIC, [path]), [path], at=AT)
    assert summary.rejected == 0
    assert [row["value"] for row in facts() if row["question"] == "nps"] == [9.0]


def test_a_guess_can_be_tried_without_writing(acme: Cast, write: Write) -> None:
    path = write(SURVEY)
    summary = import_files(choose_recipe(GENERIC, [path]), [path], at=AT, dry_run=True)
    assert set(summary.previews) == {"solved", "nps", "csat", "comment"}
    assert open_lake().version("answers") == -1


def test_a_written_guess_reads_back_as_the_same_recipe_and_says_why(write: Write) -> None:
    guess = guess_recipe([write(SURVEY)])
    path = write_guess(guess)
    assert path.name == "answers.recipe.yaml"
    assert read_recipe(path) == guess.recipe
    assert "# Rating: answer csat (it is called “Rating”, with whole numbers 1 to 5)" in path.read_text(
        encoding="utf-8"
    )
    assert write_guess(guess) == path, "the same guess again is no harm"


def test_what_somebody_edited_is_not_overwritten(write: Write) -> None:
    guess = guess_recipe([write(SURVEY)])
    path = write_guess(guess)
    path.write_text(guess.text.replace("title:", "about: edited\ntitle:"), encoding="utf-8")
    with pytest.raises(ImportRefused, match=r"answers\.recipe\.yaml exists and says something else"):
        write_guess(guess)
    assert read_recipe(path).about == "edited"


def test_the_edited_guess_decides(acme: Cast, write: Write) -> None:
    path = write(SURVEY)
    recipe = write_guess(guess_recipe([path]))
    recipe.write_text(recipe.read_text(encoding="utf-8").replace("\"'solved'\"", "\"'got_it'\""), encoding="utf-8")
    import_files(read_recipe(recipe), [path], at=AT)
    assert "got_it" in {row["question"] for row in facts()}


def test_dates_that_can_be_read_two_ways_are_a_doubt_and_told(write: Write) -> None:
    guess = guess_recipe([write("nr,date,nps\n1,01/02/2024,9\n2,03/04/2024,7\n")])
    assert any("can be read as %d/%m/%Y or as %m/%d/%Y; they are read as %d/%m/%Y" in doubt for doubt in guess.doubts)
    decided = guess_recipe([write("nr,date,nps\n1,01/02/2024,9\n2,03/14/2024,7\n")])
    assert decided.recipe.times == ("%m/%d/%Y",)
    assert not any("can be read" in doubt for doubt in decided.doubts)


@pytest.mark.parametrize(
    ("header", "values", "question", "answers"),
    [
        ("Problem gelöst", ("Ja", "nein"), "problem_gelost", {1.0, 0.0}),
        ("Resolvido?", ("sim", "Não"), "resolvido", {1.0, 0.0}),
        ("Do you trust us", ("yes", "sometimes", "no"), "trust", {2.0, 1.0, 0.0}),
        ("effective", ("1", "0"), "effective", {1.0, 0.0}),
    ],
)
def test_yes_and_no_are_understood_in_several_languages(
    acme: Cast, write: Write, header: str, values: tuple[str, ...], question: str, answers: set[float]
) -> None:
    rows = "".join(f"{number},2024-01-0{number},{value}\n" for number, value in enumerate(values, start=1))
    path = write(f"nr,date,{header}\n{rows}")
    import_files(choose_recipe(GENERIC, [path]), [path], at=AT)
    assert {row["question"] for row in facts()} == {question}
    assert {row["value"] for row in facts()} == answers


def test_a_stray_value_is_rejected_and_hides_no_scale(acme: Cast, write: Write) -> None:
    scores = [5, 4, 3, 1, 2] * 8
    rows = "".join(f"{number},2024-01-01,{score}\n" for number, score in enumerate(scores))
    path = write(f"nr,date,rating\n{rows}99,2024-01-01,55\n100,2024-01-01,none given\n")
    summary = import_files(choose_recipe(GENERIC, [path]), [path], at=AT)
    assert summary.tallies[0].reasons == {"rating is not between 1 and 5": 2}
    assert len(facts()) == 40


def test_decimal_commas_and_signs_for_missing_are_noticed(write: Write) -> None:
    recipe = guess_recipe([write("nr;date;nps;amount\n1;2024-01-01;9;3,50\n2;2024-01-02;N/A;1.000,25\n")]).recipe
    assert (recipe.decimal, recipe.missing) == (",", ("", "N/A"))


def test_rows_without_a_number_are_known_by_what_they_say(acme: Cast, write: Write) -> None:
    path = write("date,nps\n2024-01-01,9\n2024-01-01,9\n2024-01-02,3\n")
    guess = guess_recipe([path])
    assert any("two rows that say the same are one" in doubt for doubt in guess.doubts)
    assert import_files(guess.recipe, [path], at=AT).tallies[0].repeated == 1
    assert import_files(guess.recipe, [path], at=AT).changed_nothing


def test_a_log_without_answers_becomes_events(acme: Cast, write: Write) -> None:
    path = write("case_id,timestamp,activity\nA,2024-01-01 10:00:00,opened\nA,2024-01-02 10:00:00,closed\n")
    import_files(choose_recipe(GENERIC, [path]), [path], at=AT)
    told = {(row["activity"], row["interaction_id"]) for row in facts("events")}
    assert told == {("opened", "answers:A"), ("closed", "answers:A")}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("nr,nps\n1,9\n", "No column of answers.csv holds dates or times"),
        ("date,weight\n2024-01-01,70.5\n", "Nothing in answers.csv looks like an answer"),
        ("date,nps\n", "has the columns date, nps and no rows below them"),
    ],
)
def test_what_cannot_be_guessed_is_said_with_what_to_do(write: Write, content: str, says: str) -> None:
    with pytest.raises(ImportRefused, match=says):
        guess_recipe([write(content)])


def test_a_folder_is_no_file_to_guess_from(tmp_path: Path) -> None:
    with pytest.raises(FilesMissing, match="give one file"):
        guess_recipe([tmp_path])


def test_the_null_control_is_guessed_right(shared_data: Path) -> None:
    guess = guess_recipe([shared_data / "support_tickets_csat" / "customer_support_tickets.csv.gz"])
    known = {one.column: one.role for one in guess.columns if one.role}
    assert known["Customer Satisfaction Rating"] == "answer csat"
    assert (known["customer_ref"], known["Ticket ID"], known["Ticket Channel"]) == ("customer", "id", "channel")
    assert "Customer Age" not in known
