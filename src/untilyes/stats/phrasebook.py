"""The sentences of results with many parts: English, German, Spanish, Portuguese, in this order.

A phrase is picked by its kind ("drivers.leak"); names in braces are its facts. Numbers are said by
`told.say`.
"""
# ruff: noqa: E501 - a sentence is read on one line

from typing import Final

from untilyes.stats.phrases_about_customers import ABOUT_CUSTOMERS
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
    "scale.item": (
        "{name} goes with the other items (correlation {correlation})",
        "{name} geht mit den anderen Fragen (Korrelation {correlation})",
        "{name} va con los demás ítems (correlación {correlation})",
        "{name} acompanha os demais itens (correlação {correlation})",
    ),
    "scale.alpha": (
        "The scale holds together: α = {alpha}",
        "Innere Übereinstimmung der Skala: α = {alpha}",
        "Consistencia de la escala: α = {alpha}",
        "Consistência da escala: α = {alpha}",
    ),
    "scale.reversed": (
        "{items} runs against the others: turn negatively worded items around before anything else",
        "{items} läuft den anderen entgegen: negativ formulierte Fragen zuerst umkehren",
        "{items} va en contra de los demás: invierta primero los ítems negativos",
        "{items} vai contra os demais: inverta primeiro os itens negativos",
    ),
    "scale.weak": (
        "The scale does not hold (α below {limit}): show its items one by one, not as one bar",
        "Die Skala trägt nicht (α unter {limit}): Fragen einzeln zeigen, nicht als einen Balken",
        "La escala no se sostiene (α por debajo de {limit}): muestre los ítems uno a uno, no en una barra",
        "A escala não se sustenta (α abaixo de {limit}): mostre os itens um a um, não numa só barra",
    ),
    "scale.loose": (
        "{items} has little to do with the others (item-rest correlation below 0.3)",
        "{items} hat wenig mit den anderen zu tun (Trennschärfe unter 0,3)",
        "{items} tiene poco que ver con los demás (correlación ítem-resto por debajo de 0,3)",
        "{items} tem pouco a ver com os demais (correlação item-resto abaixo de 0,3)",
    ),
    "gap.short": (
        "{name} falls short: {gap}",
        "{name} bleibt zurück: {gap}",
        "{name} se queda corto: {gap}",
        "{name} fica aquém: {gap}",
    ),
    "gap.above": (
        "{name} is above: {gap}",
        "{name} liegt darüber: {gap}",
        "{name} está por encima: {gap}",
        "{name} fica acima: {gap}",
    ),
    "gap.met": (
        "{name} is not told apart from what was expected: {gap}",
        "{name} ist nicht vom Erwarteten zu unterscheiden: {gap}",
        "{name} no se distingue de lo esperado: {gap}",
        "{name} não se distingue do esperado: {gap}",
    ),
    "servqual.overall": (
        "Overall {gap}; weakest: {worst}",
        "Insgesamt {gap}; am schwächsten: {worst}",
        "En conjunto {gap}; lo más débil: {worst}",
        "No conjunto {gap}; o mais fraco: {worst}",
    ),
    "servqual.weak": (
        "{dimensions} does not hold together as a dimension (α below 0.7): show its items instead",
        "{dimensions} trägt nicht als Dimension (α unter 0,7): stattdessen die Fragen zeigen",
        "{dimensions} no se sostiene como dimensión (α por debajo de 0,7): muestre sus ítems",
        "{dimensions} não se sustenta como dimensão (α abaixo de 0,7): mostre os itens",
    ),
    "servqual.straight": (
        "{count} of {n} respondents gave the same answer everywhere",
        "{count} von {n} Antwortenden haben überall dieselbe Antwort gegeben",
        "{count} de {n} personas dieron la misma respuesta en todo",
        "{count} de {n} pessoas deram a mesma resposta em tudo",
    ),
    "servqual.points": (
        "{count} sets of importance points did not sum to 100 and were scaled",
        "{count} Punkteverteilungen ergaben nicht 100 und wurden umgerechnet",
        "{count} repartos de puntos no sumaban 100 y se ajustaron",
        "{count} distribuições de pontos não somavam 100 e foram ajustadas",
    ),
    "tolerance.below": (
        "{name} is below the zone of tolerance; {below_share} get less than they call adequate",
        "{name} liegt unter der Toleranzzone; {below_share} bekommen weniger als angemessen",
        "{name} está por debajo de la zona de tolerancia; {below_share} recibe menos de lo adecuado",
        "{name} está abaixo da zona de tolerância; {below_share} recebe menos que o adequado",
    ),
    "tolerance.inside": (
        "{name} is inside the zone of tolerance; {below_share} get less than they call adequate",
        "{name} liegt in der Toleranzzone; {below_share} bekommen weniger als angemessen",
        "{name} está dentro de la zona de tolerancia; {below_share} recibe menos de lo adecuado",
        "{name} está dentro da zona de tolerância; {below_share} recebe menos que o adequado",
    ),
    "tolerance.above": (
        "{name} is above what is desired; {below_share} get less than they call adequate",
        "{name} übertrifft das Gewünschte; {below_share} bekommen weniger als angemessen",
        "{name} supera lo deseado; {below_share} recibe menos de lo adecuado",
        "{name} supera o desejado; {below_share} recebe menos que o adequado",
    ),
    "tolerance.borderline": (
        "{name} is at the edge of the zone of tolerance; {below_share} get less than they call adequate",
        "{name} liegt am Rand der Toleranzzone; {below_share} bekommen weniger als angemessen",
        "{name} está en el borde de la zona de tolerancia; {below_share} recibe menos de lo adecuado",
        "{name} está na borda da zona de tolerância; {below_share} recebe menos que o adequado",
    ),
    "kano.must_be": (
        "is taken for granted",
        "gilt als selbstverständlich",
        "se da por hecho",
        "é dado como certo",
    ),
    "kano.one_dimensional": (
        "pleases the more the better it is",
        "erfreut umso mehr, je besser es ist",
        "agrada tanto más cuanto mejor es",
        "agrada tanto mais quanto melhor é",
    ),
    "kano.attractive": (
        "delights",
        "begeistert",
        "deleita",
        "encanta",
    ),
    "kano.indifferent": (
        "leaves customers cold",
        "lässt Kunden gleichgültig",
        "deja indiferentes a los clientes",
        "deixa os clientes indiferentes",
    ),
    "kano.reverse": (
        "is better left out",
        "bleibt besser weg",
        "es mejor omitirlo",
        "é melhor deixar de fora",
    ),
    "kano.questionable": (
        "was answered in contradiction",
        "wurde widersprüchlich beantwortet",
        "se respondió de forma contradictoria",
        "foi respondido de forma contraditória",
    ),
    "kano.settled": (
        "{name} {category} (n = {n})",
        "{name} {category} (n = {n})",
        "{name} {category} (n = {n})",
        "{name} {category} (n = {n})",
    ),
    "kano.open": (
        "{name} {category}, or {second}: not settled yet (n = {n})",
        "{name} {category} oder {second}: noch nicht entschieden (n = {n})",
        "{name} {category} o {second}: aún sin decidir (n = {n})",
        "{name} {category} ou {second}: ainda por decidir (n = {n})",
    ),
    "kano.borderline": (
        "{name} {category}, close to the line (n = {n})",
        "{name} {category}, nahe der Grenze (n = {n})",
        "{name} {category}, cerca del límite (n = {n})",
        "{name} {category}, perto do limite (n = {n})",
    ),
    "kano.derived": (
        "{name} {category} (n = {n})",
        "{name} {category} (n = {n})",
        "{name} {category} (n = {n})",
        "{name} {category} (n = {n})",
    ),
    "importance.keep_up": (
        "{name}: keep up the good work (n = {n})",
        "{name}: weiter so (n = {n})",
        "{name}: seguir así (n = {n})",
        "{name}: continuar assim (n = {n})",
    ),
    "importance.concentrate": (
        "{name}: concentrate here (n = {n})",
        "{name}: hier ansetzen (n = {n})",
        "{name}: concentrarse aquí (n = {n})",
        "{name}: concentrar-se aqui (n = {n})",
    ),
    "importance.low_priority": (
        "{name}: low priority (n = {n})",
        "{name}: nachrangig (n = {n})",
        "{name}: baja prioridad (n = {n})",
        "{name}: baixa prioridade (n = {n})",
    ),
    "importance.overkill": (
        "{name}: more than is called for (n = {n})",
        "{name}: mehr als verlangt (n = {n})",
        "{name}: más de lo necesario (n = {n})",
        "{name}: mais do que o necessário (n = {n})",
    ),
    "importance.undecided": (
        "{name}: too close to a line to say (n = {n})",
        "{name}: zu nah an einer Grenze (n = {n})",
        "{name}: demasiado cerca de un límite (n = {n})",
        "{name}: perto demais de um limite (n = {n})",
    ),
    "estimate.spread": (
        "{value}, between {low} and {high} (n = {n})",
        "{value}, zwischen {low} und {high} (n = {n})",
        "{value}, entre {low} y {high} (n = {n})",
        "{value}, entre {low} e {high} (n = {n})",
    ),
    "trust.weak": (
        "The weak leg is {leg}: {yes} say yes",
        "Das schwache Bein ist {leg}: {yes} sagen ja",
        "El pilar débil es {leg}: {yes} dice que sí",
        "O pilar fraco é {leg}: {yes} diz que sim",
    ),
    "trust.weak_open": (
        "{leg} looks weakest, but {other} may be ({chance_share} sure)",
        "{leg} wirkt am schwächsten, es kann aber auch {other} sein (zu {chance_share} sicher)",
        "{leg} parece el más débil, pero puede ser {other} ({chance_share} de certeza)",
        "{leg} parece o mais fraco, mas pode ser {other} ({chance_share} de certeza)",
    ),
    "reputation.unsung": (
        "Better than our name: customers believe {believed}, we keep {measured}",
        "Besser als unser Ruf: Kunden glauben {believed}, wir halten {measured}",
        "Mejor que nuestra fama: los clientes creen {believed}, cumplimos {measured}",
        "Melhor que a nossa fama: os clientes acreditam {believed}, cumprimos {measured}",
    ),
    "reputation.deserved": (
        "Our name matches what we do: customers believe {believed}, we keep {measured}",
        "Unser Ruf entspricht unserem Tun: Kunden glauben {believed}, wir halten {measured}",
        "Nuestra fama corresponde a lo que hacemos: los clientes creen {believed}, cumplimos {measured}",
        "A nossa fama corresponde ao que fazemos: os clientes acreditam {believed}, cumprimos {measured}",
    ),
    "reputation.borrowed": (
        "Living on credit: customers believe {believed}, we keep {measured}",
        "Auf Kredit: Kunden glauben {believed}, wir halten {measured}",
        "Viviendo de crédito: los clientes creen {believed}, cumplimos {measured}",
        "Vivendo de crédito: os clientes acreditam {believed}, cumprimos {measured}",
    ),
    "reputation.too_few": (
        "Too few to compare belief and fact: {believed}; {measured}",
        "Zu wenige, um Glauben und Tun zu vergleichen: {believed}; {measured}",
        "Muy pocos para comparar lo creído y lo hecho: {believed}; {measured}",
        "Muito poucos para comparar o que se crê e o que se faz: {believed}; {measured}",
    ),
}  # fmt: skip

_EVERY: Final = _PHRASES | OVER_TIME | ABOUT_CUSTOMERS


def phrase(kind: str, locale: str = "en") -> str:
    """The phrase with its braces; "de-AT" and "pt_BR" speak their language."""
    language = locale.replace("_", "-").split("-", maxsplit=1)[0].lower()
    if language not in LOCALES:
        raise ValueError(f"No sentences for {locale!r}; use one of {', '.join(LOCALES)}.")
    return _EVERY[kind][LOCALES.index(language)]
