"""Names to listen for: competitors, channels, whatever the workspace wants to hear of."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from untilyes.analysis.voices.tokens import split_words
from untilyes.voices.actions.listening import ask_for_hearing
from untilyes.voices.models import Name
from untilyes.voices.rules import NotPossible, check_title
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member


@transaction.atomic
def list_name(name: str, *, sort: str, spellings: Sequence[str] = (), by: Member, at: datetime) -> Name:
    """Listen for a name, under all of its spellings. Listing it again changes its sort and spellings."""
    require(by, "act_on_findings")
    told = check_title(name)
    if not split_words(told):
        raise NotPossible("A name to listen for has a letter or a number in it.")
    if sort not in Name.Sort.values:
        raise NotPossible(f"“{sort}” is no sort of name; there are {', '.join(Name.Sort.values)}.")
    others = [one for one in (check_title(each) for each in spellings) if one]
    row, _ = Name.objects.update_or_create(name=told, defaults={"sort": sort, "spellings": others})
    record_audit("list_name", about=f"name {told}", at=at, by=by, sort=sort, spellings=others)
    ask_for_hearing(at=at, by=by)
    return row


@transaction.atomic
def drop_name(name: Name, *, by: Member, at: datetime) -> None:
    """Listen for a name no more."""
    require(by, "act_on_findings")
    record_audit("drop_name", about=f"name {name.name}", at=at, by=by)
    name.delete()
    ask_for_hearing(at=at, by=by)
