"""What customers write, in four languages: a core for each cause, with openings and endings in two moods.

`{p}` is a product, `{d}` a number of days. Product names are names, so that no grammar depends on them.
"""

from __future__ import annotations

PRODUCTS = ("Kestrel 40", "Tramo 28", "Lagom tent", "Norte jacket", "Brisa sleeping bag", "Pico boots", "Fjell stove")

# language -> mood ("bad", "good", or "plain" for requests) -> sentences; an empty one is silence
OPENINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "bad": ("", "Really disappointed.", "I expected more.", "Not good enough.", "Third order and now this."),
        "good": ("", "Thank you!", "Very happy.", "Great experience.", "As always, excellent."),
        "plain": ("Hello,", "Hi,", ""),
    },
    "de": {
        "bad": ("", "Ich bin enttäuscht.", "Das geht besser.", "Schade.", "Dritte Bestellung und jetzt das."),
        "good": ("", "Vielen Dank!", "Sehr zufrieden.", "Alles bestens.", "Wie immer ausgezeichnet."),
        "plain": ("Hallo,", "Guten Tag,", ""),
    },
    "es": {
        "bad": ("", "Muy decepcionado.", "Esperaba más.", "No es suficiente.", "Tercer pedido y ahora esto."),
        "good": ("", "¡Gracias!", "Muy contento.", "Una gran experiencia.", "Excelente, como siempre."),
        "plain": ("Hola,", "Buenos días,", ""),
    },
    "pt": {
        "bad": ("", "Muito desiludido.", "Esperava mais.", "Não é suficiente.", "Terceira encomenda e agora isto."),
        "good": ("", "Obrigado!", "Muito satisfeito.", "Uma ótima experiência.", "Excelente, como sempre."),
        "plain": ("Olá,", "Bom dia,", ""),
    },
}
ENDINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "bad": ("", "Please fix this.", "I am still waiting for an answer.", "I will think twice next time."),
        "good": ("", "I will be back.", "Keep it up.", "I told my friends."),
        "plain": ("Thanks in advance.", "", "Best regards"),
    },
    "de": {
        "bad": ("", "Bitte kümmern Sie sich darum.", "Ich warte noch auf eine Antwort.", "Nächstes Mal woanders."),
        "good": ("", "Gerne wieder.", "Weiter so.", "Habe ich schon weiterempfohlen."),
        "plain": ("Danke im Voraus.", "", "Viele Grüße"),
    },
    "es": {
        "bad": ("", "Por favor, arréglenlo.", "Sigo esperando una respuesta.", "La próxima vez lo pensaré."),
        "good": ("", "Volveré.", "Sigan así.", "Ya se lo he recomendado a mis amigos."),
        "plain": ("Gracias de antemano.", "", "Saludos"),
    },
    "pt": {
        "bad": ("", "Por favor, resolvam isto.", "Continuo à espera de uma resposta.", "Da próxima vez penso melhor."),
        "good": ("", "Vou voltar.", "Continuem assim.", "Já recomendei aos meus amigos."),
        "plain": ("Obrigado desde já.", "", "Cumprimentos"),
    },
}
CORES: dict[str, dict[str, tuple[str, ...]]] = {
    "late": {
        "en": ("The parcel came {d} days late.", "You promised five days, my {p} arrived {d} days after that.",
               "Delivery was late and we had already left on our trip."),
        "de": ("Das Paket kam {d} Tage zu spät.", "Fünf Tage versprochen, {p} kam {d} Tage danach.",
               "Die Lieferung kam erst, als wir schon unterwegs waren."),
        "es": ("El paquete llegó {d} días tarde.", "Prometieron cinco días y {p} llegó {d} días después.",
               "La entrega llegó cuando ya habíamos salido de viaje."),
        "pt": ("A encomenda chegou {d} dias atrasada.", "Prometeram cinco dias e {p} chegou {d} dias depois.",
               "A entrega chegou quando já tínhamos partido de viagem."),
    },
    "damaged": {
        "en": ("{p} arrived with a torn seam.", "The box was crushed and {p} is damaged."),
        "de": ("{p} kam mit gerissener Naht an.", "Der Karton war zerdrückt und {p} beschädigt."),
        "es": ("{p} llegó con la costura rota.", "La caja estaba aplastada y {p} dañado."),
        "pt": ("{p} chegou com a costura rasgada.", "A caixa vinha esmagada e {p} danificado."),
    },
    "wrong_item": {
        "en": ("I ordered {p} and got something else.", "Wrong size in the box."),
        "de": ("Ich hatte {p} bestellt und etwas anderes bekommen.", "Falsche Größe im Karton."),
        "es": ("Pedí {p} y recibí otra cosa.", "La talla del paquete no es la que pedí."),
        "pt": ("Pedi {p} e recebi outra coisa.", "O tamanho na caixa está errado."),
    },
    "careless_drop": {
        "en": ("The courier left the parcel in the rain.", "The parcel was left with a neighbour nobody knows."),
        "de": ("Der Bote hat das Paket im Regen stehen lassen.", "Das Paket liegt bei Nachbarn, die keiner kennt."),
        "es": ("El repartidor dejó el paquete bajo la lluvia.", "Dejaron el paquete con un vecino que nadie conoce."),
        "pt": ("O estafeta deixou a encomenda à chuva.", "Deixaram a encomenda num vizinho que ninguém conhece."),
    },
    "website": {
        "en": ("The checkout froze twice.", "The app lost my basket."),
        "de": ("Die Kasse ist zweimal hängen geblieben.", "Die App hat meinen Warenkorb verloren."),
        "es": ("El pago se bloqueó dos veces.", "La aplicación perdió mi cesta."),
        "pt": ("O pagamento bloqueou duas vezes.", "A aplicação perdeu o meu carrinho."),
    },
    "unclear": {
        "en": ("I still do not understand what happens next.", "The explanation did not help me."),
        "de": ("Ich verstehe immer noch nicht, wie es weitergeht.", "Die Erklärung hat mir nicht geholfen."),
        "es": ("Sigo sin entender qué pasa ahora.", "La explicación no me ayudó."),
        "pt": ("Continuo sem perceber o que acontece a seguir.", "A explicação não me ajudou."),
    },
    "wrong_price": {
        "en": ("The price at checkout was not the price shown.", "The discount for {p} was not applied."),
        "de": ("Der Preis an der Kasse war nicht der angezeigte.", "Der Rabatt auf {p} wurde nicht abgezogen."),
        "es": ("El precio al pagar no era el anunciado.", "No aplicaron el descuento de {p}."),
        "pt": ("O preço no pagamento não era o anunciado.", "O desconto de {p} não foi aplicado."),
    },
    "slow_money": {
        "en": ("I am still waiting for my money.", "The refund for {p} took far too long."),
        "de": ("Ich warte noch immer auf mein Geld.", "Die Erstattung für {p} hat viel zu lange gedauert."),
        "es": ("Sigo esperando mi dinero.", "El reembolso de {p} tardó demasiado."),
        "pt": ("Ainda estou à espera do meu dinheiro.", "O reembolso de {p} demorou demasiado."),
    },
    "asked_twice": {
        "en": ("You asked for the receipt I had already sent.", "The new form wants the same photos again and again.",
               "I had to explain the return of {p} three times."),
        "de": ("Sie verlangen den Beleg, den ich schon geschickt hatte.",
               "Das neue Formular will immer wieder dieselben Fotos.", "Ich musste die Rückgabe dreimal erklären."),
        "es": ("Piden el recibo que ya había enviado.", "El nuevo formulario pide las mismas fotos una y otra vez.",
               "Tuve que explicar la devolución tres veces."),
        "pt": ("Pedem o recibo que já tinha enviado.", "O novo formulário pede as mesmas fotos vezes sem conta.",
               "Tive de explicar a devolução três vezes."),
    },
    "no_answer": {
        "en": ("Nobody answered my question.", "I got a standard text instead of an answer."),
        "de": ("Niemand hat meine Frage beantwortet.", "Statt einer Antwort kam ein Standardtext."),
        "es": ("Nadie respondió a mi pregunta.", "Recibí un texto genérico en lugar de una respuesta."),
        "pt": ("Ninguém respondeu à minha pergunta.", "Recebi um texto genérico em vez de uma resposta."),
    },
    "rude": {
        "en": ("I was treated as if I were lying.", "The tone was cold and impatient."),
        "de": ("Man hat mich behandelt, als würde ich lügen.", "Der Ton war kalt und ungeduldig."),
        "es": ("Me trataron como si mintiera.", "El tono fue frío e impaciente."),
        "pt": ("Trataram-me como se estivesse a mentir.", "O tom foi frio e impaciente."),
    },
    "overcharged": {
        "en": ("I was charged twice for {p}.", "The invoice contains a fee nobody mentioned."),
        "de": ("{p} wurde doppelt abgebucht.", "Auf der Rechnung steht eine Gebühr, von der nie die Rede war."),
        "es": ("Me cobraron {p} dos veces.", "La factura incluye un cargo que nadie mencionó."),
        "pt": ("Cobraram-me {p} duas vezes.", "A fatura inclui uma taxa que ninguém mencionou."),
    },
    "wrong_advice": {
        "en": ("The size you recommended does not fit.", "I was told {p} is waterproof. It is not."),
        "de": ("Die empfohlene Größe passt nicht.", "Man sagte mir, {p} sei wasserdicht. Stimmt nicht."),
        "es": ("La talla recomendada no me queda bien.", "Me dijeron que {p} es impermeable. No lo es."),
        "pt": ("O tamanho recomendado não serve.", "Disseram-me que {p} é impermeável. Não é."),
    },
    "repair_failed": {
        "en": ("{p} broke again after the repair.", "It came back from the workshop with the same fault."),
        "de": ("{p} ist nach der Reparatur wieder kaputt.", "Kam mit demselben Fehler aus der Werkstatt zurück."),
        "es": ("{p} se rompió otra vez tras la reparación.", "Volvió del taller con el mismo fallo."),
        "pt": ("{p} avariou outra vez depois da reparação.", "Voltou da oficina com o mesmo defeito."),
    },
    "slow_repair": {
        "en": ("The repair has taken {d} weeks.", "No news from the workshop for {d} weeks."),
        "de": ("Die Reparatur dauert schon {d} Wochen.", "Seit {d} Wochen nichts aus der Werkstatt gehört."),
        "es": ("La reparación lleva {d} semanas.", "Sin noticias del taller desde hace {d} semanas."),
        "pt": ("A reparação já leva {d} semanas.", "Sem notícias da oficina há {d} semanas."),
    },
    "fast": {
        "en": ("Quick and without fuss.", "Everything went faster than I expected."),
        "de": ("Schnell und unkompliziert.", "Es ging schneller als erwartet."),
        "es": ("Rápido y sin complicaciones.", "Todo fue más rápido de lo que esperaba."),
        "pt": ("Rápido e sem complicações.", "Foi tudo mais rápido do que esperava."),
    },
    "people": {
        "en": ("The colleague on the other end really listened.", "Friendly people who know their gear."),
        "de": ("Die Kollegin hat wirklich zugehört.", "Freundliche Leute, die ihre Ausrüstung kennen."),
        "es": ("La persona que me atendió escuchó de verdad.", "Gente amable que conoce su material."),
        "pt": ("A pessoa que me atendeu ouviu mesmo.", "Gente simpática que conhece o material."),
    },
    "product": {
        "en": ("{p} is exactly what I needed.", "{p} held up for two weeks in the rain."),
        "de": ("{p} ist genau das Richtige.", "{p} hat zwei Wochen Regen ausgehalten."),
        "es": ("{p} es justo lo que necesitaba.", "{p} aguantó dos semanas de lluvia."),
        "pt": ("{p} é exatamente o que eu precisava.", "{p} aguentou duas semanas de chuva."),
    },
    "ask_refund": {
        "en": ("I would like to return {p}. How does it work?", "When will the money for {p} be back?"),
        "de": ("ich möchte {p} zurückgeben, wie geht das?", "wann kommt das Geld für {p} zurück?"),
        "es": ("quiero devolver {p}, ¿cómo se hace?", "¿cuándo recibiré el dinero de {p}?"),
        "pt": ("quero devolver {p}, como se faz?", "quando recebo o dinheiro de {p}?"),
    },
    "ask_billing": {
        "en": ("I need the invoice in my company's name.", "What is this charge on my card?"),
        "de": ("ich brauche die Rechnung auf meine Firma.", "was ist das für eine Abbuchung?"),
        "es": ("necesito la factura a nombre de mi empresa.", "¿qué es este cargo en mi tarjeta?"),
        "pt": ("preciso da fatura em nome da minha empresa.", "o que é esta cobrança no meu cartão?"),
    },
    "ask_advice": {
        "en": ("which size of {p} fits me at 1.78 m?", "is {p} right for {d} days in the mountains?"),
        "de": ("welche Größe brauche ich bei {p} mit 1,78 m?", "reicht {p} für {d} Tage in den Bergen?"),
        "es": ("¿qué talla de {p} necesito si mido 1,78 m?", "¿sirve {p} para {d} días en la montaña?"),
        "pt": ("que tamanho de {p} preciso com 1,78 m?", "{p} serve para {d} dias na montanha?"),
    },
    "ask_repair": {
        "en": ("the zip of {p} is broken, can you repair it?", "how long does a repair of {p} take?"),
        "de": ("der Reißverschluss von {p} ist kaputt, reparieren Sie das?", "wie lange dauert die Reparatur von {p}?"),
        "es": ("la cremallera de {p} está rota, ¿la arreglan?", "¿cuánto tarda la reparación de {p}?"),
        "pt": ("o fecho de {p} está partido, reparam?", "quanto tempo demora a reparação de {p}?"),
    },
}  # fmt: skip
PRAISES = frozenset({"fast", "people", "product"})
