"""The words by which wishes, questions and plans to leave are known, per language; see `kinds`.

One cue between bars, as a regular expression that begins at a word; lines only break between cues.
"""

from collections.abc import Mapping
from typing import Final

WISHES: Final[Mapping[str, str]] = {
    "en": r"""
        i wish | we wish | would be (?:nice|great|good|helpful|better|useful|awesome|cool)
        would (?:love|like) (?:to see|an?\b|more\b)
        (?:please|pls|plz) (?:add|bring|offer|make|allow|consider|introduce|improve|provide|include|let)
        (?:you|they|there) (?:should|could) (?:really )?(?:add|have|offer|make|allow|include|provide|bring|let|be)\b
        could you (?:please )?(?:add|bring|offer|make|allow|consider|introduce|improve|provide|include)
        (?:you|they) (?:guys )?need to (?:add|offer|improve|bring|have) | if only | wish (?:you|they|there)
        why (?:don't|can't|not) (?:you|they|we) (?:have|offer|add|just) | suggest(?:ion)?\b
        feature request | it'd be (?:nice|great)
    """,
    "de": r"""
        ich wünsch | wünsche mir | würde mir | wünschenswert
        wäre (?:schön|gut|toll|super|hilfreich|praktisch|besser|klasse)
        bitte (?:führt|führen|macht|machen sie|bietet|bieten sie|ergänz|baut|bauen sie)
        (?:ihr|sie|man) (?:solltet|sollten|sollte|könntet|könnten|könnte)\b | verbesserungsvorschlag
        vorschlag | mir fehlt | es fehlt (?:eine?|die) (?:möglichkeit|funktion) | schön wäre
        warum gibt es (?:keine?n?)
    """,
    "es": r"""
        me gustaría | nos gustaría | desearía | ojalá
        sería (?:bueno|genial|ideal|útil|mejor|conveniente|perfecto) | estaría (?:bien|genial)
        por favor (?:añad|agreg|incluy|ofrez|pong|permit) | deberían | debería haber | podrían | sugier
        sugerencia | hace falta | echo de menos
    """,
    "pt": r"""
        gostaria (?:que|de ter|muito) | gostaríamos | seria (?:bom|ótimo|legal|interessante|melhor|ideal)
        tomara que | quem dera | por favor (?:adicion|coloqu|inclu|ofereç|disponibiliz|melhor) | deveriam?\b
        poderiam?\b | sugiro | sugestão | sinto falta
    """,
    "fr": r"""
        j'aimerais | on aimerait | je souhait | ce serait (?:bien|super|mieux|top|génial|pratique)
        il serait (?:bien|bon|souhaitable) | s'il vous plaît (?:ajout|propos|mett) | vous devriez
        vous pourriez | il faudrait | dommage qu'il n'y ait | suggestion | il manque
    """,
}
"""Cues of what somebody asks for."""

QUESTIONS: Final[Mapping[str, str]] = {
    "en": r"""
        how (?:do|can|could|long|much|many|would|should|does) | what (?:is|are|time|do|does|happens)
        when (?:is|will|do|does|can|are) | where (?:is|can|do|are) | can (?:i|we|you|someone|anyone)
        is (?:it|there|this|my) | are (?:there|you) | do (?:you|i|we) | does | which | who (?:can|do)
        why (?:is|are|do|does|did|can't|won't) | could (?:you|i) | will (?:you|my|the)
        any (?:update|idea|chance|way)
    """,
    "de": r"""
        wie (?:kann|lange|viel|oft|geht|komme|bekomme|lautet) | was (?:ist|kostet|passiert|muss|kann) | wann
        wo\b | wohin | warum | wieso | weshalb | welche[rsn]? | kann (?:ich|man) | können (?:sie|wir)
        gibt es | ist (?:es|das|mein) | muss (?:ich|man)
    """,
    "es": r"""
        cómo | qué | cuándo | cuánto | dónde | por qué | cuál | puedo | se puede | podéis | hay\b
    """,
    "pt": r"""
        como\b | o que | quando | quanto | onde | por que | por quê | qual | posso | tem como | vocês | há\b
    """,
    "fr": r"""
        comment | quand | combien | où | pourquoi | quel(?:le)?s? | puis-je | peut-on | pouvez-vous
        est-ce que | y a-t-il
    """,
}
"""Cues of how a question that wants an answer begins."""

LEAVINGS: Final[Mapping[str, str]] = {
    "en": r"""
        never (?:again|order|buy|shop|fly|use|flying|buying|using|ordering) | last time
        switch(?:ing|ed)? to | cancel(?:l?ing|l?ed)? my (?:account|subscription|contract|membership)
        lost (?:a|my|me as a) (?:customer|business) | goodbye | won't be back | take my business
    """,
    "de": r"""
        nie wieder | nie mehr | letztes mal | wechs[el]+ (?:zu|den anbieter) | kündig
        nicht (?:mehr|noch einmal) bestell | als kund(?:e|in) verloren
    """,
    "es": r"""
        nunca más | última vez | no vuelvo | no volveré | me (?:cambio|paso) a | darme de baja
        cancel(?:o|ar) mi
    """,
    "pt": r"""
        nunca mais | última vez | não (?:compro|volto|compraria|recomendo) mais | vou (?:cancelar|trocar)
        cancelar minha
    """,
    "fr": r"""
        plus jamais | dernière fois | je (?:résilie|change) | résili(?:er|ation)
        ne (?:commander|reviendr)ai plus
    """,
}
"""Cues of that somebody has had enough."""
