"""The form of a survey, as rows of plain fields: read into a definition, and written from one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.text import slugify
from pydantic import ValidationError

from untilyes.surveys.definition import Choice, Condition, Definition, Kind, Question

KINDS: Final = {
    Kind.YES_NO: "Yes or no",
    Kind.TRUST: "Yes, sometimes, no",
    Kind.SCALE_0_10: "0 to 10",
    Kind.SCALE_1_5: "1 to 5",
    Kind.SCALE_1_7: "1 to 7",
    Kind.ONE_CHOICE: "One choice",
    Kind.SEVERAL_CHOICES: "Several choices",
    Kind.SHORT_TEXT: "A line of text",
    Kind.LONG_TEXT: "Text",
    Kind.CONSENT: "Consent",
}
BLANKS = 2
MOST = 60


class FormProblem(ValueError):
    """What was filled in makes no survey; the message says what to change."""


@dataclass(frozen=True)
class Row:
    """One question as the form shows it; texts are in the order of the survey's languages."""

    place: int
    key: str = ""
    kind: str = Kind.YES_NO.value
    required: bool = False
    words: Sequence[tuple[str, str]] = ()
    low: Sequence[tuple[str, str]] = ()
    high: Sequence[tuple[str, str]] = ()
    choices: Sequence[tuple[str, str]] = ()
    show_if: str = ""
    more: bool = field(default=False)

    @property
    def is_new(self) -> bool:
        return not self.key


def write_rows(definition: Definition, languages: Sequence[str]) -> list[Row]:
    """The definition as rows, and a few empty ones."""
    rows = [_write(place, question, languages) for place, question in enumerate(definition.questions)]
    return rows + [_blank(len(rows) + extra, languages) for extra in range(BLANKS)]


def keep_rows(typed: Mapping[str, str], languages: Sequence[str]) -> list[Row]:
    """What was typed, as rows, so that a refused form loses nothing."""
    rows = [_keep(place, typed, languages) for place in range(MOST) if f"words-{place}-{languages[0]}" in typed]
    return rows or [_blank(extra, languages) for extra in range(BLANKS)]


def read_definition(typed: Mapping[str, str], languages: Sequence[str], *, base: Definition) -> Definition:
    """The definition the form describes; what the form does not show is kept from `base`. Raises FormProblem."""
    before = {question.key: question for question in base.questions}
    questions = []
    for place in range(MOST):
        words = _read_words(typed, "words", place, languages)
        if words and not typed.get(f"drop-{place}"):
            questions.append(_read_question(typed, place, languages, words, before))
    if not questions:
        raise FormProblem("Write at least one question.")
    kept = {question.key for question in questions}
    touchpoints = {
        name: {key: words for key, words in wordings.items() if key in kept}
        for name, wordings in base.touchpoints.items()
    }
    try:
        return Definition(questions=tuple(questions), intro=base.intro, touchpoints=touchpoints)
    except ValidationError as error:
        raise FormProblem(_tell(error)) from error


def _read_question(
    typed: Mapping[str, str], place: int, languages: Sequence[str], words: dict[str, str], before: dict[str, Question]
) -> Question:
    key = typed.get(f"key-{place}", "").strip() or slugify(next(iter(words.values())))[:30].replace("-", "_")
    known = before.get(key)
    kind, show_if = typed.get(f"kind-{place}", ""), _read_conditions(typed.get(f"show_if-{place}", ""))
    try:
        return Question(
            key=key,
            kind=Kind(kind),
            words=words,
            hint=known.hint if known else {},
            low=_read_words(typed, "low", place, languages),
            high=_read_words(typed, "high", place, languages),
            required=bool(typed.get(f"required-{place}")),
            higher_is_better=known.higher_is_better if known else True,
            choices=_read_choices(typed, place, languages, known) if Kind(kind).is_choice else (),
            show_if=show_if,
        )
    except ValidationError as error:
        raise FormProblem(f"Question {place + 1}: {_tell(error)}") from error
    except ValueError as error:
        raise FormProblem(f"Question {place + 1}: choose how it is answered.") from error


def _read_words(typed: Mapping[str, str], name: str, place: int, languages: Sequence[str]) -> dict[str, str]:
    told = {language: typed.get(f"{name}-{place}-{language}", "").strip() for language in languages}
    return {language: words for language, words in told.items() if words}


def _read_choices(
    typed: Mapping[str, str], place: int, languages: Sequence[str], known: Question | None
) -> tuple[Choice, ...]:
    """One choice a line, in the same order in every language; a wording we had keeps its key, others get a new one."""
    keys = {words: choice.key for choice in (known.choices if known else ()) for words in choice.words.values()}
    lines = {
        language: [line.strip() for line in typed.get(f"choices-{place}-{language}", "").splitlines() if line.strip()]
        for language in languages
    }
    first = next((told for told in lines.values() if told), [])
    choices = []
    for row, name in enumerate(first):
        words = {language: told[row] for language, told in lines.items() if row < len(told)}
        key = keys.get(name) or slugify(name).replace("-", "_")[:40] or f"choice_{row + 1}"
        choices.append(Choice(key=key if key[0].isalpha() else f"c_{key}"[:40], words=words))
    return tuple(choices)


def _read_conditions(text: str) -> tuple[Condition, ...]:
    """ "got_it: no; trust: sometimes, no" """
    conditions = []
    for part in filter(str.strip, text.split(";")):
        question, colon, among = part.partition(":")
        values = tuple(value.strip() for value in among.split(",") if value.strip())
        if not colon or not values:
            raise FormProblem(f"“{part.strip()}” is no condition; write it like got_it: no")
        conditions.append(Condition(question=question.strip(), among=values))
    return tuple(conditions)


def _write(place: int, question: Question, languages: Sequence[str]) -> Row:
    return Row(
        place=place,
        key=question.key,
        kind=question.kind.value,
        required=question.required,
        words=[(language, question.words.get(language, "")) for language in languages],
        low=[(language, question.low.get(language, "")) for language in languages],
        high=[(language, question.high.get(language, "")) for language in languages],
        choices=[
            (language, "\n".join(choice.words.get(language, "") for choice in question.choices))
            for language in languages
        ],
        show_if="; ".join(f"{one.question}: {', '.join(one.among)}" for one in question.show_if),
    )


def _blank(place: int, languages: Sequence[str]) -> Row:
    empty = [(language, "") for language in languages]
    return Row(place=place, words=empty, low=empty, high=empty, choices=empty)


def _keep(place: int, typed: Mapping[str, str], languages: Sequence[str]) -> Row:
    def texts(name: str) -> list[tuple[str, str]]:
        return [(language, typed.get(f"{name}-{place}-{language}", "")) for language in languages]

    return Row(
        place=place,
        key=typed.get(f"key-{place}", ""),
        kind=typed.get(f"kind-{place}", ""),
        required=bool(typed.get(f"required-{place}")),
        words=texts("words"),
        low=texts("low"),
        high=texts("high"),
        choices=texts("choices"),
        show_if=typed.get(f"show_if-{place}", ""),
        more=True,
    )


def _tell(error: ValidationError) -> str:
    told = error.errors()[0]
    where = ".".join(str(part) for part in told["loc"])
    said = str(told["msg"]).removeprefix("Value error, ")
    return f"{where}: {said}" if where and "Value error" not in str(told["msg"]) else said
