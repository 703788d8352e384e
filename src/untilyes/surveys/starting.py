"""Ready-made beginnings for a survey: the questions most houses ask, in every shipped language. No Django."""

from collections.abc import Mapping
from typing import Final

from untilyes.surveys.definition import Condition, Definition, Kind, Question
from untilyes.surveys.wordings import shipped_confirmation

_WHY: Final = Question(
    key="why",
    kind=Kind.LONG_TEXT,
    words={
        "en": "What is the main reason for your answer?",
        "de": "Was ist der wichtigste Grund für Ihre Antwort?",
        "es": "¿Cuál es la razón principal de su respuesta?",
        "pt": "Qual é a principal razão da sua resposta?",
    },
)
_QUESTIONS: Final = (
    Question(
        key="trust",
        kind=Kind.TRUST,
        required=True,
        words={
            "en": "Do you trust us to do right by you?",
            "de": "Vertrauen Sie darauf, dass wir es gut mit Ihnen meinen?",
            "es": "¿Confía en que le tratamos como es debido?",
            "pt": "Confia em que fazemos o melhor por si?",
        },
    ),
    Question(
        key="nps",
        kind=Kind.SCALE_0_10,
        required=True,
        words={
            "en": "How likely are you to recommend us to a friend?",
            "de": "Wie wahrscheinlich empfehlen Sie uns einem Freund?",
            "es": "¿Con qué probabilidad nos recomendaría a un amigo?",
            "pt": "Qual a probabilidade de nos recomendar a um amigo?",
        },
        low={"en": "not at all", "de": "gar nicht", "es": "nada probable", "pt": "nada provável"},
        high={"en": "very likely", "de": "sehr wahrscheinlich", "es": "muy probable", "pt": "muito provável"},
    ),
    Question(
        key="csat",
        kind=Kind.SCALE_1_5,
        required=True,
        words={
            "en": "How satisfied are you with us?",
            "de": "Wie zufrieden sind Sie mit uns?",
            "es": "¿Cuán satisfecho está con nosotros?",
            "pt": "Quão satisfeito está connosco?",
        },
        low={"en": "not at all", "de": "gar nicht", "es": "nada", "pt": "nada"},
        high={"en": "completely", "de": "vollkommen", "es": "completamente", "pt": "completamente"},
    ),
    Question(
        key="ces",
        kind=Kind.SCALE_1_7,
        required=True,
        words={
            "en": "We made it easy for you.",
            "de": "Wir haben es Ihnen leicht gemacht.",
            "es": "Se lo pusimos fácil.",
            "pt": "Tornámos tudo fácil para si.",
        },
        low={"en": "disagree", "de": "stimmt nicht", "es": "en desacuerdo", "pt": "discordo"},
        high={"en": "agree", "de": "stimmt", "es": "de acuerdo", "pt": "concordo"},
    ),
)
STARTS: Final[Mapping[str, Definition]] = {
    question.key: Definition(
        questions=(
            question,
            _WHY.model_copy(update={"show_if": (Condition(question="trust", among=("sometimes", "no")),)})
            if question.key == "trust"
            else _WHY,
        )
    )
    for question in _QUESTIONS
}
"""A survey to begin with, by the key of its first question."""


def begin_survey(start: str) -> Definition:
    """The definition a new survey begins with: "confirmation", or the key of a question of STARTS. Raises KeyError."""
    return shipped_confirmation() if start == "confirmation" else STARTS[start]
