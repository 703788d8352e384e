"""What the staff of the demonstration write, in the customer's language."""

from collections.abc import Mapping

APOLOGIES: Mapping[str, str] = {
    "en": "I am sorry that this went wrong. I look after it myself and will write again once it is put right.",
    "de": "Es tut mir leid, dass das schiefgegangen ist. Ich kümmere mich selbst darum und melde mich, sobald es in "
    "Ordnung ist.",
    "es": "Siento mucho que esto haya salido mal. Me ocupo yo y le escribiré en cuanto esté resuelto.",
    "pt": "Lamento que isto tenha corrido mal. Trato eu do assunto e escrevo assim que estiver resolvido.",
}
PROPOSALS: Mapping[str, str] = {
    "en": "It is done: what was missing is on its way to you, and we carry the cost. Is it right for you now?",
    "de": "Es ist erledigt: Was gefehlt hat, ist zu Ihnen unterwegs, und wir tragen die Kosten. Passt es jetzt?",
    "es": "Ya está hecho: lo que faltaba va de camino y el coste corre de nuestra cuenta. ¿Está bien así?",
    "pt": "Está feito: o que faltava vai a caminho e o custo é nosso. Está bem assim?",
}


def say(words: Mapping[str, str], language: str) -> str:
    """The words in that language, or in English."""
    return words.get(language, words["en"])
