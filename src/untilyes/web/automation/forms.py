"""A rule as its form sends it: rows of conditions and rows of what to do; an empty row says nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from untilyes.automation.conditions import KNOWN_BY_KEY

CONDITION, ACT = ("about", "subject", "how", "value"), ("does", "to", "text")
KEY = ":"
"""Between what a condition is about and the topic or segment it names."""
SPARE = 1
"""Empty rows shown after those filled in."""


@dataclass(frozen=True)
class RuleForm:
    """What is filled in, as it was typed."""

    name: str
    when: str
    number: str
    conditions: tuple[Mapping[str, str], ...]
    acts: tuple[Mapping[str, str], ...]
    more: int = SPARE

    @classmethod
    def sent(cls, post: QueryDict) -> "RuleForm":
        """The form as it was sent; asking for more rows keeps what is there."""
        asks_more = post.get("do") == "more"
        return cls(
            post.get("name", "").strip(),
            post.get("when", ""),
            post.get("number", "").strip(),
            tuple(row for row in _rows(post, CONDITION) if row["value"] or KEY in row["about"]),
            tuple(row for row in _rows(post, ACT) if row["does"]),
            SPARE + 2 if asks_more else SPARE,
        )

    @classmethod
    def of(cls, name: str, told: Mapping[str, Any]) -> "RuleForm":
        """The form of a rule that is written down."""
        conditions = [_show_condition(one) for one in told["conditions"]]
        number = str(told["number"]) if told["number"] else ""
        return cls(name, told["when"], number, tuple(conditions), tuple(told["acts"]))

    @property
    def told(self) -> dict[str, object]:
        """The rule in the plain types it is stored in."""
        return {
            "when": self.when,
            "number": int(self.number) if self.number.isdecimal() else 0,
            "conditions": [_tell_condition(one) for one in self.conditions],
            "acts": [{"does": one["does"], "to": one["to"], "text": one["text"]} for one in self.acts],
        }

    @property
    def condition_rows(self) -> Sequence[Mapping[str, str]]:
        return [*self.conditions, *[{}] * self.more]

    @property
    def act_rows(self) -> Sequence[Mapping[str, str]]:
        return [*self.acts, *[{}] * self.more]


BLANK = RuleForm("", "opened", "", (), ())


def _rows(post: QueryDict, names: Sequence[str]) -> Iterator[Mapping[str, str]]:
    columns = [[text.strip() for text in post.getlist(name)] for name in names]
    yield from (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=False))


def _tell_condition(row: Mapping[str, str]) -> dict[str, str]:
    """A row in the plain types it is stored in; a topic or segment is chosen together with what the row is about."""
    about, _, key = row["about"].partition(KEY)
    return {"about": about, "name": "" if key else row["subject"], "how": row["how"], "value": key or row["value"]}


def _show_condition(told: Mapping[str, Any]) -> Mapping[str, str]:
    row = {**told, "subject": told.get("name", "")}
    is_chosen = told["about"] in {about.value for about in KNOWN_BY_KEY}
    return row | {"about": f"{told['about']}{KEY}{told['value']}", "value": ""} if is_chosen else row
