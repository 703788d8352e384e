"""Writing rules down, changing them, putting them in order, switching them on and off."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from untilyes.automation.acts import Does
from untilyes.automation.conditions import About, Condition
from untilyes.automation.definition import BadRule, Definition, read_rule
from untilyes.automation.models import Rule
from untilyes.automation.offered import OFFERED
from untilyes.segments.access import get_segment
from untilyes.workspaces.access import get_member, get_team, require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound


@transaction.atomic
def make_rule(name: str, told: Mapping[str, object], *, by: Member, at: datetime) -> Rule:
    """Write down a rule. It is off until somebody switches it on. Raises BadRule, NotAllowed."""
    require(by, "edit_rules")
    definition = _checked(name, told, by=by, at=at)
    last = Rule.objects.aggregate(last=Max("place"))["last"] or 0
    rule = Rule(name=name.strip(), place=last + 1, by=by, in_force_from=at)
    return _keep(rule, definition, by=by, at=at, verb="make_rule")


def offer_rule(key: str, *, by: Member, at: datetime) -> Rule:
    """Write down one of the rules this program offers, switched off. Raises NotFound, NotAllowed."""
    if key not in OFFERED:
        raise NotFound("No such rule is offered.")
    name, definition = OFFERED[key]
    return make_rule(name, definition.model_dump(mode="json"), by=by, at=at)


@transaction.atomic
def change_rule(rule: Rule, name: str, told: Mapping[str, object], *, by: Member, at: datetime) -> Rule:
    """Let a rule say something else from now on. Raises BadRule, NotAllowed."""
    require(by, "edit_rules")
    definition = _checked(name, told, by=by, at=at)
    rule.name, rule.by, rule.in_force_from = name.strip(), by, at
    return _keep(rule, definition, by=by, at=at, verb="change_rule")


@transaction.atomic
def switch_rule(rule: Rule, *, is_on: bool, by: Member, at: datetime) -> Rule:
    """Follow a rule from now on, or no longer. What happened while it was off is none of its business."""
    require(by, "edit_rules")
    if rule.is_on != is_on:
        rule.is_on, rule.in_force_from = is_on, at
        rule.save(update_fields=["is_on", "in_force_from"])
        record_audit("switch_rule", about=f"rule:{rule.pk}", at=at, by=by, name=rule.name, is_on=is_on)
    return rule


@transaction.atomic
def move_rule(rule: Rule, *, up: bool, by: Member, at: datetime) -> Rule:
    """Let a rule change places with its neighbour."""
    require(by, "edit_rules")
    others = Rule.objects.select_for_update().filter(retired_at=None).exclude(pk=rule.pk)
    beside = others.filter(place__lt=rule.place).last() if up else others.filter(place__gt=rule.place).first()
    if beside is not None:
        rule.place, beside.place = beside.place, rule.place
        rule.save(update_fields=["place"])
        beside.save(update_fields=["place"])
        record_audit("move_rule", about=f"rule:{rule.pk}", at=at, by=by, name=rule.name, place=rule.place)
    return rule


@transaction.atomic
def retire_rule(rule: Rule, *, by: Member, at: datetime) -> None:
    """Follow a rule no more and list it no more; what it did stays told."""
    require(by, "edit_rules")
    if rule.retired_at is None:
        rule.is_on, rule.retired_at = False, at
        rule.save(update_fields=["is_on", "retired_at"])
        record_audit("retire_rule", about=f"rule:{rule.pk}", at=at, by=by, name=rule.name)


def _checked(name: str, told: Mapping[str, object], *, by: Member, at: datetime) -> Definition:
    """The definition, if everybody and everything it names is here."""
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise BadRule(f"A rule has a name of at most {LONGEST_NAME} characters.")
    definition = read_rule(told)
    for condition in definition.conditions:
        _hold(condition, by=by, at=at)
    for act in definition.acts:
        kind = act.to.partition(":")[0]
        try:
            if kind == "member" and not get_member(act.key, seen_by=by).may(_NEEDED[act.does]):
                raise BadRule("Whoever is given cases or told of them must be allowed to see them.")
            if kind == "team":
                get_team(act.key, seen_by=by)
        except NotFound as problem:
            raise BadRule(str(problem)) from problem
    return definition


def _hold(condition: Condition, *, by: Member, at: datetime) -> None:
    """See that the topic or segment it names is here, and that a topic stays."""
    try:
        if condition.about is About.SEGMENT:
            get_segment(condition.values[0], seen_by=by)
        elif condition.about is About.TOPIC:
            from untilyes.voices.actions import hold_topic  # noqa: PLC0415 - the engine takes a second to load

            hold_topic(condition.values[0], by=by, at=at)
    except NotFound as problem:
        raise BadRule(str(problem)) from problem


def _keep(rule: Rule, definition: Definition, *, by: Member, at: datetime, verb: str) -> Rule:
    rule.when, rule.told = definition.when.value, definition.model_dump(mode="json")
    rule.save()
    record_audit(verb, about=f"rule:{rule.pk}", at=at, by=by, name=rule.name, told=rule.told)
    return rule


_NEEDED = {Does.GIVE: "work_cases", Does.TELL: "see_customers"}
LONGEST_NAME = 80
