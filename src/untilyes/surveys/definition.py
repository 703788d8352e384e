"""What a survey asks: its questions, their kinds and scales, their wording, and when each is shown. No Django."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]{0,39}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
# The same sentence in several languages; the first one is what others fall back to.
Words = Annotated[dict[Language, str], Field(min_length=1)]

# The questions of the confirmation. Their wording may change per touchpoint and language; what they ask may not.
GOT_IT, GOOD_JOB, EFFECTIVE, MISSING = "got_it", "good_job", "effective", "missing"


class Kind(StrEnum):
    """How a question is answered. A scale is part of the answer: values on different scales are never averaged."""

    YES_NO = "yes_no"
    TRUST = "trust"
    SCALE_0_10 = "scale_0_10"
    SCALE_1_5 = "scale_1_5"
    SCALE_1_7 = "scale_1_7"
    ONE_CHOICE = "one_choice"
    SEVERAL_CHOICES = "several_choices"
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    CONSENT = "consent"

    @property
    def scale(self) -> tuple[int, int] | None:
        """The lowest and highest value, or None for what has no scale."""
        return SCALES.get(self)

    @property
    def is_text(self) -> bool:
        return self in {Kind.SHORT_TEXT, Kind.LONG_TEXT}

    @property
    def is_choice(self) -> bool:
        return self in {Kind.ONE_CHOICE, Kind.SEVERAL_CHOICES}

    @property
    def options(self) -> Mapping[str, int]:
        """The possible answers and the value each stands for; empty for texts and for a survey's own choices."""
        return OPTIONS.get(self, {})


SCALES: Mapping[Kind, tuple[int, int]] = {
    Kind.YES_NO: (0, 1),
    Kind.TRUST: (0, 2),
    Kind.SCALE_0_10: (0, 10),
    Kind.SCALE_1_5: (1, 5),
    Kind.SCALE_1_7: (1, 7),
    Kind.CONSENT: (0, 1),
}
OPTIONS: Mapping[Kind, Mapping[str, int]] = {
    Kind.YES_NO: {"yes": 1, "no": 0},
    Kind.TRUST: {"yes": 2, "sometimes": 1, "no": 0},
    Kind.CONSENT: {"yes": 1},
} | {
    kind: {str(value): value for value in range(SCALES[kind][0], SCALES[kind][1] + 1)}
    for kind in (Kind.SCALE_0_10, Kind.SCALE_1_5, Kind.SCALE_1_7)
}
LONGEST = {Kind.SHORT_TEXT: 300, Kind.LONG_TEXT: 5_000}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(_Part):
    """One of a question's own possible answers."""

    key: Key
    words: Words


class Condition(_Part):
    """True when `question` was answered with one of `among`."""

    question: Key
    among: tuple[str, ...] = Field(min_length=1)


class Question(_Part):
    """One question. `key` is what the answer is called in the lake: got_it, trust, nps, csat, ces or your own."""

    key: Key
    kind: Kind
    words: Words
    hint: dict[Language, str] = {}
    low: dict[Language, str] = {}  # what the ends of a scale mean
    high: dict[Language, str] = {}
    required: bool = False
    higher_is_better: bool = True
    choices: tuple[Choice, ...] = ()
    show_if: tuple[Condition, ...] = ()  # shown when any of these is true; always when there is none

    @model_validator(mode="after")
    def choices_belong_to_choice_questions(self) -> Self:
        if self.kind.is_choice != bool(self.choices):
            raise ValueError(
                f"Question {self.key!r}: choices belong to one_choice and several_choices, which need them."
            )
        if len({choice.key for choice in self.choices}) != len(self.choices):
            raise ValueError(f"Question {self.key!r} has two choices of the same key.")
        return self

    @property
    def possible(self) -> tuple[str, ...]:
        """The keys an answer may consist of; empty for a text."""
        return tuple(self.kind.options) or tuple(choice.key for choice in self.choices)

    def is_shown(self, given: Mapping[str, Iterable[str]]) -> bool:
        """Whether the question is asked, given the keys chosen so far per question."""
        return not self.show_if or any(set(one.among) & set(given.get(one.question, ())) for one in self.show_if)


class Definition(_Part):
    """The questions of one version of a survey, in the order they are asked."""

    questions: tuple[Question, ...] = Field(min_length=1)
    intro: dict[Language, str] = {}
    # touchpoint -> question key -> wording there; the question itself stays what it is
    touchpoints: dict[str, dict[Key, Words]] = {}

    @model_validator(mode="after")
    def references_are_known(self) -> Self:
        known: dict[str, Question] = {}
        for question in self.questions:
            if question.key in known:
                raise ValueError(f"Two questions are called {question.key!r}.")
            for condition in question.show_if:
                earlier = known.get(condition.question)
                if earlier is None:
                    raise ValueError(
                        f"{question.key!r} depends on {condition.question!r}, which is not asked before it."
                    )
                if unknown := set(condition.among) - set(earlier.possible):
                    raise ValueError(f"{condition.question!r} cannot be answered with {sorted(unknown)}.")
            known[question.key] = question
        for touchpoint, wordings in self.touchpoints.items():
            if unknown := set(wordings) - set(known):
                raise ValueError(f"Touchpoint {touchpoint!r} words questions nobody asks: {sorted(unknown)}.")
        return self

    @property
    def is_confirmation(self) -> bool:
        """Whether it asks the two questions, as yes/no and of everybody."""
        asked = {question.key: question for question in self.questions}
        return all(
            key in asked and asked[key].kind is Kind.YES_NO and asked[key].required and not asked[key].show_if
            for key in (GOT_IT, GOOD_JOB)
        )

    def wording(self, question: Question, *, touchpoint: str, language: str) -> str:
        """The question as this customer reads it here: the touchpoint's wording first, then the question's own."""
        return say(self.touchpoints.get(touchpoint, {}).get(question.key) or question.words, language)


def say(words: Mapping[str, str], language: str) -> str:
    """The wording in `language`, or in its base language, or in the first one there is; empty when there is none."""
    for candidate in (language, language.partition("-")[0]):
        if candidate in words:
            return words[candidate]
    return next(iter(words.values()), "")


@lru_cache(maxsize=256)
def read_definition(text: str) -> Definition:
    """The definition written as JSON; the same text is read once per process. Raises pydantic.ValidationError."""
    return Definition.model_validate_json(text)
