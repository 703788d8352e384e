"""The sentences about time, weights and response, in the order of `phrasebook.LOCALES`: en, de, es, pt."""
# ruff: noqa: E501 - a sentence is read on one line

from typing import Final

OVER_TIME: Final[dict[str, tuple[str, str, str, str]]] = {
    "chart.calm": (
        "None of {points} points asks for a reason",
        "Keiner von {points} Punkten verlangt eine Erklärung",
        "Ninguno de los {points} puntos pide una explicación",
        "Nenhum dos {points} pontos pede uma explicação",
    ),
    "chart.signals": (
        "{count} of {points} points ask for a reason (number {where})",
        "{count} von {points} Punkten verlangen eine Erklärung (Nummer {where})",
        "{count} de {points} puntos piden una explicación (número {where})",
        "{count} de {points} pontos pedem uma explicação (número {where})",
    ),
    "chart.provisional": (
        "The limits rest on {points} points and will still move",
        "Die Grenzen beruhen auf {points} Punkten und werden sich noch bewegen",
        "Los límites se basan en {points} puntos y aún se moverán",
        "Os limites baseiam-se em {points} pontos e ainda vão mudar",
    ),
    "cusum.calm": (
        "No drift in {points} points",
        "Keine Drift in {points} Punkten",
        "Sin deriva en {points} puntos",
        "Sem deriva em {points} pontos",
    ),
    "cusum.up": (
        "Drifting upwards, seen at point {at}",
        "Drift nach oben, sichtbar ab Punkt {at}",
        "Deriva hacia arriba, vista en el punto {at}",
        "Deriva para cima, vista no ponto {at}",
    ),
    "cusum.down": (
        "Drifting downwards, seen at point {at}",
        "Drift nach unten, sichtbar ab Punkt {at}",
        "Deriva hacia abajo, vista en el punto {at}",
        "Deriva para baixo, vista no ponto {at}",
    ),
    "shift.found": (
        "A lasting shift starts at point {at} (plausibly {low} to {high}): {after} after {before}",
        "Eine bleibende Verschiebung beginnt bei Punkt {at} (plausibel {low} bis {high}): {after} nach {before}",
        "Un cambio duradero empieza en el punto {at} (plausible de {low} a {high}): {after} tras {before}",
        "Uma mudança duradoura começa no ponto {at} (plausível de {low} a {high}): {after} depois de {before}",
    ),
    "shift.none": (
        "No lasting shift is shown",
        "Keine bleibende Verschiebung nachgewiesen",
        "No se ha demostrado ningún cambio duradero",
        "Nenhuma mudança duradoura demonstrada",
    ),
    "season.found": (
        "There is a pattern: highest in {highest}, lowest in {lowest}",
        "Es gibt ein Muster: am höchsten in {highest}, am niedrigsten in {lowest}",
        "Hay un patrón: máximo en {highest}, mínimo en {lowest}",
        "Há um padrão: máximo em {highest}, mínimo em {lowest}",
    ),
    "season.none": (
        "No pattern is shown",
        "Kein Muster nachgewiesen",
        "No se ha demostrado ningún patrón",
        "Nenhum padrão demonstrado",
    ),
    "moved.better": (
        "It got better beyond the trend that was there: {average} on average since",
        "Es wurde besser, über den bisherigen Trend hinaus: seither im Mittel {average}",
        "Mejoró más allá de la tendencia previa: {average} en promedio desde entonces",
        "Melhorou além da tendência anterior: {average} em média desde então",
    ),
    "moved.worse": (
        "It got worse than the trend that was there: {average} on average since",
        "Es wurde schlechter als der bisherige Trend: seither im Mittel {average}",
        "Empeoró respecto a la tendencia previa: {average} en promedio desde entonces",
        "Piorou em relação à tendência anterior: {average} em média desde então",
    ),
    "moved.no_real_change": (
        "No change beyond the trend that was there: {average} on average since",
        "Keine Veränderung über den bisherigen Trend hinaus: seither im Mittel {average}",
        "Sin cambio más allá de la tendencia previa: {average} en promedio desde entonces",
        "Sem mudança além da tendência anterior: {average} em média desde então",
    ),
    "moved.too_few": (
        "Too few points to tell: {average} on average since",
        "Zu wenige Punkte für ein Urteil: seither im Mittel {average}",
        "Muy pocos puntos para decidir: {average} en promedio desde entonces",
        "Poucos pontos para decidir: {average} em média desde então",
    ),
    "survival.median": (
        "Half are done after {median}; {open} of {n} are still open",
        "Die Hälfte ist nach {median} erledigt; {open} von {n} sind noch offen",
        "La mitad termina tras {median}; {open} de {n} siguen abiertos",
        "Metade termina após {median}; {open} de {n} ainda estão abertos",
    ),
    "survival.open": (
        "Fewer than half are done so far; {open} of {n} are still open",
        "Bisher ist weniger als die Hälfte erledigt; {open} von {n} sind noch offen",
        "Menos de la mitad ha terminado; {open} de {n} siguen abiertos",
        "Menos da metade terminou; {open} de {n} ainda estão abertos",
    ),
    "weights.kept": (
        "{n} answers count like {effective} after weighting",
        "{n} Antworten zählen nach der Gewichtung wie {effective}",
        "{n} respuestas cuentan como {effective} tras ponderar",
        "{n} respostas contam como {effective} após a ponderação",
    ),
    "response.bounds": (
        "{answered} of {invited} answered; were the silent all of one mind, the truth could lie anywhere from {low_share} to {high_share}",
        "{answered} von {invited} haben geantwortet; wären alle übrigen einer Meinung, läge die Wahrheit irgendwo zwischen {low_share} und {high_share}",
        "{answered} de {invited} respondieron; si los demás opinaran todos igual, la verdad estaría entre {low_share} y {high_share}",
        "{answered} de {invited} responderam; se os demais pensassem todos igual, a verdade estaria entre {low_share} e {high_share}",
    ),
    "style.adjusted": (
        "{adjusted} of {n} answers come from people who answered more than once; {stable_share} of all differences is the person, not the visit",
        "{adjusted} von {n} Antworten stammen von Menschen, die mehrmals geantwortet haben; {stable_share} aller Unterschiede liegt an der Person, nicht am Besuch",
        "{adjusted} de {n} respuestas son de personas que respondieron más de una vez; {stable_share} de las diferencias se debe a la persona, no a la visita",
        "{adjusted} de {n} respostas são de pessoas que responderam mais de uma vez; {stable_share} das diferenças deve-se à pessoa, não à visita",
    ),
    "style.unknown": (
        "Nobody answered twice: one person's 6 cannot be told from another's 8",
        "Niemand hat zweimal geantwortet: die 6 des einen ist von der 8 des anderen nicht zu unterscheiden",
        "Nadie respondió dos veces: el 6 de uno no se distingue del 8 de otro",
        "Ninguém respondeu duas vezes: o 6 de um não se distingue do 8 de outro",
    ),
    "league.alike": (
        "{teams} teams cannot be told apart: they differ as little as chance would make them",
        "{teams} Teams sind nicht zu unterscheiden: ihre Unterschiede sind so klein wie der Zufall sie macht",
        "{teams} equipos no se distinguen: difieren tan poco como lo haría el azar",
        "{teams} equipes não se distinguem: diferem tão pouco quanto o acaso faria",
    ),
    "league.best": (
        "Of {teams} teams number {best} is best with probability {chance_share}",
        "Von {teams} Teams ist Nummer {best} mit Wahrscheinlichkeit {chance_share} das beste",
        "De {teams} equipos, el número {best} es el mejor con probabilidad {chance_share}",
        "De {teams} equipes, a número {best} é a melhor com probabilidade {chance_share}",
    ),
}  # fmt: skip
