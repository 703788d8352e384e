"""A promise tried on history before it is given: on our own cases as their clocks ran, on imported logs as SQL says."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.analysis.invented import outcome
from tests.cases.stories import AT, DAY, HOUR, YES, open_by_no, propose, say
from tests.cast import Cast
from untilyes.cases.actions import write_to_customer
from untilyes.cases.trials.asking import Asked, CannotBeTried, Source, read_asked
from untilyes.cases.trials.histories import list_offered
from untilyes.cases.trials.jobs import carry_out_trial
from untilyes.cases.trials.summing import Tried
from untilyes.cases.trials.wording import tell_tried
from untilyes.config.commands.trying import Wanted, read_span, try_promise
from untilyes.config.speaking import CannotGoOn
from untilyes.feedback.queries import open_lake
from untilyes.insights.actions import ask_for_reckoning, work_out
from untilyes.insights.queries import read_reckoning
from untilyes.promises.actions import make_calendar, make_promise
from untilyes.promises.models import Clock
from untilyes.promises.rules import ClockState, Measures, TargetTooLoose
from untilyes.sources.actions import import_files
from untilyes.sources.library import get_recipe
from untilyes.workspaces.tenancy import inside

MADE = AT - 30 * DAY
END = AT + 20 * DAY
OFFICE = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")


def silently(doing: str, share: float) -> None:
    """Nobody watches."""


def try_on_cases(about: Measures, *, hours: float, aim: float | None = None, version: int = 0, **more: Any) -> Tried:
    limit = hours * HOUR
    asked = Asked(Source.CASES, "", about, limit, HOUR * (aim or hours), hours=version, **more)
    return carry_out_trial(asked, open_lake(), at=END, progress=silently)


@pytest.fixture
def eight_cases(acme: Cast) -> Cast:
    """Eight nos: answered after one to eight hours, proposed a day later; a yes to the first five, three still wait."""
    for about in (Measures.FIRST_RESPONSE, Measures.FIRST_RESOLUTION, Measures.TIME_TO_YES, Measures.OWNERSHIP):
        make_promise(about.value, about=about, limit=5 * HOUR, target=3 * HOUR, at=MADE)
    for number in range(1, 9):
        case = open_by_no(acme, interaction_id=f"order-{number}", at=AT + number * HOUR)
        write_to_customer(case, "On it.", by=acme.ben, at=AT + 2 * number * HOUR)
        asked = propose(acme, case, at=AT + DAY + 2 * number * HOUR)
        if number <= 5:
            say(asked, YES, at=AT + 3 * DAY + number * HOUR)
    return acme


@pytest.mark.parametrize(
    "about", [Measures.FIRST_RESPONSE, Measures.FIRST_RESOLUTION, Measures.TIME_TO_YES, Measures.OWNERSHIP]
)
def test_tried_on_our_own_cases_a_promise_comes_to_what_its_clocks_came_to(eight_cases: Cast, about: Measures) -> None:
    clocks = list(Clock.objects.filter(promise__about=about.value))
    kept = sum(clock.state(END) is ClockState.KEPT for clock in clocks)
    tried = try_on_cases(about, hours=5)
    assert (tried.kept.n, round((tried.kept.value or 0) * tried.kept.n)) == (len(clocks), kept) == (8, kept)
    assert tried.misses == 8 - kept


def test_another_limit_shows_what_it_would_have_kept_and_who_would_have_waited(eight_cases: Cast) -> None:
    tried = try_on_cases(Measures.FIRST_RESPONSE, hours=6, aim=2)
    assert (tried.kept.value, tried.on_target.value) == (6 / 8, 2 / 8)
    assert [(run.matter, run.over) for run in tried.missed] == [("8", 2 * HOUR), ("7", HOUR)]
    assert {one.share: one.took.value for one in tried.within}[0.5] == 4 * 3600
    assert [(one.month.month, one.kept.n, one.undecided) for one in tried.months] == [(5, 8, 0)]


def test_what_is_open_past_its_limit_is_missed_and_what_is_not_due_yet_counts_nowhere(eight_cases: Cast) -> None:
    strict = try_on_cases(Measures.TIME_TO_YES, hours=100)
    assert (strict.kept.value, strict.kept.n, strict.undecided) == (5 / 8, 8, 0)
    patient = try_on_cases(Measures.TIME_TO_YES, hours=1000)
    assert (patient.kept.value, patient.kept.n, patient.undecided) == (1, 5, 3)
    assert "3 were neither done nor due" in tell_tried(patient)


def test_in_open_hours_only_open_time_counts(eight_cases: Cast) -> None:
    """The nos came from twelve to seven in the evening in Berlin; the answers an hour to eight hours later."""
    office = make_calendar("Office", zone="Europe/Berlin", week=OFFICE, at=MADE)
    version = office.versions.get().pk
    always, there = (try_on_cases(Measures.FIRST_RESPONSE, hours=5, version=one) for one in (0, version))
    assert (always.kept.value, there.kept.value) == (5 / 8, 1)


def test_one_team_and_one_channel_are_tried_alone(eight_cases: Cast) -> None:
    assert try_on_cases(Measures.OWNERSHIP, hours=5, team="Shoes").kept.n == 8
    assert try_on_cases(Measures.FIRST_RESPONSE, hours=5, channel="web").kept.n == 8
    others: list[dict[str, Any]] = [{"team": "Hats"}, {"channel": "phone"}]
    for nothing in others:
        tried = try_on_cases(Measures.FIRST_RESPONSE, hours=5, **nothing)
        assert (tried.kept.value, tried.months, tried.missed) == (None, (), ())
        assert "Only 0 such promises" in tell_tried(tried)


def test_fewer_than_five_are_told_as_a_count_and_not_as_a_share(acme: Cast) -> None:
    case = open_by_no(acme)
    write_to_customer(case, "On it.", by=acme.ben, at=AT + HOUR)
    tried = try_on_cases(Measures.FIRST_RESPONSE, hours=5)
    assert (tried.kept.value, tried.kept.n, tried.within, tried.margins) == (None, 1, (), {})
    assert tried.months[0].kept.value is None


def test_the_worker_tries_it_and_what_it_came_to_is_read_as_it_was(eight_cases: Cast) -> None:
    asked = Asked(Source.CASES, "", Measures.FIRST_RESPONSE, 6 * HOUR, 2 * HOUR, team="Shoes", channel="web")
    assert read_asked(tuple(asked.subject.split(":")[1:])) == asked
    work_out(ask_for_reckoning(asked.subject, at=END), clock=lambda: END)
    told = read_reckoning(asked.subject)
    assert isinstance(told.value, Tried)
    assert (told.value.kept.value, told.value.missed[0].over) == (6 / 8, 2 * HOUR)
    assert sum(told.value.margins.values()) == 8


def test_a_trial_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(TargetTooLoose):
        Asked(Source.CASES, "", Measures.FIRST_RESPONSE, HOUR, 2 * HOUR)
    with pytest.raises(CannotBeTried, match="does not tell of 'time to yes'"):
        Asked(Source.LOG, "helpdesk", Measures.TIME_TO_YES, HOUR, HOUR)
    with pytest.raises(CannotBeTried, match="too long"):
        Asked(Source.CASES, "", Measures.UPDATE, HOUR, HOUR, team="ö" * 80)


def test_a_delivery_that_was_promised_elsewhere_is_tried_with_another_limit(acme: Cast) -> None:
    given = [outcome(f"o{n}", due=5, kept=1 + n % 10, interaction_id=f"i{n}") for n in range(20)]
    late = [outcome(f"n{n}", due=5, kept=None) for n in range(2)]
    void = [outcome("void", due=0, kept=None, due_at=None)]
    open_lake().record("outcomes", [*given, *late, *void])
    [offered] = list_offered(open_lake(), at=END)
    assert (offered.name, offered.kinds) == ("given:delivery", (Measures.IMPORTED,))
    for days, kept in ((5, 10), (8, 16)):
        asked = Asked(Source.GIVEN, "delivery", Measures.IMPORTED, days * DAY, days * DAY)
        tried = carry_out_trial(asked, open_lake(), at=END, progress=silently)
        assert (tried.kept.n, round((tried.kept.value or 0) * 22)) == (22, kept)
        assert tried.void == 1


def test_dan_has_none_of_acmes_history_to_try_on(eight_cases: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    with inside(eight_cases.globex):
        assert list_offered(open_lake(), at=END) == []
    with pytest.raises(CannotGoOn, match="There is no history 'cases' here"):
        try_promise(Wanted("first_response", on="cases", within="4h"), workspace="globex", as_json=True)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Wanted("first_response", on="cases", within="four hours"), "write it like 4h, 2d or 30m"),
        (Wanted("joy", on="cases", within="4h"), "Nothing called 'joy'"),
        (Wanted("imported", on="cases", within="4h"), "does not tell of 'imported'"),
        (Wanted("update", on="log:nothing", within="4h"), "There is: cases."),
        (Wanted("update", on="cases", within="4h", hours="moon"), "There is no calendar 'moon'"),
        (Wanted("update", on="cases", within="4h", target="1d"), "looser than the promise"),
    ],
    ids=["time", "kind", "history", "log", "hours", "target"],
)
def test_the_command_says_what_to_write_instead(eight_cases: Cast, wanted: Wanted, says: str) -> None:
    with pytest.raises(CannotGoOn, match=says):
        try_promise(wanted, workspace="acme", as_json=True)


def test_times_are_written_short() -> None:
    assert [read_span(text) for text in ("90m", "4h", "2.5d")] == [90 * HOUR / 60, 4 * HOUR, 60 * HOUR]


def test_the_command_tells_it_to_people(eight_cases: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    try_promise(Wanted("first_response", on="cases", within="6h", target="2h"), workspace="acme")
    told = capsys.readouterr().out
    assert "it would have been kept in 75 %" in " ".join(told.split())
    assert "2026-05" in told


def sql(query: str, **values: Any) -> list[tuple[Any, ...]]:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection.execute(query, values).fetchall()


def run_command(capsys: pytest.CaptureFixture[str], about: str, **asked: Any) -> dict[str, Any]:
    """What the command prints for a program."""
    capsys.readouterr()
    try_promise(Wanted(about, **asked), workspace="acme", as_json=True)
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def bring_in(shared_data: Path, recipe: str, folder: str, tmp_path: Path) -> Path:
    """Import one real log, as the command line does."""
    if not (shared_data / folder).exists():
        pytest.skip(f"the data set {folder} is not beside the repository")
    import_files(get_recipe(recipe), [shared_data / folder], at=END, rejects=tmp_path / "rejects.csv")
    [path] = (shared_data / folder).glob("*.csv.gz")
    return path


def compare(told: dict[str, Any], counted: list[float], *, limit: timedelta, months: dict[str, int]) -> None:
    """The share kept, the misses, and how many of each month were kept, as SQL has them."""
    kept = [seconds <= limit.total_seconds() for seconds in counted]
    assert told["kept"]["value"] == pytest.approx(sum(kept) / told["kept"]["n"])
    assert told["misses"] == told["kept"]["n"] - sum(kept)
    ours = {one["month"][:7]: round((one["kept"]["value"] or 0) * one["kept"]["n"]) for one in told["months"]}
    shown = {one["month"][:7] for one in told["months"] if one["kept"]["value"] is not None}
    assert {month: ours[month] for month in shown} == {month: n for month, n in months.items() if month in shown}


HELPDESK = """
    WITH log AS (SELECT "case:concept:name" AS matter, "concept:name" AS what, row_number() OVER () AS line,
                        "time:timestamp"::TIMESTAMPTZ AS ts FROM read_csv($path, all_varchar = true)),
    ordered AS (SELECT *, lead(ts) OVER w AS next_ts, row_number() OVER w AS place FROM log
                WINDOW w AS (PARTITION BY matter ORDER BY ts, line)),
    opened AS (SELECT matter, ts AS opened FROM ordered WHERE place = 1),
    over AS (SELECT matter, min_by(what, place) AS what, min_by(ts, place) AS ts FROM ordered
             WHERE what IN ('Resolve ticket', 'Closed') GROUP BY 1),
    waits AS (SELECT matter, sum(greatest(
                  0, epoch(least(coalesce(o.next_ts, over.ts), over.ts)) - epoch(o.ts))) AS wait
              FROM ordered o JOIN over USING (matter) WHERE o.what = 'Wait' AND o.ts < over.ts GROUP BY 1)
    SELECT strftime(timezone('Europe/Berlin', opened), '%Y-%m'),
           epoch(over.ts) - epoch(opened) - coalesce(wait, 0)
    FROM over JOIN opened USING (matter) LEFT JOIN waits USING (matter) WHERE over.what = 'Resolve ticket'
