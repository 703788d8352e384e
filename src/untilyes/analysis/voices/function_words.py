"""Words that say how, not what: for the languages of the product by name, for all others by how common they are."""

from collections.abc import Sequence
from typing import Final

from untilyes.analysis.voices.tokens import FUNCTION_WORDS, find_common

_ENGLISH = """
a about after again all already also am an and any anyone anything are aren't as at away b back be because been before
being both but by c can can't cant come could couldn't d did didn't do does doesn't doing don't done dont down each
else even ever every everyone everything few for from get gets getting give go goes going gone gonna got guys had has
hasn't have haven't having he her here hers hey hi him his how how's i i'd i'll i'm i've if im in into is isn't it
it's its ive just keep know let let's like ll made make many maybe me more most much must my myself n need never new
no nor not now of off oh ok on once one only or other our out over own pls please put r re really right s said same
say says see seem she should since so some someone something still such sure t take tell than that that's the their
them then there there's these they they're they've thing things think this those though through to today too try
trying two u ur until up us use ve very via want wanted was wasn't way we we're we've well were what what's when where
which while who why will with within without won't would wouldn't y'all ya yes yet you you'd you'll you're you've your
yours yourself
"""
_GERMAN = """
aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bereits bin bis bisher bist
bitte da dabei dafür damit danach dann daran darauf das dass dazu dein dem den denn der des dich die dies diese diesem
diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines einfach einmal er es etwas euch euer für
ganz gar gegen geht gibt habe haben hat hatte hatten hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in
ins ist ja jede jedem jeden jeder jedes jetzt kann kein keine keinem keinen keiner kommt können könnte leider machen
man mehr mein meine meinem meinen meiner mich mir mit mittlerweile mal nach nicht nichts noch nun nur ob oder ohne
schon sehr sein seine seit selbst sich sie sind so sogar sollte soll statt trotz über um und uns unser unsere unter
viel vom von vor war waren warum was weder weil wenn wer werden wie wieder will wir wird wo worden wurde wurden zu zum
zur zwei
"""
_SPANISH = """
a al algo alguien ante antes aquí así aún aunque bien cada casi como cómo con cual cuál cuando cuándo de del desde
donde dos durante e el él ella ellos en entre era es esa ese eso esta está están estaba este esto estos estoy fue
fueron fui ha había hace hacer han has hasta hay he ir la las le les lo los más me mi mis mucho muy nada nadie ni no
nos nosotros o otra otro para pero poco por porque que qué quien quién se sea ser si sí sido siempre sin sobre solo
sólo son soy su sus también tan tengo te tiene tienen todo todos tras tu un una uno unos usted ustedes va vez y ya yo
"""
_PORTUGUESE = """
a à ainda algo alguém ao aos apenas as às até bem cada com como da das de dela dele depois desde do dos e é ela ele
eles em entre era essa esse está estão estava este esta estou eu faz fazer foi foram fui há isso isto já lá lhe mais
mas me mesmo meu meus minha minhas muito na nada nas nem nenhum no nos nós num numa não nao o os ou outra outro para
pela pelo pois por porém porque pra qual quando que quem se sem sempre ser será seu seus só so sou sua suas também
tambem tão tem tenho ter teve tinha todo todos tudo um uma uns vai vez você vocês vou
"""
_FRENCH = """
a à ai au aucun aussi autre aux avais avait avant avec avez bien c'est car ce cela ces cet cette ceux chez comme
comment d'un d'une dans de depuis des deux donc du elle elles en encore est et été être eu fait faire ils il j'ai je
l'on la le les leur lui ma mais me même mes moi mon n'ai n'est ne ni nos notre nous on ont ou où par pas peu peut plus
pour pourquoi près qu'il qu'on quand que quel quelle qui quoi s'est sa sans se ses si son sont sous suis sur ta te tes
ton toujours tous tout toute très trop tu un une va vais vers votre vous y
"""
KNOWN: Final = {
    language: frozenset(words.split())
    for language, words in {
        "en": _ENGLISH, "de": _GERMAN, "es": _SPANISH, "pt": _PORTUGUESE, "fr": _FRENCH,
    }.items()
}  # fmt: skip


def find_function_words(words: Sequence[Sequence[str]]) -> frozenset[str]:
    """The function words of these texts: of the known language they are written in, else the commonest words.

    The language is the one whose function words make up most of the running words, and at least a fifth of them; what
    a source says about its texts is not relied on.
    """
    language = find_language(words)
    if language:
        return KNOWN[language]
    vocabulary = {word for one in words for word in one}
    return find_common(words, most=min(len(vocabulary) // 50, FUNCTION_WORDS))


def find_language(words: Sequence[Sequence[str]]) -> str:
    """en, de, es, pt or fr when it is plainly one of them, else nothing.

    >>> find_language(["a entrega chegou atrasada e ainda não tenho o pedido".split()])
    'pt'
    >>> find_language([["返金", "金が"]])
    ''
    """
    running = [word for one in words for word in one]
    shares = sorted(
        (sum(word in known for word in running) / max(len(running), 1), name) for name, known in KNOWN.items()
    )
    best, language = shares[-1]
    return language if best >= 0.2 else ""
