"""What is changed about a finding: who, for whose gain, and what later looks say since."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django_q.models import OrmQ
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.cast import PASSWORD, Cast
from untilyes.analysis.findings import Finding, Judgement, Kind, Tone, Trail
from untilyes.feedback.queries import open_lake
from untilyes.insights.actions import assign_finding, keep_findings, move_finding, open_initiative
from untilyes.insights.initiatives import read_initiatives
from untilyes.insights.models import Initiative, KeptFinding, Run
from untilyes.insights.queries import list_owned
from untilyes.insights.rules import NotPossible, Plan, State
from untilyes.insights.wording import tell_outcome
from untilyes.stats.results import Verdict
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.actions import add_member
from untilyes.workspaces.models import Member, User
from untilyes.workspaces.queries import list_audit
from untilyes.workspaces.rules import Role
from untilyes.workspaces.tenancy import inside

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
LOOK_ON = date(2027, 2, 1)
REFUNDS = Finding(
    Kind.CHANGE,
    "change:effectiveness:touchpoint=refund",
    "Refund: worse.",
    Tone.WORSE,
    140,
    0.13,
    "Ask.",
    q=0.001,
    watch=Trail("measure", {"measure": "effectiveness", "touchpoint": "refund"}),
)
PLAN = Plan("Send the label with the order.", "Nobody waits for a label.", "Half as many calls.")


def look(*findings: Finding, days: int = 0) -> Run:
    at = AT + timedelta(days=days)
    return keep_findings(Run.objects.create(asked_at=at), Judgement(findings, asked=214), at=at)


def begin(owner: Member, *, by: Member, days: int = 0, plan: Plan = PLAN) -> Initiative:
    at = AT + timedelta(days=days)
    return open_initiative(KeptFinding.objects.get(), owner=owner, plan=plan, look_on=LOOK_ON, by=by, at=at)


@pytest.fixture
def mia(cast: Cast) -> Member:
    user = User.objects.create_user("mia@acme.example", PASSWORD, first_name="Mia")
    return add_member(cast.acme, user, role=Role.MANAGER)


def letters() -> list[tuple[str, str, str]]:
    """(to, subject, text) of what waits to be sent."""
    tasks = [one.task for one in OrmQ.objects.order_by("pk")]
    return [task["args"][:3] for task in tasks if task["func"] == "untilyes.plumbing.mail.deliver"]


def test_opening_one_gives_it_an_owner_and_a_day_and_stands_in_the_audit_trail(cast: Cast, mia: Member) -> None:
    with inside(cast.acme):
        look(REFUNDS)
        begun = begin(mia, by=cast.ada)
        finding = KeptFinding.objects.get()
        assert (finding.state, finding.owner, begun.begun_on) == (State.ACTING, mia, date(2026, 11, 2))
        assert begun.begun_with["sentence"] == "Refund: worse."
        assert list_owned(mia) == [finding]
        assert list_owned(cast.ada) == []
        assert list_audit(seen_by=cast.ada)[0].verb == "open_initiative"


def test_whoever_is_given_something_gets_a_letter_and_nobody_gets_one_of_their_own(
    cast: Cast, mia: Member, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with inside(cast.acme):
        look(REFUNDS)
        with django_capture_on_commit_callbacks(execute=True):
            assign_finding(KeptFinding.objects.get(), to=cast.ada, by=cast.ada, at=AT)
        assert letters() == []
        with django_capture_on_commit_callbacks(execute=True):
            begin(mia, by=cast.ada)
        ((to, subject, text),) = letters()
    assert (to, subject) == ("mia@acme.example", "Acme: yours to act on")
    assert "Ada gave you this to act on:" in text
    assert "Send the label with the order." in text
    assert f"/w/acme/findings/{KeptFinding.everywhere.get().pk}/" in text


def test_each_look_reads_the_figures_before_it_began_and_since(cast: Cast) -> None:
    with inside(cast.acme):
        look(REFUNDS)
        record_answers(before=0.6, since=0.8)
        begun = begin(cast.ada, by=cast.ada)
        read_initiatives(open_lake(), until=date(2026, 12, 2), at=AT + timedelta(days=30))
        begun.refresh_from_db()
        (reading,) = begun.read
        assert (reading.change.before.value, reading.change.after.value) == (0.6, 0.8)
        assert (reading.change.before.n, reading.change.after.n) == (300, 300)
        assert reading.change.verdict is Verdict.BETTER
        assert tell_outcome(begun).startswith("Effectiveness. Better: 80 %, was 60 % (+20 points")


def test_what_is_known_of_no_time_since_is_said_to_be_too_little(cast: Cast) -> None:
    with inside(cast.acme):
        look(REFUNDS)
        record_answers(before=0.6, since=None)
        begun = begin(cast.ada, by=cast.ada)
        read_initiatives(open_lake(), until=date(2026, 11, 3), at=AT)
        begun.refresh_from_db()
        assert "oo few" in tell_outcome(begun)


def record_answers(*, before: float, since: float | None) -> None:
    """300 answers about refunds in the month before the initiative, and 300 in the month since."""
    sides = [(-1, before), *([(1, since)] if since is not None else [])]
    open_lake().record(
        "answers",
        [
            {
                "id": f"{side}:{n}",
                "at": AT + timedelta(days=side * (1 + n % 28)),
                "source": "survey",
                "touchpoint": "refund",
                "question": "effective",
                "value": float(n < 300 * share),
                "scale_min": 0.0,
                "scale_max": 1.0,
            }
            for side, share in sides
            for n in range(300)
        ],
    )


def test_its_owner_hears_when_it_grew_on_the_day_and_when_it_is_verified_once_each(
    cast: Cast, mia: Member, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with inside(cast.acme), django_capture_on_commit_callbacks(execute=True):
        look(REFUNDS)
        begin(mia, by=mia)
    grown = replace(REFUNDS, customers=400)
    with inside(cast.acme):
        for days, found in ((1, (REFUNDS,)), (2, (grown,)), (3, (grown,)), (91, (grown,)), (92, (grown,)), (93, ())):
            with django_capture_on_commit_callbacks(execute=True):
                look(*found, days=days)
        assert KeptFinding.objects.get().state == State.VERIFIED
    assert [(to, subject) for to, subject, _ in letters()] == [
        ("mia@acme.example", "Acme: it grew"),
        ("mia@acme.example", "Acme: the day to look"),
        ("mia@acme.example", "Acme: verified by the measure"),
    ]
    assert "When it began, it read: Refund: worse." in letters()[1][2]


def test_saying_it_anew_keeps_the_day_it_began_until_it_was_over(cast: Cast) -> None:
    with inside(cast.acme):
        look(REFUNDS)
        begin(cast.ada, by=cast.ada)
        again = begin(cast.ada, by=cast.ada, days=5, plan=replace(PLAN, plan="Print the label at home."))
        assert (again.plan, again.begun_on) == ("Print the label at home.", date(2026, 11, 2))
        look(days=6)
        look(REFUNDS, days=7)
        assert begin(cast.ada, by=cast.ada, days=7).begun_on == date(2026, 11, 9)
        assert Initiative.objects.count() == 1


@pytest.mark.parametrize(
    ("plan", "look_on", "why"),
    [
        (replace(PLAN, plan=""), LOOK_ON, "Say what will be done"),
        (replace(PLAN, for_customers=""), LOOK_ON, "what customers gain"),
        (replace(PLAN, for_us=""), LOOK_ON, "what we gain"),
        (PLAN, date(2026, 11, 2), "still to come"),
    ],
    ids=["no plan", "no gain for customers", "no gain for us", "a day that is over"],
)
def test_without_both_gains_and_a_day_to_come_nothing_begins(cast: Cast, plan: Plan, look_on: date, why: str) -> None:
    with inside(cast.acme):
        look(REFUNDS)
        with pytest.raises(NotPossible, match=why):
            open_initiative(KeptFinding.objects.get(), owner=cast.ada, plan=plan, look_on=look_on, by=cast.ada, at=AT)
        assert (KeptFinding.objects.get().state, Initiative.objects.count()) == (State.NEW, 0)


def test_who_may_not_act_begins_nothing_and_is_given_nothing_and_what_is_settled_is_taken_up_first(cast: Cast) -> None:
    with inside(cast.acme):
        look(REFUNDS)
        with pytest.raises(NotAllowed):
            begin(cast.ben, by=cast.ben)
        for stranger in (cast.ben, cast.dan):
            with pytest.raises(NotPossible, match="does not act on findings here"):
                begin(stranger, by=cast.ada)
        move_finding(KeptFinding.objects.get(), State.DISMISSED, by=cast.ada, at=AT, words="Moved.")
        with pytest.raises(NotPossible, match="take it up again"):
            begin(cast.ada, by=cast.ada)
        assert Initiative.objects.count() == 0
