"""Preparing a campaign: whom it is for, what it says, and reading it oneself before anybody else does."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from untilyes.campaigns.mail import send_trial
from untilyes.campaigns.models import Campaign
from untilyes.campaigns.queries.finding import find_cases
from untilyes.campaigns.rules import FASTEST, SLOWEST, About, NotPossible, Stage, check_text
from untilyes.campaigns.telling import write_message
from untilyes.surveys.actions import ensure_confirmation
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace

LONGEST_NAME = 120


@transaction.atomic
def draft_campaign(
    name: str, about: About, key: str, *, since: datetime, by: Member, at: datetime, segment: str = ""
) -> Campaign:
    """Begin a campaign to everyone (in a segment) who said no to one thing. Nobody is written to yet.

    Raises NotPossible when it has no name or the thing finds nobody by its nature, NotAllowed.
    """
    require(by, "run_campaigns")
    title, wanted = name.strip(), key.strip()
    if not title or len(title) > LONGEST_NAME:
        raise NotPossible(f"A campaign has a name of at most {LONGEST_NAME} characters.")
    if not wanted:
        raise NotPossible("Say what everybody in it said no to.")
    find_cases(about, wanted, since=since, at=at, segment=segment)
    if about is About.TOPIC:
        from untilyes.voices.actions import hold_topic  # noqa: PLC0415 - the engine takes a second to load

        hold_topic(wanted, by=by, at=at)
    campaign = Campaign.objects.create(
        name=title, about=about.value, key=wanted, segment=segment, since=since, made_at=at, by=by
    )
    to = f"{about.value}: {wanted}" + (f", segment: {segment}" if segment else "")
    record_audit("draft_campaign", about=f"campaign:{campaign.pk}", at=at, by=by, name=title, to=to)
    return campaign


@transaction.atomic
def write_campaign(
    campaign: Campaign, texts: Mapping[str, Mapping[str, str]], *, per_minute: int, by: Member, at: datetime
) -> Campaign:
    """Write what the campaign says, in each language, the house's own at least. Raises NotPossible, NotAllowed."""
    require(by, "run_campaigns")
    _refuse_unless_draft(campaign)
    default = current_workspace().language
    if default not in texts:
        raise NotPossible(f"Write it in {default} at least: whoever speaks no language you wrote it in reads that.")
    if not SLOWEST <= per_minute <= FASTEST:
        raise NotPossible(f"Between {SLOWEST} and {FASTEST} messages leave in a minute.")
    campaign.texts = {
        language: {
            "subject": check_text(said.get("subject", ""), what="The subject"),
            "text": check_text(said.get("text", "")),
        }
        for language, said in texts.items()
    }
    campaign.per_minute, campaign.by = per_minute, by
    campaign.save(update_fields=["texts", "per_minute", "by"])
    record_audit("write_campaign", about=f"campaign:{campaign.pk}", at=at, by=by, languages=sorted(campaign.texts))
    return campaign


@transaction.atomic
def try_campaign(campaign: Campaign, *, language: str, by: Member, at: datetime) -> str:
    """Send the message to oneself as a customer would get it; return its Message-ID. Raises NotPossible, NotAllowed."""
    require(by, "run_campaigns")
    if language not in campaign.texts:
        raise NotPossible("Write it first, in that language.")
    house = current_workspace()
    texts = {language: campaign.texts[language]}
    message = write_message(texts, house=house.name, default=language, case=None, customer=None)
    return send_trial(message, campaign, ensure_confirmation(house, at=at).asks, to=by)


def _refuse_unless_draft(campaign: Campaign) -> None:
    if campaign.stage != Stage.DRAFT:
        raise NotPossible("What customers were told is not changed afterwards; begin another campaign.")
