"""The figures of a topic or a name as they are kept between looks: plain types there, results here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from untilyes.analysis.voices.reading import Comment
from untilyes.analysis.voices.rising import Talk
from untilyes.analysis.voices.topics import Topic
from untilyes.stats.results import Change, Estimate, Verdict


@dataclass(frozen=True)
class Figures:
    """What one look counted. `tones` and `kinds` are comments per tone and per kind; `central` are ids of comments."""

    languages: tuple[str, ...]
    comments: int
    customers: int
    distinct: int
    share: Estimate
    yes: Estimate
    effect: Change
    talk: Talk
    places: tuple[tuple[str, int], ...]
    central: tuple[str, ...]
    tones: Mapping[str, int]
    kinds: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Plain types, ready for JSON."""
        talk = asdict(self.talk) | {
            "lately": self.talk.lately.to_dict(),
            "before": self.talk.before.to_dict(),
            "by_week": [[day.isoformat(), mine, all_of] for day, mine, all_of in self.talk.by_week],
        }
        plain = {name: getattr(self, name) for name in ("comments", "customers", "distinct", "tones", "kinds")}
        lists = {name: list(getattr(self, name)) for name in ("languages", "places", "central")}
        sides = {"share": self.share.to_dict(), "yes": self.yes.to_dict(), "effect": self.effect.to_dict()}
        return {**plain, **lists, **sides, "talk": talk}


def count_figures(topic: Topic, comments: Mapping[str, Comment]) -> Figures:
    """A topic's figures, with the tones and kinds of its comments as heard."""
    mine = [comments[one] for one in topic.members]
    return Figures(
        topic.languages,
        topic.comments,
        topic.customers,
        topic.distinct,
        topic.share,
        topic.yes,
        topic.effect,
        topic.talk,
        topic.places,
        topic.central,
        count_tones(mine),
        count_kinds(mine),
    )


def count_tones(comments: Sequence[Comment]) -> dict[str, int]:
    """Comments per tone, those without one left out."""
    return dict(Counter(one.tone for one in comments if one.tone))


def count_kinds(comments: Sequence[Comment]) -> dict[str, int]:
    """Comments per kind; a comment may be several."""
    return dict(Counter(kind for one in comments for kind in one.kinds))


def read_figures(plain: Mapping[str, Any]) -> Figures:
    """The figures out of plain types."""
    talk = dict(plain["talk"])
    talk["lately"], talk["before"] = Estimate(**talk["lately"]), Estimate(**talk["before"])
    talk["by_week"] = tuple((date.fromisoformat(day), mine, all_of) for day, mine, all_of in talk["by_week"])
    talk["place"] = tuple(talk["place"]) if talk["place"] else None
    return Figures(
        tuple(plain["languages"]),
        plain["comments"],
        plain["customers"],
        plain["distinct"],
        Estimate(**plain["share"]),
        Estimate(**plain["yes"]),
        _read_change(plain["effect"]),
        Talk(**talk),
        tuple((place, n) for place, n in plain["places"]),
        tuple(plain["central"]),
        plain["tones"],
        plain["kinds"],
    )


def _read_change(plain: Mapping[str, Any]) -> Change:
    fields = {name: value for name, value in plain.items() if name != "unit"}
    sides = {name: Estimate(**plain[name]) for name in ("before", "after")}
    return Change(**fields | sides | {"verdict": Verdict(plain["verdict"])})
