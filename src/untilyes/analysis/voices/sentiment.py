"""How a comment sounds, learned from the customers themselves: their own words beside their own answers.

Words and pairs of words, and runs of two to five characters inside words (which need no dictionary), are weighed by
TF-IDF; a linear support vector machine that gives every class the same weight draws the line between them. How likely a
class is comes from a second step that sees comments the first did not learn from and keeps the classes as common as
they are (Platt 1999). How good it is, is measured on comments held out, where texts that say the same are never on
both sides.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from untilyes.analysis.voices.folding import fold
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_share

FEWEST: Final = 50
"""A class with fewer comments is not learned."""
HELD_OUT: Final = 0.2
DRAWS: Final = 400
WORD: Final = r"(?u)\b\w+\b"


@dataclass(frozen=True)
class Quality:
    """How well it tells the classes apart, measured on `n` comments it did not learn from.

    `brier` is the mean squared error of the chances, `brier_by_share` that of always naming each class's share.
    """

    n: int
    learned_from: int
    accuracy: Estimate
    macro_f1: Estimate
    commonest: float
    brier: float
    brier_by_share: float

    @property
    def learned_something(self) -> bool:
        """Whether its chances are better than naming the shares."""
        return self.brier < self.brier_by_share


@dataclass(frozen=True)
class Sentiment:
    """What has been learned: classes, and how well. Ask it with `tell` and `weigh`."""

    classes: tuple[str, ...]
    quality: Quality
    _words: Any
    _model: Any

    def tell(self, texts: Sequence[str]) -> list[str]:
        """The class each text sounds like most."""
        return [str(label) for label in self._model.tell(self._words.transform(texts))] if texts else []

    def weigh(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """How likely each class is (columns in the order of `classes`), per text."""
        return self._model.weigh(self._words.transform(texts)) if texts else np.zeros((0, len(self.classes)))


def learn_sentiment(texts: Sequence[str], labels: Sequence[str], *, seed: int = 0) -> Sentiment | None:
    """Learn to tell the labels from the texts of one language; None when there is nothing to learn from yet.

    Labels with fewer than 50 comments are left out, and there must be two. The same texts in the same order teach the
    same. One comment in five is held out to measure with, then everything is learned from.
    """
    counted = Counter(labels)
    classes = tuple(sorted(label for label, n in counted.items() if n >= FEWEST))
    if len(classes) < 2:
        return None
    kept = [place for place, label in enumerate(labels) if label in classes]
    said = [texts[place] for place in kept]
    told = np.array([labels[place] for place in kept])
    groups = _group(said)
    held = _hold_out(groups, seed)
    if set(told[held]) != set(classes) or min(Counter(told[~held].tolist()).values(), default=0) < 10:
        return None
    words, model = _fit([one for one, out in zip(said, held, strict=True) if not out], told[~held], groups[~held])
    apart = words.transform([one for one, out in zip(said, held, strict=True) if out])
    quality = _measure(told[held], model.tell(apart), model.weigh(apart), classes, len(said), seed)
    words, model = _fit(said, told, groups)
    return Sentiment(classes, quality, words, model)


@dataclass(frozen=True)
class _Model:
    """The line between the classes, and what a distance from it is worth as a chance."""

    line: Any
    chance: Any

    def tell(self, rows: Any) -> npt.NDArray[np.str_]:
        return np.asarray(self.line.predict(rows))

    def weigh(self, rows: Any) -> npt.NDArray[np.float64]:
        return np.asarray(self.chance.predict_proba(_distances(self.line, rows)))


def _fit(texts: Sequence[str], labels: npt.NDArray[np.str_], groups: npt.NDArray[np.int64]) -> tuple[Any, _Model]:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - a second that no page needs to start
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.pipeline import make_union  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    words = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=WORD),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2),
    )
    rows = words.fit_transform(texts)
    line = LinearSVC(C=0.5, class_weight="balanced", random_state=0, dual=True, max_iter=3000)
    turn = groups % 3
    seen, true = [], []
    for third in range(3):
        inside, outside = turn != third, turn == third
        if outside.any() and set(labels[inside]) == set(labels):
            seen.append(_distances(line.fit(rows[inside], labels[inside]), rows[outside]))
            true.append(labels[outside])
    chance = LogisticRegression(max_iter=1000).fit(np.vstack(seen), np.concatenate(true))
    return words, _Model(line.fit(rows, labels), chance)


def _distances(line: Any, rows: Any) -> npt.NDArray[np.float64]:
    found = np.asarray(line.decision_function(rows))
    return found[:, None] if found.ndim == 1 else found


def _group(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    number: dict[str, int] = {}
    return np.array([number.setdefault(fold(text), len(number)) for text in texts])


def _hold_out(groups: npt.NDArray[np.int64], seed: int) -> npt.NDArray[np.bool_]:
    drawn: npt.NDArray[np.bool_] = np.random.default_rng(seed).random(int(groups.max()) + 1) < HELD_OUT
    return drawn[groups]


def _measure(
    true: npt.NDArray[np.str_],
    told: npt.NDArray[np.str_],
    chances: npt.NDArray[np.float64],
    classes: tuple[str, ...],
    learned_from: int,
    seed: int,
) -> Quality:
    actual = (true[:, None] == np.array(classes)).astype(float)
    guessed = (told[:, None] == np.array(classes)).astype(float)
    shares = actual.mean(axis=0)
    rng = np.random.default_rng(seed)
    again = [rng.integers(0, len(true), len(true)) for _ in range(DRAWS)]
    low, high = np.quantile([measure_f1(actual[rows], guessed[rows]) for rows in again], [0.025, 0.975])
    return Quality(
        n=len(true),
        learned_from=learned_from,
        accuracy=estimate_share(int((true == told).sum()), len(true)),
        macro_f1=Estimate(
            measure_f1(actual, guessed), float(low), float(high), len(true), "bootstrap percentile", unit="ratio"
        ),
        commonest=float(shares.max()),
        brier=float(((chances - actual) ** 2).sum(axis=1).mean()),
        brier_by_share=float(((shares - actual) ** 2).sum(axis=1).mean()),
    )


def measure_f1(actual: npt.NDArray[np.float64], told: npt.NDArray[np.float64]) -> float:
    """Macro-F1 of indicator columns, one a class: the mean of ``2 TP / (2 TP + FP + FN)``, 0 where undefined.

    >>> measure_f1(np.array([[1.0, 0], [1, 0], [0, 1]]), np.array([[1.0, 0], [0, 1], [0, 1]])).__round__(4)
    0.6667
    """
    hits, sizes = (actual * told).sum(axis=0), actual.sum(axis=0) + told.sum(axis=0)
    return float(np.mean(np.divide(2 * hits, sizes, out=np.zeros_like(hits), where=sizes > 0)))