"""


def test_the_command_resolves_an_italian_help_desk_as_plain_sql_says(
    acme: Cast, shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = bring_in(shared_data, "helpdesk", "helpdesk_italian", tmp_path)
    told = run_command(capsys, "first_resolution", on="log:helpdesk", within="7d")
    theirs = sql(HELPDESK, path=str(path))
    assert len(theirs) > 4_000
    limit = 7 * DAY
    kept: dict[str, int] = {}
    for month, seconds in theirs:
        kept[month] = kept.get(month, 0) + (seconds <= limit.total_seconds())
    compare(told, [seconds for _, seconds in theirs], limit=limit, months=kept)


RECEIPT = """
    WITH log AS (SELECT "case:concept:name" AS matter, "concept:name" AS what,
                        "time:timestamp"::TIMESTAMPTZ AS ts, "case:startdate"::TIMESTAMPTZ AS began
                 FROM read_csv($path, all_varchar = true)),
    spans AS (SELECT matter, least(any_value(began), min(ts)) AS opened,
                     min(ts) FILTER (what = 'T05 Print and send confirmation of receipt') AS sent
              FROM log GROUP BY 1 HAVING sent IS NOT NULL),
    there AS (SELECT *, timezone('Europe/Amsterdam', opened) AS a, timezone('Europe/Amsterdam', sent) AS b FROM spans),
    days AS (SELECT unnest(generate_series(DATE '2009-01-01', DATE '2012-12-31', INTERVAL 1 DAY))::TIMESTAMP AS day),
    parts AS (SELECT matter, epoch_us(least(b, day + INTERVAL 17 HOUR))
                              - epoch_us(greatest(a, day + INTERVAL 9 HOUR)) AS part
              FROM there JOIN days ON isodow(day) <= 5 AND day + INTERVAL 17 HOUR > a AND day + INTERVAL 9 HOUR < b)
    SELECT strftime(timezone('Europe/Berlin', any_value(opened)), '%Y-%m'), coalesce(sum(part), 0) / 1e6
    FROM there LEFT JOIN parts USING (matter) GROUP BY matter
