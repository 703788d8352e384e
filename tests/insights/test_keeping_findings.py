"""What becomes of findings: kept, acted on, verified by the measure, dismissed until they grow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import PASSWORD, Cast
from untilyes.analysis.findings import Finding, Judgement, Kind, Tone
from untilyes.insights.access import get_finding
from untilyes.insights.actions import ask_for_findings, assign_finding, keep_findings, move_finding
from untilyes.insights.events import LookEnded
from untilyes.insights.models import KeptFinding, Run
from untilyes.insights.queries import count_states, list_findings, list_steps, read_board
from untilyes.insights.rules import NotPossible, Size, State, is_due
from untilyes.plumbing import announce as announcing
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.actions import add_member
from untilyes.workspaces.models import Member, User
from untilyes.workspaces.rules import Role
from untilyes.workspaces.tenancy import NotFound, inside

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
REFUNDS = Finding(
    Kind.CHANGE, "change:effectiveness:touchpoint=refund", "Refund: worse.", Tone.WORSE, 140, 0.13, "Ask.", q=0.001
)


def look(*findings: Finding, days: int = 0) -> Run:
    run = Run.objects.create(asked_at=AT + timedelta(days=days))
    return keep_findings(run, Judgement(findings, asked=214), at=AT + timedelta(days=days))


def only() -> KeptFinding:
    return KeptFinding.objects.get()


def test_a_finding_is_known_again_by_what_it_is_about_not_by_its_words(cast: Cast) -> None:
    with inside(cast.acme):
        look(REFUNDS)
        look(replace(REFUNDS, sentence="Refund: still worse.", customers=150), days=1)
        assert (only().sentence, only().customers) == ("Refund: still worse.", 150)
        assert read_board().questions == 214


def test_whoever_acts_on_it_owns_it_and_only_the_measure_verifies_it(cast: Cast) -> None:
    with inside(cast.acme):
        look(REFUNDS)
        finding = move_finding(only(), State.ACTING, by=cast.ada, at=AT)
        assert finding.owner == cast.ada
        move_finding(finding, State.FIXED, by=cast.ada, at=AT)
        with pytest.raises(NotPossible):
            move_finding(finding, State.VERIFIED, by=cast.ada, at=AT)
        look(days=1)
        assert only().state == State.VERIFIED
        assert [step.state for step in list_steps(only())] == ["new", "acting", "fixed", "verified"]


def test_what_is_still_found_is_not_verified_however_often_we_say_it_is_fixed(cast: Cast) -> None:
    with inside(cast.acme):
        look(REFUNDS)
        move_finding(move_finding(only(), State.ACTING, by=cast.ada, at=AT), State.FIXED, by=cast.ada, at=AT)
        look(REFUNDS, days=1)
        assert only().state == State.FIXED


def test_a_dismissed_finding_stays_away_until_it_has_grown(cast: Cast) -> None:
    with inside(cast.acme):
        look(REFUNDS)
        with pytest.raises(NotPossible):
            move_finding(only(), State.DISMISSED, by=cast.ada, at=AT)
        move_finding(only(), State.DISMISSED, by=cast.ada, at=AT, words="the warehouse moved that week")
        look(replace(REFUNDS, customers=150), days=1)
        assert only().state == State.DISMISSED
        assert read_board().findings == ()
        look(replace(REFUNDS, customers=400), days=2)
        assert only().state == State.NEW


@pytest.mark.parametrize(
    ("now", "outgrown"),
    [
        (Size(9.0, 100, 0.09), False),
        (Size(20.0, 150, 0.13, 0.02), True),
        (Size(20.0, 101, 0.20, 0.04), False),
        (Size(20.0, 101, 0.20, 0.15), True),
        (Size(9.1, 91, 0.1), False),
    ],
    ids=["smaller", "far more customers", "larger by chance", "larger for sure", "a little smaller"],
)
def test_growth_is_half_as_much_again_and_more_than_chance(now: Size, outgrown: bool) -> None:
    assert now.has_outgrown(Size(10.0, 100, 0.1)) is outgrown


def test_a_handful_more_of_a_small_thing_is_chance_and_stays_dismissed(cast: Cast) -> None:
    small = replace(REFUNDS, customers=4)
    with inside(cast.acme):
        look(small)
        move_finding(only(), State.DISMISSED, by=cast.ada, at=AT, words="one rainy week")
        look(replace(small, customers=7), days=1)
        assert only().state == State.DISMISSED
        look(replace(small, customers=20), days=2)
        assert only().state == State.NEW


def test_a_look_says_what_is_new_and_what_is_verified(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[LookEnded] = []
    monkeypatch.setitem(announcing._within, LookEnded, [told.append])
    with inside(cast.acme):
        look(REFUNDS)
        finding = only()
        look(REFUNDS, days=1)
        move_finding(only(), State.ACTING, by=cast.ada, at=AT)
        look(days=2)
    assert [(one.new, one.verified) for one in told] == [((finding.pk,), ()), ((), ()), ((), (finding.pk,))]


def test_what_nobody_acted_on_and_is_no_longer_found_is_gone_not_verified(cast: Cast) -> None:
    with inside(cast.acme):
        look(REFUNDS)
        look(days=1)
        assert (only().state, list_findings(), count_states()) == (State.GONE, [], {"gone": 1})


def test_an_agent_may_read_but_not_decide_and_dan_finds_nothing(cast: Cast) -> None:
    with inside(cast.acme):
        look(REFUNDS)
        finding = only()
        assert get_finding(finding.pk, seen_by=cast.ben) == finding
        with pytest.raises(NotAllowed):
            move_finding(finding, State.ACTING, by=cast.ben, at=AT)
    with inside(cast.globex), pytest.raises(NotFound):
        get_finding(finding.pk, seen_by=cast.dan)


def test_a_finding_is_given_to_somebody_else_and_its_history_says_so(cast: Cast) -> None:
    mia = colleague(cast, "Mia", Role.MANAGER)
    with inside(cast.acme):
        look(REFUNDS)
        finding = assign_finding(only(), to=mia, by=cast.ada, at=AT)
        assert (finding.owner, finding.state) == (mia, State.ACTING)
        for _ in range(2):  # whoever clicks twice gives it once
            assign_finding(move_finding(finding, State.FIXED, by=mia, at=AT), to=cast.ada, by=mia, at=AT)
        assert (only().owner, only().state) == (cast.ada, State.FIXED)
        assign_finding(only(), to=None, by=cast.ada, at=AT)
        assert only().owner is None
        told = [(step.by, step.words) for step in list_steps(only()) if step.words.startswith("given")]
        assert told == [
            (cast.ada, "given to Mia"),
            (mia, "given to Ada"),
            (cast.ada, "given to nobody in particular"),
        ]


def test_it_is_given_only_to_who_may_act_by_who_may_and_not_once_it_is_settled(cast: Cast) -> None:
    with inside(cast.acme):
        look(REFUNDS)
        for to in (cast.ben, cast.dan):
            with pytest.raises(NotPossible, match="does not act on findings here"):
                assign_finding(only(), to=to, by=cast.ada, at=AT)
        with pytest.raises(NotAllowed):
            assign_finding(only(), to=cast.ada, by=cast.ben, at=AT)
        dismissed = move_finding(only(), State.DISMISSED, by=cast.ada, at=AT, words="Moved.")
        with pytest.raises(NotPossible, match="take it up again"):
            assign_finding(dismissed, to=cast.ada, by=cast.ada, at=AT)
        assert only().owner is None


def colleague(cast: Cast, name: str, role: Role) -> Member:
    """Somebody else who works at Acme."""
    user = User.objects.create_user(f"{name.lower()}@acme.example", PASSWORD, first_name=name)
    return add_member(cast.acme, user, role=role)


def test_asking_twice_is_looking_once(cast: Cast) -> None:
    with inside(cast.acme):
        assert ask_for_findings(at=AT, by=cast.ben) == ask_for_findings(at=AT, by=cast.ada)


@pytest.mark.parametrize(
    ("last", "moment", "due"),
    [
        (None, "2026-11-02T03:00+00:00", True),
        ("2026-11-01T23:00+00:00", "2026-11-02T03:00+00:00", False),
        ("2026-11-01T23:00+00:00", "2026-11-02T04:01+00:00", True),
        ("2026-11-02T04:01+00:00", "2026-11-02T23:00+00:00", False),
    ],
)
def test_the_nightly_look_happens_once_a_night(last: str | None, moment: str, due: bool) -> None:
    last_at = datetime.fromisoformat(last) if last else None
    assert is_due(last_at=last_at, local_now=datetime.fromisoformat(moment)) is due
