"""A rule as its form sends it: rows of conditions and rows of what to do; an empty row says nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

CONDITION, ACT = ("about", "subject", "how", "value"), ("does", "to", "text")
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
            _rows(post, CONDITION, needed="value"),
            _rows(post, ACT, needed="does"),
            SPARE + 2 if asks_more else SPARE,
        )

    @classmethod
    def of(cls, name: str, told: Mapping[str, Any]) -> "RuleForm":
        """The form of a rule that is written down."""
        conditions = [{**one, "subject": one.get("name", "")} for one in told["conditions"]]
        number = str(told["number"]) if told["number"] else ""
        return cls(name, told["when"], number, tuple(conditions), tuple(told["acts"]))

    @property
    def told(self) -> dict[str, object]:
        """The rule in the plain types it is stored in."""
        return {
            "when": self.when,
            "number": int(self.number) if self.number.isdecimal() else 0,
            "conditions": [
                {"about": one["about"], "name": one["subject"], "how": one["how"], "value": one["value"]}
                for one in self.conditions
            ],
            "acts": [{"does": one["does"], "to": one["to"], "text": one["text"]} for one in self.acts],
        }

    @property
    def condition_rows(self) -> Sequence[Mapping[str, str]]:
        return [*self.conditions, *[{}] * self.more]

    @property
    def act_rows(self) -> Sequence[Mapping[str, str]]:
        return [*self.acts, *[{}] * self.more]


BLANK = RuleForm("", "opened", "", (), ())


def _rows(post: QueryDict, names: Sequence[str], *, needed: str) -> tuple[Mapping[str, str], ...]:
    columns = [[text.strip() for text in post.getlist(name)] for name in names]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=False)]
    return tuple(row for row in rows if row[needed])
