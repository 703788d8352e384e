"""A customer's facts, told as moments of a timeline."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.timezone import localtime

from untilyes.feedback.queries import Happening
from untilyes.web.components.timeline import Moment, Timeline
from untilyes.web.words import SOURCES

# What staff read for each question; others are shown by their key.
QUESTIONS: Final = {
    "got_it": "got what they needed",
    "good_job": "good job",
    "timely": "in time",
    "complete": "complete",
    "courteous": "courteous",
    "trust": "trust",
    "nps": "would recommend",
    "csat": "satisfied",
    "ces": "easy",
}
TRUST: Final = {2.0: "yes", 1.0: "sometimes", 0.0: "no"}
ENDED: Final = {
    "yes": "the customer said yes",
    "unreachable": "the customer could not be reached",
    "withdrew": "the customer withdrew",
    "duplicate": "it was a duplicate",
    "not_ours": "it was not ours",
}


def tell_history(happenings: Iterable[Happening]) -> Timeline:
    """Newest first; the answers of one response are one moment, and its comment is said in it."""
    happenings = list(happenings)
    responses: dict[str, list[Happening]] = {}
    moments: list[Moment] = []
    for one in happenings:
        if one.table in {"answers", "comments"} and one.fact.get("response_id"):
            responses.setdefault(str(one.fact["response_id"]), []).append(one)
        else:
            moments.extend(_tell(one))
    moments.extend(_tell_response(parts) for parts in responses.values())
    return Timeline(tuple(sorted(moments, key=lambda moment: moment.at, reverse=True)))


def tell_answer(fact: Mapping[str, Any]) -> tuple[str, str]:
    """ "got what they needed: no" and its tone."""
    question, value = str(fact["question"]), fact.get("value")
    name = QUESTIONS.get(question, question.replace("_", " "))
    if value is None:
        return name, ""
    if question == "trust":
        return f"{name}: {TRUST.get(value, value)}", "better" if value == 2 else "worse"
    low, high = fact.get("scale_min"), fact.get("scale_max")
    if (low, high) in {(0, 1), (None, None)} and value in {0, 1}:
        return f"{name}: {'yes' if value else 'no'}", "better" if value else "worse"
    return f"{name}: {value:g}" + (f" of {high:g}" if high is not None else ""), ""


def _tell_response(parts: list[Happening]) -> Moment:
    told = [tell_answer(one.fact) for one in parts if one.table == "answers" and one.fact["question"] != "effective"]
    tones = {tone for _, tone in told if tone}
    tone = "worse" if "worse" in tones else "better" if tones else ""
    comment = next((str(one.fact["text"]) for one in parts if one.table == "comments"), "")
    what = "; ".join(words for words, _ in told) or "Wrote to us"
    return Moment(parts[0].at, _capital(what), _sign(tone, "●"), tone, where=_where(parts[0].fact), said=comment)


def _tell(one: Happening) -> Iterable[Moment]:
    teller = {
        "answers": _tell_lone_answer,
        "comments": _tell_comment,
        "interactions": _tell_interaction,
        "outcomes": _tell_outcome,
        "cases": _tell_case,
        "events": _tell_event,
    }[one.table]
    return teller(one.at, one.fact)


def _tell_lone_answer(at: datetime, fact: Mapping[str, Any]) -> Iterable[Moment]:
    words, tone = tell_answer(fact)
    yield Moment(at, _capital(words), _sign(tone, "●"), tone, where=_where(fact))


def _tell_comment(at: datetime, fact: Mapping[str, Any]) -> Iterable[Moment]:
    yield Moment(at, "Wrote to us", "✎", where=_where(fact), said=str(fact["text"]))


def _tell_interaction(at: datetime, fact: Mapping[str, Any]) -> Iterable[Moment]:
    what = str(fact.get("task") or fact.get("touchpoint") or "An interaction").replace("_", " ")
    counted = [f"{fact[name]} {word}" for name, word in _COUNTS if (fact.get(name) or 0) > 0]
    yield Moment(at, _capital(", ".join([what, *counted])), "◦", where=_where(fact))


_COUNTS: Final = (("handoffs", "hand-offs"), ("reopens", "reopens"))


def _tell_outcome(at: datetime, fact: Mapping[str, Any]) -> Iterable[Moment]:
    name = str(fact["promise"]).replace("_", " ")
    due, kept = fact.get("due_at"), fact.get("kept_at")
    yield Moment(
        at, f"Promised: {name}" + (f", due {localtime(due):%-d %b %H:%M}" if due else ""), "◇", where=_where(fact)
    )
    if kept is not None and due is not None:
        in_time = kept <= due
        tone = "better" if in_time else "worse"
        yield Moment(kept, f"Promise {'kept' if in_time else 'kept late'}: {name}", _sign(tone, "◆"), tone)


def _tell_case(at: datetime, fact: Mapping[str, Any]) -> Iterable[Moment]:
    yield Moment(fact.get("opened_at") or at, "A case was opened", "▼", "worse", where=_where(fact))
    if (ended := fact.get("ended_at")) is not None:
        how = str(fact.get("ended_how") or "")
        tone = "better" if how == "yes" else ""
        yield Moment(ended, f"The case ended: {ENDED.get(how, how)}", _sign(tone, "○"), tone)


def _tell_event(at: datetime, fact: Mapping[str, Any]) -> Iterable[Moment]:
    activity = str(fact["activity"])
    if activity == "invitation":
        answered = "; they answered" if fact.get("amount") else ""
        yield Moment(at, f"We asked them{answered}", "?", where=_where(fact))
        return
    yield Moment(at, _tell_activity(activity), "◦", where=_where(fact))


def _tell_activity(activity: str) -> str:
    """What happened, in words: an article by its number, a step of the playbook as such."""
    name, _, number = activity.partition(":")
    known = {"article": f"Article A{number} was used", "next_step": "A step of the playbook was sent"}
    return known[name] if number and name in known else _capital(activity.replace("_", " "))


def _where(fact: Mapping[str, Any]) -> str:
    source = SOURCES.get(str(fact.get("source")), "").rstrip("s").lower()
    parts = [source, *(str(fact[name]).replace("_", " ") for name in ("channel", "touchpoint") if fact.get(name))]
    return " · ".join(dict.fromkeys(part for part in parts if part))


def _sign(tone: str, otherwise: str) -> str:
    return {"better": "▲", "worse": "▼"}.get(tone, otherwise)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
