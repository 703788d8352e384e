"""From what a form sent to answers: which questions were shown, what was chosen, what it is worth. No Django."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from untilyes.feedback.facts import AnswerGiven
from untilyes.surveys.definition import EFFECTIVE, GOOD_JOB, GOT_IT, LONGEST, Definition, Kind, Question

Raw = Mapping[str, str | Sequence[str]]


class Problem(StrEnum):
    """What is wrong with an answer."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    TOO_LONG = "too_long"


class AnswersIncomplete(ValueError):
    """Some answers are missing or impossible; `problems` says which, per question key."""

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        super().__init__(", ".join(f"{key}: {problem.value}" for key, problem in problems.items()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Given:
    """The answer to one question: the keys chosen, or the text written."""

    question: Question
    chosen: tuple[str, ...] = ()
    text: str = ""

    @property
    def value(self) -> float | None:
        """What the answer is worth on the question's scale, or None where there is no scale."""
        if self.question.kind is Kind.CONSENT:
            return float(bool(self.chosen))
        options = self.question.kind.options
        return float(options[self.chosen[0]]) if options and self.chosen else None

    def facts(self) -> Iterator[AnswerGiven]:
        """The answer as the lake keeps it; several choices become one yes/no fact per choice."""
        key, kind, scale = self.question.key, self.question.kind, self.question.kind.scale
        if scale is not None:
            low, high = scale
            named = self.chosen[0] if kind is Kind.TRUST else None
            yield AnswerGiven(key, self.value, low, high, self.question.higher_is_better, named)
        elif kind is Kind.ONE_CHOICE:
            yield AnswerGiven(key, None, choice=self.chosen[0])
        elif kind is Kind.SEVERAL_CHOICES:
            for option in self.question.possible:
                yield AnswerGiven(f"{key}.{option}", float(option in self.chosen), 0, 1, choice=option)


def read_answers(definition: Definition, raw: Raw) -> tuple[Given, ...]:
    """The answers to the questions this customer was shown; what was sent for hidden ones is ignored.

    Raises AnswersIncomplete when a required answer is missing or an answer is impossible.
    """
    given: list[Given] = []
    chosen: dict[str, tuple[str, ...]] = {}
    problems: dict[str, Problem] = {}
    for question in definition.questions:
        if not question.is_shown(chosen):
            continue
        answer = _read(question, raw.get(question.key, ()))
        if problem := _find_problem(answer):
            problems[question.key] = problem
        elif answer.chosen or answer.text or question.kind is Kind.CONSENT:
            given.append(answer)
            chosen[question.key] = answer.chosen
    if problems:
        raise AnswersIncomplete(problems)
    return tuple(given)


def facts_of(given: Sequence[Given]) -> tuple[AnswerGiven, ...]:
    """Everything the answers say, with `effective` where both questions of the confirmation were answered."""
    facts = [fact for answer in given for fact in answer.facts()]
    values = {fact.question: fact.value for fact in facts}
    got_it, good_job = values.get(GOT_IT), values.get(GOOD_JOB)
    if got_it is not None and good_job is not None:
        facts.append(AnswerGiven(EFFECTIVE, min(got_it, good_job), 0, 1))
    return tuple(facts)


def _read(question: Question, sent: str | Sequence[str]) -> Given:
    values = [sent] if isinstance(sent, str) else list(sent)
    if question.kind.is_text:
        # NUL cannot be stored by PostgreSQL; line ends are made the same so that a resend is recognised.
        text = "\n".join(values).replace("\x00", "").replace("\r\n", "\n").strip()
        return Given(question, text=text)
    filled = dict.fromkeys(value for value in values if value)
    return Given(question, chosen=tuple(filled))


def _find_problem(answer: Given) -> Problem | None:
    question = answer.question
    if question.kind.is_text:
        if len(answer.text) > LONGEST[question.kind]:
            return Problem.TOO_LONG
        return Problem.MISSING if question.required and not answer.text else None
    if set(answer.chosen) - set(question.possible):
        return Problem.UNKNOWN
    if len(answer.chosen) > 1 and question.kind is not Kind.SEVERAL_CHOICES:
        return Problem.UNKNOWN
    return Problem.MISSING if question.required and not answer.chosen else None
