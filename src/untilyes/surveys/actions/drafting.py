"""From an idea to a launched survey."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from untilyes.surveys.definition import Definition
from untilyes.surveys.models import Survey, SurveyVersion
from untilyes.surveys.queries import get_live_version
from untilyes.surveys.rules import SurveyKind, SurveyState
from untilyes.surveys.wordings import shipped_confirmation
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member, Workspace
from untilyes.workspaces.tenancy import current_workspace, inside


class CannotLaunch(ValueError):
    """The survey is not ready for customers; the message says what is missing."""


@transaction.atomic
def draft_survey(
    name: str,
    definition: Definition,
    *,
    at: datetime,
    by: Member | None = None,
    slug: str = "",
    kind: SurveyKind = SurveyKind.GENERAL,
    touchpoint: str = "",
    languages: Sequence[str] = (),
) -> Survey:
    """Begin a survey; nobody is asked before it is launched. Languages default to the workspace's."""
    if by:
        require(by, "edit_surveys")
    survey = Survey.objects.create(
        name=name,
        slug=slug or _free_slug(name),
        kind=kind,
        touchpoint=touchpoint,
        languages=list(languages or current_workspace().languages),
        rest_days=0 if kind == SurveyKind.CONFIRMATION else 30,
    )
    SurveyVersion.objects.create(survey=survey, number=1, definition=definition.model_dump_json())
    record_audit("draft_survey", about=f"survey:{survey.pk}", at=at, by=by)
    return survey


@transaction.atomic
def edit_survey(survey: Survey, definition: Definition, *, at: datetime, by: Member | None = None) -> SurveyVersion:
    """Change what will be asked. A version nobody saw yet is rewritten; after a launch the edit is a new version."""
    if by:
        require(by, "edit_surveys")
    latest = survey.versions.latest("number")
    if latest.launched_at is not None:
        latest = SurveyVersion(survey=survey, number=latest.number + 1)
    latest.definition = definition.model_dump_json()
    latest.save()
    record_audit("edit_survey", about=f"survey:{survey.pk}", at=at, by=by, version=latest.number)
    return latest


@transaction.atomic
def launch_survey(survey: Survey, *, at: datetime, by: Member | None = None) -> SurveyVersion:
    """Let customers see the newest version; from now on it never changes. Launching twice changes nothing.

    A confirmation takes the place of the one that was live for the same touchpoint. Raises CannotLaunch.
    """
    if by:
        require(by, "edit_surveys")
    version = survey.versions.latest("number")
    if survey.kind == SurveyKind.CONFIRMATION and not version.asks.is_confirmation:
        raise CannotLaunch("A confirmation asks got_it and good_job, as yes or no, of everybody.")
    if version.launched_at is None:
        version.launched_at = at
        version.save()
        record_audit("launch_survey", about=f"survey:{survey.pk}", at=at, by=by, version=version.number)
    if survey.state != SurveyState.LIVE:
        if survey.kind == SurveyKind.CONFIRMATION:
            rivals = Survey.objects.filter(kind=survey.kind, touchpoint=survey.touchpoint, state=SurveyState.LIVE)
            rivals.update(state=SurveyState.CLOSED)
        survey.state = SurveyState.LIVE
        survey.save(update_fields=["state"])
    return version


@transaction.atomic
def close_survey(survey: Survey, *, at: datetime, by: Member) -> Survey:
    """Ask nobody anything more by this survey; what was answered stays. Closing twice changes nothing."""
    require(by, "edit_surveys")
    if survey.state == SurveyState.LIVE:
        survey.state = SurveyState.CLOSED
        survey.save(update_fields=["state"])
        record_audit("close_survey", about=f"survey:{survey.pk}", at=at, by=by)
    return survey


@transaction.atomic
def ensure_confirmation(workspace: Workspace, *, at: datetime, by: Member | None = None) -> SurveyVersion:
    """The confirmation asked where no touchpoint has its own; the shipped one is launched when there is none."""
    with inside(workspace):
        live = Survey.objects.filter(kind=SurveyKind.CONFIRMATION, touchpoint="", state=SurveyState.LIVE).first()
        survey = live or draft_survey(
            "Confirmation", shipped_confirmation(), at=at, by=by, slug="confirmation", kind=SurveyKind.CONFIRMATION
        )
        return get_live_version(survey) if live else launch_survey(survey, at=at, by=by)


def _free_slug(name: str) -> str:
    """The name as a slug nobody here has yet: a number is added where it is taken."""
    base = slugify(name)[:50] or "survey"
    taken = set(Survey.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return (
        base
        if base not in taken
        else next(candidate for number in range(2, len(taken) + 3) if (candidate := f"{base}-{number}") not in taken)
    )
