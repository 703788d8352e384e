"""What every estimator returns: frozen results that can say themselves aloud.

Units. ``share`` is 0..1 and is said in percent; ``points`` is a net score on -100..+100; ``seconds`` is said
in the largest fitting unit; ``score`` is a mean on the scale it was asked on; ``ratio`` is a quotient.
Anything else is written behind the number as it stands.
"""

import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from untilyes.stats import wording


class Verdict(StrEnum):
    """What may be said about a change. Direction is already in it: better is better, whatever the sign."""

    BETTER = "better"
    WORSE = "worse"
    NO_REAL_CHANGE = "no_real_change"
    TOO_FEW = "too_few"

    @property
    def label(self) -> str:
        """In English, for a person: "no real change"."""
        return self.sentence()

    def sentence(self, locale: str = "en") -> str:
        """The verdict in words of `locale` (en, de, es, pt)."""
        return wording.phrases(locale).verdicts[self.value]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number and how sure we are of it.

    `value`, `low`, `high` are None where the data define nothing (nobody answered). `n` is the count of
    answers, or the effective count when they are weighted. `level` is the confidence of the interval. `why`
    tells why this method was picked, when a chooser picked it.

    >>> print(Estimate(0.81, 0.788, 0.832, 1203, "wilson"))
    81 %, give or take 2 (n = 1,203)
    >>> print(Estimate(None, None, None, 0, "wilson"))
    nothing to go by yet (n = 0)
    """

    value: float | None
    low: float | None
    high: float | None
    n: float
    method: str
    level: float = 0.95
    unit: str = "share"
    why: str = ""

    @property
    def is_defined(self) -> bool:
        """Whether there is a number at all."""
        return self.value is not None

    @property
    def margin(self) -> float | None:
        """The longer arm of the interval: "give or take"; None when undefined, infinite when open."""
        if self.value is None or self.low is None or self.high is None:
            return None
        return max(self.high - self.value, self.value - self.low)

    @property
    def width(self) -> float | None:
        """High minus low; None when undefined."""
        return None if self.low is None or self.high is None else self.high - self.low

    def to_dict(self) -> dict[str, Any]:
        """Plain types, ready for JSON or a data frame."""
        return asdict(self)

    def sentence(self, locale: str = "en") -> str:
        """ "81 %, give or take 2 (n = 1,203)"; with lopsided intervals "3 %, plausibly 1 to 17 (n = 29)"."""
        words = wording.phrases(locale)
        tail = f"n = {wording.number(self.n, 0, locale)}"
        if not math.isclose(self.level, 0.95):
            share = wording.scale_for("share", self.level, locale)
            tail += ", " + words.level.format(level=share.text(self.level, _level_decimals(self.level), locale))
        return f"{self._spread(locale)} ({tail})"

    def _spread(self, locale: str) -> str:
        words = wording.phrases(locale)
        if self.value is None:
            return words.nothing_yet
        scale = wording.scale_for(self.unit, self.value, locale)
        return _with_interval(self.value, self.low, self.high, scale, locale)

    def brief(self, locale: str = "en", *, decimals: int | None = None) -> str:
        """The value alone, rounded to what its interval allows: "81 %"."""
        if self.value is None:
            return "–"
        scale = wording.scale_for(self.unit, self.value, locale)
        known = wording.decimals_known((self.margin or 0.0) * scale.factor)
        return scale.text(self.value, known if decimals is None else decimals, locale)

    def __str__(self) -> str:
        return self.sentence()


@dataclass(frozen=True, slots=True)
class Change:
    """After minus before, its interval, and what may be said.

    `delta`, `low`, `high` and `p` are None when one side has no data. `equivalent` is True when the change is
    shown to be smaller than `margin`, the smallest change that would matter; "no real change" without it
    means that none was seen, not that there was none.

    >>> before = Estimate(0.78, 0.757, 0.802, 1300, "wilson")
    >>> after = Estimate(0.81, 0.788, 0.832, 1203, "wilson")
    >>> print(Change(0.03, -0.0015, 0.0615, Verdict.NO_REAL_CHANGE, before, after, "newcombe", 0.063))
    No real change: 81 %, was 78 % (+3 points, give or take 3); smaller changes cannot be ruled out
    """

    delta: float | None
    low: float | None
    high: float | None
    verdict: Verdict
    before: Estimate
    after: Estimate
    method: str
    p: float | None
    level: float = 0.95
    equivalent: bool = False
    margin: float | None = None
    why: str = ""

    @property
    def unit(self) -> str:
        """The unit of both sides."""
        return self.after.unit

    @property
    def is_real(self) -> bool:
        """Better or worse."""
        return self.verdict in (Verdict.BETTER, Verdict.WORSE)

    def to_dict(self) -> dict[str, Any]:
        """Plain types, ready for JSON; the two sides are nested."""
        return asdict(self) | {"verdict": self.verdict.value, "unit": self.unit}

    def sentence(self, locale: str = "en") -> str:
        """The verdict first, then the numbers it rests on."""
        words = wording.phrases(locale)
        head = self.verdict.sentence(locale)
        if self.verdict is Verdict.TOO_FEW:
            counts = " + ".join(wording.number(e.n, 0, locale) for e in (self.before, self.after))
            return f"{_capital(words.too_few)} (n = {counts})"
        if self.delta is None:
            return _capital(head)
        sides = words.was.format(after=self.after.brief(locale), before=self.before.brief(locale))
        scale = wording.difference_scale(self.unit, self._shown_size(), locale)
        told = f"{_capital(head)}: {sides} ({_with_interval(self.delta, self.low, self.high, scale, locale)})"
        if self.verdict is not Verdict.NO_REAL_CHANGE:
            return told
        if self.equivalent and self.margin is not None:
            scale = wording.difference_scale(self.unit, self.margin, locale)
            decimals = wording.decimals_known(self.margin * scale.factor)
            unsigned = scale.text(self.margin, decimals, locale, signed=False)
            return f"{told}; {words.shown_equivalent.format(margin=unsigned)}"
        return f"{told}; {words.not_excluded}"

    def _shown_size(self) -> float:
        """The delta as it will be rounded, so that "+1 point" is singular and "+1.2 points" is not."""
        factor = wording.difference_scale(self.unit, 0.0, "en").factor
        arms = [abs(x - (self.delta or 0.0)) for x in (self.low, self.high) if x is not None and math.isfinite(x)]
        return round((self.delta or 0.0) * factor, wording.decimals_known(max(arms, default=0.0) * factor)) / factor

    def __str__(self) -> str:
        return self.sentence()


def _with_interval(value: float, low: float | None, high: float | None, scale: wording.Scale, locale: str) -> str:
    """ "give or take" when both arms read the same, "plausibly … to …" when they do not or one is open."""
    words = wording.phrases(locale)
    if low is None or high is None:
        return scale.text(value, wording.decimals_known(abs(value * scale.factor) / 50), locale)
    arms = [abs(value - low), abs(high - value)]
    finite = [a for a in arms if math.isfinite(a)]
    decimals = wording.decimals_known(max(finite, default=0.0) * scale.factor)
    if scale.fine and abs(value * scale.factor) < 10:
        decimals = max(decimals, 1)
    shown = scale.text(value, decimals, locale)
    read = {round(a * scale.factor, decimals) for a in arms}
    if len(finite) == 2 and (len(read) == 1 or max(arms) <= 1.2 * min(arms)):
        margin = scale.text(max(arms), decimals, locale, suffix=False, signed=False)
        return words.give_or_take.format(value=shown, margin=margin)
    ends = [scale.text(x, decimals, locale, suffix=False) if math.isfinite(x) else "∞" for x in (low, high)]
    return words.between.format(value=shown, low=ends[0], high=ends[1])


def _level_decimals(level: float) -> int:
    return 0 if math.isclose(round(level, 2), level) else 1


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
