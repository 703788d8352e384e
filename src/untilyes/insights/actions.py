"""Looking for findings, and what people do about them."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from untilyes.analysis.findings.finding import Finding
from untilyes.analysis.findings.judging import Judgement
from untilyes.feedback.queries import open_lake
from untilyes.insights.events import FindingGiven, LookEnded
from untilyes.insights.initiatives import note_answered, note_grown, read_initiatives
from untilyes.insights.models import UNDER_WAY, FindingStep, Initiative, KeptFinding, Reckoning, Run
from untilyes.insights.queries import find_end, find_running
from untilyes.insights.rules import NotPossible, Plan, State, follow, is_worth_asking, on_found, on_missed
from untilyes.insights.subjects import get_subject
from untilyes.plumbing.announce import announce
from untilyes.plumbing.jobs import enqueue
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


@transaction.atomic
def ask_for_findings(*, at: datetime, by: Member | None = None) -> Run:
    """Have the worker look at everything soon. Asking while a look is under way returns that one."""
    if by:
        require(by, "see")
    if standing := find_running():
        return standing
    run = Run.objects.create(asked_at=at, by=by)
    enqueue("untilyes.insights.jobs.look", run.workspace_id, run.pk)
    return run


def look_for_findings(run: Run, *, clock: Clock) -> Run:
    """Examine everything, judge it with one error budget, and keep what stands. A look that is over stays as it was."""
    from untilyes.analysis.findings.examining import examine_everything  # noqa: PLC0415 - loads the engine

    if run.is_over:
        return run
    run.stage = Run.Stage.STARTED
    run.save(update_fields=["stage"])

    def show(doing: str, share: float) -> None:
        Run.objects.filter(pk=run.pk).update(doing=doing, done_share=share)

    in_money = bool(current_workspace().currency)
    lake, until = open_lake(), find_end(run.asked_at)
    judged = examine_everything(lake, until=until, progress=show, in_money=in_money)
    read_initiatives(lake, until=until, at=clock())
    return keep_findings(run, judged, at=clock())


@transaction.atomic
def keep_findings(run: Run, judged: Judgement, *, at: datetime) -> Run:
    """Keep what a look found: new things are new, known ones keep their state, missing ones are settled."""
    known = {kept.key: kept for kept in KeptFinding.objects.select_for_update()}
    before = {kept.pk: kept.state for kept in known.values()}
    told = [_keep(known.pop(finding.key, None), finding, run, at) for finding in judged.findings]
    for kept in known.values():
        _move(kept, on_missed(State(kept.state)), at=at, words="no longer found")
    new, verified = (
        tuple(one.pk for one in among if one.state == state.value and before.get(one.pk) != state.value)
        for among, state in ((told, State.NEW), (known.values(), State.VERIFIED))
    )
    grown, due = note_grown(told, at=at), note_answered(run, verified=verified, at=at)
    announce(LookEnded(run.pk, run.workspace_id, new, verified, at, grown, due))
    run.stage, run.ended_at, run.doing, run.done_share = Run.Stage.DONE, at, "", 1.0
    run.questions, run.findings = judged.asked, len(judged.findings)
    run.save()
    return run


@transaction.atomic
def fail_look(run: Run, problem: str, *, at: datetime) -> None:
    """Say that a look came to nothing, and why; what was found before still stands."""
    run.stage, run.ended_at, run.problem = Run.Stage.FAILED, at, problem
    run.save()


@transaction.atomic
def move_finding(finding: KeptFinding, to: State, *, by: Member, at: datetime, words: str = "") -> KeptFinding:
    """Read it, act on it (and own it), say it is fixed, dismiss it for a reason, or take it up again.

    Raises NotPossible, NotAllowed.
    """
    require(by, "see" if to is State.READ else "act_on_findings")
    state = follow(State(finding.state), to)
    if to is State.DISMISSED:
        if not words.strip():
            raise NotPossible("Say why this needs nobody; it comes back if it grows.")
        size = finding.size
        finding.dismissed_why, finding.dismissed_worth = words.strip(), size.worth
        finding.dismissed_customers, finding.dismissed_effect = size.customers, size.effect
    if to is State.ACTING:
        finding.owner = by
    _move(finding, state, at=at, by=by, words=words.strip())
    return finding


@transaction.atomic
def assign_finding(finding: KeptFinding, *, to: Member | None, by: Member, at: datetime) -> KeptFinding:
    """Say who acts on it, or that nobody does yet. Given to somebody, a finding that was only read is acted on.

    Giving it to whoever has it changes nothing. Raises NotPossible when it is settled or they may not act on findings
    here, NotAllowed.
    """
    require(by, "act_on_findings")
    if to is not None and (to.workspace_id != finding.workspace_id or not to.may("act_on_findings")):
        raise NotPossible(f"{to} does not act on findings here.")
    if finding.owner == to:
        return finding
    state = State(finding.state)
    if state.is_settled:
        raise NotPossible("This is settled; take it up again first.")
    finding.owner = to
    words = f"given to {to}" if to else "given to nobody in particular"
    _move(finding, State.ACTING if to and state in {State.NEW, State.READ} else state, at=at, by=by, words=words)
    _tell_whoever_was_given(finding, by=by, at=at)
    return finding


@transaction.atomic
def open_initiative(
    finding: KeptFinding, *, owner: Member, plan: Plan, look_on: date, by: Member, at: datetime
) -> Initiative:
    """Begin to change something about a finding, or say anew what is changed: who, what, for whose gain, look when.

    The finding is acted on from then on, and each look reads how its figures stood before today and since. Saying it
    anew lets the time since go on unless it was over. Raises NotPossible, NotAllowed.
    """
    require(by, "act_on_findings")
    today = at.astimezone(ZoneInfo(current_workspace().timezone)).date()
    plan.check(begun_on=today, look_on=look_on)
    is_under_way = finding.state in UNDER_WAY and hasattr(finding, "initiative")
    if State(finding.state).is_settled:
        raise NotPossible("This is settled; take it up again first.")
    assign_finding(finding, to=owner, by=by, at=at)
    told: dict[str, Any] = {**asdict(plan), "look_on": look_on, "answered_at": None}
    if not is_under_way:
        size = finding.size
        now_told = {
            "sentence": finding.sentence, "worth": size.worth, "customers": size.customers, "effect": size.effect
        }  # fmt: skip
        told |= {"begun_on": today, "begun_with": now_told, "readings": [], "read_at": None, "grown_at": None}
    initiative, _ = Initiative.objects.update_or_create(finding=finding, defaults=told)
    _move(finding, State.ACTING, at=at, by=by, words=f"initiative: {plan.plan}"[:300])
    record_audit("open_initiative", about=f"finding:{finding.pk}", at=at, by=by, plan=plan.plan, look_on=str(look_on))
    return initiative


def _tell_whoever_was_given(finding: KeptFinding, *, by: Member, at: datetime) -> None:
    """Nobody is told of what they gave themselves."""
    if finding.owner is not None and finding.owner != by:
        announce(FindingGiven(finding.pk, finding.workspace_id, finding.owner.pk, by.user.display_name, at))


def _keep(kept: KeptFinding | None, finding: Finding, run: Run, at: datetime) -> KeptFinding:
    is_new = kept is None
    row = kept or KeptFinding(key=finding.key, first_run=run)
    before = State(row.state)
    row.kind, row.tone, row.sentence, row.action = finding.kind, finding.tone, finding.sentence, finding.action
    row.customers, row.worth, row.q, row.told = finding.customers, finding.worth, finding.q, finding.to_dict()
    row.last_run = run
    after = before if is_new else on_found(before, now=row.size, then=row.dismissed_size)
    row.save()
    if is_new:
        FindingStep.objects.create(finding=row, at=at, state=after.value, by_name="UntilYes", words="found")
    else:
        _move(row, after, at=at, words="found again")
    return row


def _move(finding: KeptFinding, to: State, *, at: datetime, by: Member | None = None, words: str = "") -> None:
    if finding.state == to.value and by is None:
        return
    finding.state = to.value
    finding.save()
    name = by.user.display_name if by else "UntilYes"
    FindingStep.objects.create(finding=finding, at=at, state=to.value, by=by, by_name=name, words=words)


@transaction.atomic
def ask_for_reckoning(about: str, *, at: datetime) -> Reckoning:
    """Have the worker work out "subject:word:word" where what stands tells of an older lake; else leave it be."""
    subject, _ = get_subject(about)
    kept, is_new = Reckoning.objects.get_or_create(about=about, defaults={"asked_at": at})
    now_stamp = subject.stamp(open_lake())
    if is_new or is_worth_asking(
        stamp=kept.stamp, now_stamp=now_stamp, asked_at=kept.asked_at, under_way=kept.is_under_way, at=at
    ):
        kept.stage, kept.asked_at, kept.done_share = Reckoning.Stage.ASKED, at, 0.0
        kept.save(update_fields=["stage", "asked_at", "done_share"])
        enqueue("untilyes.insights.jobs.reckon", kept.workspace_id, kept.pk)
    return kept


def reckon_at_once(about: str, *, at: datetime) -> None:
    """Work out here and now what takes less than a second, where nothing stands that tells of the lake as it is.

    A failure is written down where people see it, as the worker does.
    """
    subject, _ = get_subject(about)
    kept, _ = Reckoning.objects.get_or_create(about=about, defaults={"asked_at": at})
    if kept.stage == Reckoning.Stage.DONE and kept.stamp == subject.stamp(open_lake()):
        return
    kept.asked_at = at
    kept.save(update_fields=["asked_at"])
    try:
        work_out(kept, clock=lambda: at)
    except Exception as problem:
        logger.exception("Working out %s failed.", about)
        fail_reckoning(kept, f"{type(problem).__name__}: {problem}")


@transaction.atomic
def forget_reckonings(name: str, *, keep: int) -> None:
    """Leave the `keep` latest asked for of one subject's reckonings; what is under way stays too."""
    asked = Reckoning.objects.filter(about__startswith=f"{name}:").order_by("-asked_at", "-pk")
    latest = list(asked.values_list("pk", flat=True)[:keep])
    over = (Reckoning.Stage.DONE, Reckoning.Stage.FAILED)
    asked.filter(stage__in=over).exclude(pk__in=latest).delete()


def work_out(kept: Reckoning, *, clock: Clock) -> Reckoning:
    """Work it out from the lake as it is now, and let that stand."""
    subject, words = get_subject(kept.about)
    lake = open_lake()
    kept.stage = Reckoning.Stage.STARTED
    kept.save(update_fields=["stage"])

    def show(doing: str, share: float) -> None:
        Reckoning.objects.filter(pk=kept.pk).update(doing=doing, done_share=share)

    stamp, until = subject.stamp(lake), find_end(kept.asked_at)
    kept.told = subject.work_out(lake, words, until=until, progress=show)
    kept.stage, kept.ended_at, kept.stamp, kept.problem = Reckoning.Stage.DONE, clock(), stamp, ""
    kept.doing, kept.done_share = "", 1.0
    kept.save()
    return kept


@transaction.atomic
def fail_reckoning(kept: Reckoning, problem: str) -> None:
    """Say that it came to nothing, and why; what stood before still stands."""
    kept.stage, kept.problem, kept.doing = Reckoning.Stage.FAILED, problem, ""
    kept.save(update_fields=["stage", "problem", "doing"])
