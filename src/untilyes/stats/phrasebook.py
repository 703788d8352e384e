"""The sentences of results with many parts: English, German, Spanish, Portuguese, in this order.

A phrase is picked by its kind ("drivers.leak"); names in braces are its facts. Numbers are said by
`told.say`.
"""
# ruff: noqa: E501 - a sentence is read on one line

from typing import Final

from untilyes.stats.phrases_over_time import OVER_TIME

LOCALES: Final = ("en", "de", "es", "pt")

_PHRASES: Final[dict[str, tuple[str, str, str, str]]] = {
    "dominance.summary": (
        "{top} matters most on average; {settled} of {pairs} pairs are settled in every model",
        "{top} zählt im Mittel am meisten; {settled} von {pairs} Paaren sind in jedem Modell entschieden",
        "{top} es lo que más importa en promedio; {settled} de {pairs} pares están decididos en todos los modelos",
        "{top} é o que mais importa em média; {settled} de {pairs} pares estão decididos em todos os modelos",
    ),
    "driver.up": (
        "{name} raises the outcome; its part of what is explained: {share}",
        "{name} hebt das Ergebnis; Anteil am Erklärten: {share}",
        "{name} sube el resultado; su parte de lo explicado: {share}",
        "{name} eleva o resultado; sua parte do explicado: {share}",
    ),
    "driver.down": (
        "{name} lowers the outcome; its part of what is explained: {share}",
        "{name} senkt das Ergebnis; Anteil am Erklärten: {share}",
        "{name} baja el resultado; su parte de lo explicado: {share}",
        "{name} reduz o resultado; sua parte do explicado: {share}",
    ),
    "driver.mixed": (
        "{name} makes a difference; its part of what is explained: {share}",
        "{name} macht einen Unterschied; Anteil am Erklärten: {share}",
        "{name} marca una diferencia; su parte de lo explicado: {share}",
        "{name} faz diferença; sua parte do explicado: {share}",
    ),
    "driver.suppressor": (
        "{name} changes its sign once the others are held still; its part of what is explained: {share}",
        "{name} wechselt das Vorzeichen, wenn die anderen festgehalten werden; Anteil am Erklärten: {share}",
        "{name} cambia de signo cuando los demás se mantienen fijos; su parte de lo explicado: {share}",
        "{name} muda de sinal quando os demais ficam fixos; sua parte do explicado: {share}",
    ),
    "driver.unproven": (
        "{name} is not shown to be a driver",
        "{name} ist nicht als Treiber nachgewiesen",
        "no se ha demostrado que {name} sea un factor",
        "não está demonstrado que {name} seja um fator",
    ),
    "drivers.real": (
        "What moves {outcome}: {drivers}; all together explain {explained_share} of it",
        "Was {outcome} bewegt: {drivers}; alles zusammen erklärt {explained_share}",
        "Lo que mueve {outcome}: {drivers}; todo junto explica el {explained_share}",
        "O que move {outcome}: {drivers}; tudo junto explica {explained_share}",
    ),
    "drivers.none": (
        "Nothing here is shown to move {outcome} (n = {n})",
        "Nichts hiervon bewegt nachweislich {outcome} (n = {n})",
        "No se ha demostrado que algo de esto mueva {outcome} (n = {n})",
        "Não está demonstrado que algo disto mova {outcome} (n = {n})",
    ),
    "drivers.unproven": (
        "Not shown to matter: {drivers}",
        "Ohne Nachweis: {drivers}",
        "Sin demostrar: {drivers}",
        "Sem demonstração: {drivers}",
    ),
    "drivers.leak": (
        "{drivers} may be the outcome in disguise: leave it out unless it is known before the outcome",
        "{drivers} ist womöglich das Ergebnis in Verkleidung: weglassen, falls nicht vor dem Ergebnis bekannt",
        "{drivers} puede ser el resultado disfrazado: exclúyalo salvo que se conozca antes del resultado",
        "{drivers} pode ser o resultado disfarçado: exclua, a menos que seja conhecido antes do resultado",
    ),
    "drivers.reproduced": (
        "The drivers reproduce {explained_share} of the outcome: look for parts of the outcome among them",
        "Die Treiber bilden {explained_share} des Ergebnisses nach: nach Teilen des Ergebnisses darunter suchen",
        "Los factores reproducen el {explained_share} del resultado: busque entre ellos partes del resultado",
        "Os fatores reproduzem {explained_share} do resultado: procure entre eles partes do resultado",
    ),
    "drivers.redundant": (
        "{drivers} say nearly the same thing: join them into a group or keep one",
        "{drivers} sagen fast dasselbe: zu einer Gruppe verbinden oder eines behalten",
        "{drivers} dicen casi lo mismo: únalos en un grupo o conserve uno",
        "{drivers} dizem quase o mesmo: junte-os num grupo ou mantenha um",
    ),
    "drivers.halo": (
        "All drivers move together (typical correlation {correlation}): the data cannot separate them, the shares come out nearly equal",
        "Alle Treiber bewegen sich gemeinsam (übliche Korrelation {correlation}): die Daten können sie nicht trennen, die Anteile geraten fast gleich",
        "Todos los factores se mueven juntos (correlación típica {correlation}): los datos no pueden separarlos y las partes salen casi iguales",
        "Todos os fatores se movem juntos (correlação típica {correlation}): os dados não os separam e as partes saem quase iguais",
    ),
    "drivers.condition": (
        "The drivers are nearly dependent on each other (condition number {number}): single coefficients are unstable",
        "Die Treiber hängen fast voneinander ab (Konditionszahl {number}): einzelne Koeffizienten sind instabil",
        "Los factores casi dependen unos de otros (número de condición {number}): los coeficientes son inestables",
        "Os fatores quase dependem uns dos outros (número de condição {number}): os coeficientes são instáveis",
    ),
    "drivers.suppressor": (
        "{drivers} changes its sign beside the others: do not read its direction from a simple comparison",
        "{drivers} wechselt neben den anderen das Vorzeichen: die Richtung nicht aus einem einfachen Vergleich lesen",
        "{drivers} cambia de signo junto a los demás: no lea su dirección en una comparación simple",
        "{drivers} muda de sinal junto aos demais: não leia a direção numa comparação simples",
    ),
    "drivers.tied": (
        "The order of {first} and {second} is not established",
        "Die Reihenfolge von {first} und {second} steht nicht fest",
        "El orden de {first} y {second} no está establecido",
        "A ordem de {first} e {second} não está estabelecida",
    ),
    "drivers.one_bucket": (
        "One bucket of rows allows no intervals: sum up by bucket of customers",
        "Ein einziges Bündel erlaubt keine Intervalle: nach Kundenbündeln summieren",
        "Un solo grupo de filas no permite intervalos: sume por grupos de clientes",
        "Um só grupo de linhas não permite intervalos: some por grupos de clientes",
    ),
    "drivers.asked": (
        "{method}, as asked for",
        "{method}, wie verlangt",
        "{method}, como se pidió",
        "{method}, como pedido",
    ),
    "drivers.exact": (
        "LMG: with {count} drivers the average over all orders is exact and quick",
        "LMG: bei {count} Treibern ist das Mittel über alle Reihenfolgen exakt und schnell",
        "LMG: con {count} factores el promedio sobre todos los órdenes es exacto y rápido",
        "LMG: com {count} fatores a média sobre todas as ordens é exata e rápida",
    ),
    "drivers.many": (
        "relative weights: {count} drivers are too many to resample all orders (exact LMG goes to {limit})",
        "relative Gewichte: {count} Treiber sind zu viele, um alle Reihenfolgen nachzurechnen (exaktes LMG reicht bis {limit})",
        "pesos relativos: {count} factores son demasiados para remuestrear todos los órdenes (LMG exacto llega a {limit})",
        "pesos relativos: {count} fatores são demais para reamostrar todas as ordens (LMG exato vai até {limit})",
    ),
    "leak.found": (
        "{name} decides the outcome for {certain_share} of rows ({values}): it is the outcome in disguise, leave it out",
        "{name} entscheidet das Ergebnis für {certain_share} der Zeilen ({values}): das Ergebnis in Verkleidung, weglassen",
        "{name} decide el resultado en el {certain_share} de las filas ({values}): es el resultado disfrazado, exclúyalo",
        "{name} decide o resultado em {certain_share} das linhas ({values}): é o resultado disfarçado, exclua",
    ),
    "leak.none": (
        "{name} does not give the outcome away",
        "{name} verrät das Ergebnis nicht",
        "{name} no delata el resultado",
        "{name} não entrega o resultado",
    ),
    "trust.score": (
        "Trust {score}: {yes_share} yes, {sometimes_share} sometimes, {no_share} no",
        "Vertrauen {score}: {yes_share} ja, {sometimes_share} manchmal, {no_share} nein",
        "Confianza {score}: {yes_share} sí, {sometimes_share} a veces, {no_share} no",
        "Confiança {score}: {yes_share} sim, {sometimes_share} às vezes, {no_share} não",
    ),
}  # fmt: skip


def phrase(kind: str, locale: str = "en") -> str:
    """The phrase with its braces; "de-AT" and "pt_BR" speak their language."""
    language = locale.replace("_", "-").split("-", maxsplit=1)[0].lower()
    if language not in LOCALES:
        raise ValueError(f"No sentences for {locale!r}; use one of {', '.join(LOCALES)}.")
    return (OVER_TIME | _PHRASES)[kind][LOCALES.index(language)]