"""


def test_the_command_confirms_permits_in_the_hours_of_a_calendar_as_plain_sql_says(
    acme: Cast, shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = bring_in(shared_data, "receipt", "receipt_wabo", tmp_path)
    make_calendar("Town hall", zone="Europe/Amsterdam", week=OFFICE, at=datetime(2010, 1, 1, tzinfo=UTC))
    told = run_command(capsys, "first_response", on="log:receipt", within="79h", hours="town-hall")
    theirs = sql(RECEIPT, path=str(path))
    assert len(theirs) > 1_000
    kept: dict[str, int] = {}
    for month, seconds in theirs:
        kept[month] = kept.get(month, 0) + (seconds <= 79 * 3600)
    compare(told, [seconds for _, seconds in theirs], limit=79 * HOUR, months=kept)


INCIDENTS = """
    WITH log AS (SELECT number, incident_state AS state, sys_mod_count::INT AS change,
                        timezone('Europe/Berlin', strptime(sys_updated_at, '%d/%m/%Y %H:%M')) AS ts,
                        timezone('Europe/Berlin', strptime(opened_at, '%d/%m/%Y %H:%M')) AS opened
                 FROM read_csv($path, all_varchar = true)),
    begun AS (SELECT number, least(arg_max(opened, change), min(ts)) AS opened FROM log GROUP BY 1),
    said AS (SELECT number, arg_min(state, (ts, change)) AS state, min(ts) AS ts FROM log
             WHERE state IN ('Active', 'Awaiting User Info', 'Resolved', 'Closed') GROUP BY 1)
    SELECT strftime(timezone('Europe/Berlin', opened), '%Y-%m'), epoch(ts) - epoch(opened)
    FROM said JOIN begun USING (number) WHERE state <> 'Closed'
"""


@pytest.mark.slow
def test_the_command_answers_service_now_incidents_as_plain_sql_says(
    acme: Cast, shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = bring_in(shared_data, "servicenow", "servicenow_incidents", tmp_path)
    told = run_command(capsys, "first_response", on="log:servicenow", within="4h")
    theirs = sql(INCIDENTS, path=str(path))
    assert len(theirs) > 20_000
    kept: dict[str, int] = {}
    for month, seconds in theirs:
        kept[month] = kept.get(month, 0) + (seconds <= 4 * 3600)
    compare(told, [seconds for _, seconds in theirs], limit=4 * HOUR, months=kept)
