"""Why it went wrong: named in the case, kept in the workspace's tree of causes."""

from datetime import datetime

from django.db import transaction

from untilyes.cases.causes import LONGEST_PATH, SIGN, BadCause, join_path, read_path
from untilyes.cases.history import keep_case, lock_case, tell_lake
from untilyes.cases.models import Case, RootCause
from untilyes.cases.rules import NotPossible, Step
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member


@transaction.atomic
def set_root_cause(case: Case, text: str, *, by: Member, at: datetime) -> Case:
    """Say why it went wrong: a cause that is known, or a new one, perhaps below another (Delivery › Carrier).

    Empty words take the cause away again. Raises NotPossible, NotAllowed.
    """
    require(by, "work_cases")
    lock_case(case)
    cause = ensure_cause(text, by=by, at=at) if text.strip() else None
    if cause == case.cause and case.root_cause == (cause.path if cause else ""):
        return case
    case.cause, case.root_cause = cause, cause.path if cause else ""
    case.cause_missing = "" if cause else case.cause_missing
    keep_case(case, Step.CAUSE_NAMED, at=at, by=by, cause=case.root_cause)
    return case


@transaction.atomic
def move_cause(cause: RootCause, text: str, *, by: Member, at: datetime) -> RootCause:
    """Rename a cause or hang it elsewhere in the tree; what lies below and its cases go with it.

    Written like a cause that exists already, the two become one. Raises NotPossible, NotAllowed.
    """
    require(by, "act_on_findings")
    before, names = cause.path, _read(text)
    if join_path(names) == before:
        return cause
    if join_path(names).casefold().startswith(before.casefold() + SIGN.casefold()):
        raise NotPossible("A cause cannot lie below itself.")
    wanted = ensure_cause(text, by=by, at=at) if _find(join_path(names)) not in {None, cause} else None
    if wanted is not None:
        _take_in(wanted, cause)
        kept = wanted
    else:
        cause.parent = ensure_cause(join_path(names[:-1]), by=by, at=at) if len(names) > 1 else None
        cause.name = names[-1]
        _write_paths(cause)
        kept = cause
    record_audit("move_cause", about=f"cause:{kept.pk}", at=at, by=by, before=before, path=kept.path)
    return kept


@transaction.atomic
def retire_cause(cause: RootCause, *, by: Member, at: datetime) -> RootCause:
    """Offer a cause no more. Its cases keep it, and naming it again brings it back."""
    require(by, "act_on_findings")
    if cause.retired_at is None:
        cause.retired_at = at
        cause.save(update_fields=["retired_at"])
        record_audit("retire_cause", about=f"cause:{cause.pk}", at=at, by=by, path=cause.path)
    return cause


def _read(text: str) -> tuple[str, ...]:
    try:
        return read_path(text)
    except BadCause as problem:
        raise NotPossible(str(problem)) from problem


def _find(path: str) -> RootCause | None:
    return RootCause.objects.filter(path__iexact=path).first()


def ensure_cause(text: str, *, by: Member | None, at: datetime) -> RootCause:
    """The cause at the end of this path, with everything above it. Capitals do not make another. Raises NotPossible."""
    cause: RootCause | None = None
    names = _read(text)
    for depth in range(1, len(names) + 1):
        name = names[depth - 1]
        path = join_path((cause.path, name)) if cause else name
        cause = _find(path) or RootCause.objects.create(parent=cause, name=name, path=path, made_at=at, by=by)
    assert cause is not None  # noqa: S101 - a path that was read names at least one
    if cause.retired_at is not None:
        cause.retired_at = None
        cause.save(update_fields=["retired_at"])
    return cause


def _take_in(kept: RootCause, absorbed: RootCause) -> None:
    """Let everything about one cause be about another."""
    for below in absorbed.narrower.all():
        same = _find(join_path((kept.path, below.name)))
        if same is not None:
            _take_in(same, below)
        else:
            below.parent = kept
            _write_paths(below)
    absorbed.cases.update(cause=kept)
    _write_paths(kept)
    absorbed.delete()


def _write_paths(cause: RootCause) -> None:
    """Write the path of a cause, of those below it, and into their cases and the lake."""
    cause.path = join_path((cause.parent.path, cause.name)) if cause.parent else cause.name
    if len(cause.path) > LONGEST_PATH:
        raise NotPossible(f"A cause with those above it has at most {LONGEST_PATH} characters.")
    cause.save()
    for case in cause.cases.exclude(root_cause=cause.path):
        case.root_cause = cause.path
        case.save(update_fields=["root_cause"])
        tell_lake(case)
    for below in cause.narrower.all():
        _write_paths(below)
