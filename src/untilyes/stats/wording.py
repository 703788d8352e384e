"""How a number is said aloud: rounded to what is known, in the reader's language.

English, German, Spanish and Portuguese. An unknown locale is an error, a regional one ("pt-BR") falls back
on its language. Nothing here computes a statistic.
"""

import math
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Phrases:
    """The words of one language. Numbers of `group_from` digits and more get a `thousands` sign."""

    decimal: str
    thousands: str
    group_from: int
    give_or_take: str
    between: str
    nothing_yet: str
    level: str
    verdicts: dict[str, str]
    was: str
    shown_equivalent: str
    not_excluded: str
    too_few: str
    point: str
    points: str
    times: tuple[str, ...]


PHRASES: Final[dict[str, Phrases]] = {
    "en": Phrases(
        decimal=".",
        thousands=",",
        group_from=4,
        give_or_take="{value}, give or take {margin}",
        between="{value}, plausibly {low} to {high}",
        nothing_yet="nothing to go by yet",
        level="{level} sure",
        verdicts={
            "better": "better",
            "worse": "worse",
            "no_real_change": "no real change",
            "too_few": "too few",
        },
        was="{after}, was {before}",
        shown_equivalent="any difference is within the {margin} that would matter",
        not_excluded="smaller changes cannot be ruled out",
        too_few="too few to tell",
        point="point",
        points="points",
        times=("seconds", "minutes", "hours", "days"),
    ),
    "de": Phrases(
        decimal=",",
        thousands=".",
        group_from=4,
        give_or_take="{value}, plus/minus {margin}",
        between="{value}, plausibel {low} bis {high}",
        nothing_yet="noch keine Grundlage",
        level="zu {level} sicher",
        verdicts={
            "better": "besser",
            "worse": "schlechter",
            "no_real_change": "keine echte Veränderung",
            "too_few": "zu wenige",
        },
        was="{after}, zuvor {before}",
        shown_equivalent="ein Unterschied bliebe unter der Schwelle ({margin}), ab der er zählt",
        not_excluded="kleinere Veränderungen sind nicht ausgeschlossen",
        too_few="zu wenige für ein Urteil",
        point="Punkt",
        points="Punkte",
        times=("Sekunden", "Minuten", "Stunden", "Tage"),
    ),
    "es": Phrases(
        decimal=",",
        thousands=".",
        group_from=5,
        give_or_take="{value}, con un margen de {margin}",
        between="{value}, plausible de {low} a {high}",
        nothing_yet="aún no hay datos",
        level="con {level} de confianza",
        verdicts={
            "better": "mejor",
            "worse": "peor",
            "no_real_change": "sin cambio real",
            "too_few": "muy pocos",
        },
        was="{after}, antes {before}",
        shown_equivalent="una diferencia quedaría por debajo del umbral de {margin} que importa",
        not_excluded="no se pueden descartar cambios menores",
        too_few="muy pocos para decidir",
        point="punto",
        points="puntos",
        times=("segundos", "minutos", "horas", "días"),
    ),
    "pt": Phrases(
        decimal=",",
        thousands=".",
        group_from=4,
        give_or_take="{value}, com margem de {margin}",
        between="{value}, plausível de {low} a {high}",
        nothing_yet="ainda não há dados",
        level="com {level} de confiança",
        verdicts={
            "better": "melhor",
            "worse": "pior",
            "no_real_change": "sem mudança real",
            "too_few": "muito poucos",
        },
        was="{after}, antes {before}",
        shown_equivalent="uma diferença ficaria abaixo do limite de {margin} que importa",
        not_excluded="mudanças menores não podem ser descartadas",
        too_few="muito poucos para decidir",
        point="ponto",
        points="pontos",
        times=("segundos", "minutos", "horas", "dias"),
    ),
}

_SECONDS: Final = (1, 60, 3600, 86400)


def phrases(locale: str) -> Phrases:
    """The words of `locale`; "de-AT" and "pt_BR" speak their language."""
    language = locale.replace("_", "-").split("-", maxsplit=1)[0].lower()
    if language not in PHRASES:
        raise ValueError(f"No wording for {locale!r}; use one of {', '.join(PHRASES)} or add it to wording.PHRASES.")
    return PHRASES[language]


def number(x: float, decimals: int, locale: str = "en", *, signed: bool = False) -> str:
    """`x` with the locale's signs, a true minus, and no "-0"."""
    words = phrases(locale)
    rounded = round(x, decimals) + 0.0
    whole, _, fraction = f"{abs(rounded):.{decimals}f}".partition(".")
    if len(whole) >= words.group_from:
        whole = f"{int(whole):,}".replace(",", words.thousands)
    sign = "−" if rounded < 0 else "+" if signed and rounded > 0 else ""
    return sign + whole + (words.decimal + fraction if fraction else "")


def decimals_known(margin: float) -> int:
    """How many decimals a number with this margin deserves: one digit of the margin is enough, at most 3."""
    if not math.isfinite(margin) or margin <= 0:
        return 0
    return min(3, max(0, math.ceil(-math.log10(margin / 0.95))))


@dataclass(frozen=True, slots=True)
class Scale:
    """How one unit is shown: multiply by `factor`, add `suffix`; `signed` puts a plus before gains.

    `fine` units keep a decimal below 10: "4.3", "1.8 days".
    """

    factor: float
    suffix: str
    signed: bool = False
    fine: bool = False

    def text(self, x: float, decimals: int, locale: str, *, suffix: bool = True, signed: bool | None = None) -> str:
        sign = self.signed if signed is None else signed
        return number(x * self.factor, decimals, locale, signed=sign) + (self.suffix if suffix else "")


def scale_for(unit: str, size: float, locale: str) -> Scale:
    """Shares as percent, net scores as signed points, seconds in the largest unit that leaves at least 1."""
    if unit == "share":
        return Scale(100.0, " %")
    if unit == "points":
        return Scale(1.0, "", signed=True)
    if unit == "seconds":
        place = max((i for i, s in enumerate(_SECONDS) if abs(size) >= s), default=0)
        return Scale(1.0 / _SECONDS[place], " " + phrases(locale).times[place], fine=True)
    bare = unit in ("score", "ratio", "")
    return Scale(1.0, "" if bare else f" {unit}", fine=bare)


def difference_scale(unit: str, size: float, locale: str) -> Scale:
    """Differences of shares and of net scores are both points."""
    if unit in ("share", "points"):
        words = phrases(locale)
        factor = 100.0 if unit == "share" else 1.0
        one = round(abs(size) * factor, 6) == 1
        return Scale(factor, " " + (words.point if one else words.points), signed=True)
    shown = scale_for(unit, size, locale)
    return Scale(shown.factor, shown.suffix, signed=True, fine=shown.fine)
