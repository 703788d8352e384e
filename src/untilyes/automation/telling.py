"""A rule in one sentence, the way a person would say it. Pure: no Django."""

from collections.abc import Mapping
from typing import Final

from untilyes.automation.acts import Act, Does
from untilyes.automation.conditions import About, Compare, Condition
from untilyes.automation.definition import Definition, When
from untilyes.cases.snoozes import SNOOZES

WHENS: Final[Mapping[When, str]] = {
    When.OPENED: "a case is opened",
    When.CUSTOMER_WROTE: "the customer writes",
    When.SAID_NO: "the customer says no again",
    When.REOPENED: "a case is opened again",
    When.PROPOSED: "a solution is proposed",
    When.SAID_YES: "the customer says yes",
    When.NOT_DELIVERED: "our mail comes back",
    When.TARGET_MISSED: "a target is missed",
    When.PROMISE_MISSED: "a promise is missed",
    When.PROMISE_NEAR: "a promise ends within … hours",
    When.SILENT: "nobody says anything for … days",
}
ABOUTS: Final[Mapping[About, str]] = {
    About.TEAM: "the team",
    About.CHANNEL: "the channel",
    About.TOUCHPOINT: "the touchpoint",
    About.LANGUAGE: "the language",
    About.SOURCE: "the source",
    About.WORDS: "what the customer wrote",
    About.TOPIC: "what the customer wrote is about",
    About.SEGMENT: "the customer is among",
    About.UNHAPPY_ABOUT: "the unhappy answer",
    About.ANSWER: "the answer to",
    About.TRAIT: "the customer’s",
    About.REOPENS: "the times it was opened again",
    About.PRIORITY: "the priority",
    About.HAS: "who has the case",
}
COMPARES: Final[Mapping[Compare, str]] = {
    Compare.IS: "is",
    Compare.IS_NOT: "is not",
    Compare.CONTAINS: "contains",
    Compare.AT_LEAST: "is at least",
    Compare.AT_MOST: "is at most",
}
DOES: Final[Mapping[Does, str]] = {
    Does.GIVE: "give it to",
    Does.SHARE_OUT: "share it out in",
    Does.PRIORITY: "make it",
    Does.NOTE: "leave a note",
    Does.TELL: "tell by mail",
    Does.SNOOZE: "snooze it",
    Does.CAUSE: "name the cause",
    Does.SUGGEST: "put it down for a campaign about",
}
GROUPS: Final[Mapping[str, str]] = {"assignee": "whoever has it", "leaders": "the leaders"}


def tell_rule(definition: Definition, names: Mapping[str, str]) -> str:
    """ "When a promise is missed, if the team is Shoes: make it urgent; tell the leaders by mail." """
    conditions = " and ".join(tell_condition(one, names) for one in definition.conditions)
    acts = "; ".join(tell_act(one, names) for one in definition.acts)
    when = WHENS[definition.when].replace("…", str(definition.number))
    said = f"When {when}{', if ' + conditions if conditions else ''}: {acts}"
    return said if said.endswith((".”", "!”", "?”")) else f"{said}."


def tell_condition(condition: Condition, names: Mapping[str, str]) -> str:
    """ "the answer to nps is at most 3". `names` says how topics and segments are called."""
    if condition.about in _BELONGS:
        called = names.get(f"{condition.about.value}:{condition.values[0]}")
        told = f"“{called}”" if called else _GONE[condition.about]
        return f"{_BELONGS[condition.about][condition.how is Compare.IS]} {told}"
    name = f" {condition.name}" if condition.name else ""
    value = " or ".join(part.strip() for part in condition.value.split(",") if part.strip())
    if condition.about is About.HAS and condition.how is Compare.IS:
        return f"{value} has the case"
    if condition.about is About.REOPENS:
        return f"it was opened again {_TIMES.get(condition.how, '')}{_COUNTS.get(value, f'{value} times')}"
    return f"{ABOUTS[condition.about]}{name} {COMPARES[condition.how]} {value}"


def tell_act(act: Act, names: Mapping[str, str]) -> str:
    """ "tell the leaders by mail"."""
    if act.does in {Does.NOTE, Does.CAUSE}:
        return f"{DOES[act.does]}: “{act.text.strip()}”"
    if act.does is Does.SUGGEST:
        return f"{DOES[act.does]} “{act.text.strip()}”"
    if act.does is Does.SNOOZE:
        return f"{DOES[act.does]}: {SNOOZES[act.to]}"
    known = GROUPS.get(act.to) or names.get(act.to)
    to = known or ("somebody who is gone" if ":" in act.to else act.to)
    return f"tell {to} by mail" if act.does is Does.TELL else f"{DOES[act.does]} {to}"


_BELONGS: Final[Mapping[About, tuple[str, str]]] = {
    About.TOPIC: ("what the customer wrote is not about", "what the customer wrote is about"),
    About.SEGMENT: ("the customer is not among", "the customer is among"),
}
_GONE: Final = {About.TOPIC: "a topic that is gone", About.SEGMENT: "a segment that is gone"}
_COUNTS: Final[Mapping[str, str]] = {"1": "once", "2": "twice"}
_TIMES: Final[Mapping[Compare, str]] = {Compare.AT_LEAST: "at least ", Compare.AT_MOST: "at most "}
