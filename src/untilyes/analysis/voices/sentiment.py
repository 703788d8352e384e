"""How a comment sounds, learned from the customers themselves: their own words beside their own answers.

Words, pairs of words and marks (! ? :-) say how, not what), and runs of two to five characters inside words (which need
no dictionary), are weighed by TF-IDF; a linear support vector machine that gives every class the same weight draws the
line between them. Where exactly each line lies, and how likely a class is (Platt 1999, the classes as common as they
are), comes from comments the machine did not learn from, inside those it may learn from. How good it is, is measured on
comments held out from all of that: a fifth at a time, until every comment was told by a machine that had not seen it.
Texts that say the same are never on both sides.
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
TURNS: Final = 5
"""Every comment is held out in one of so many turns."""
DRAWS: Final = 400
PIECE: Final = r"(?u)\b\w+(?:['’]\w+)?\b|[!?]+|[:;][-']?[()DPp]|[^\w\s,.@#/&\"'’-]"
"""Words with their apostrophes, runs of ! and ?, faces, and single signs (hearts, thumbs)."""
STEPS: Final = tuple(round(0.05 * step, 2) for step in range(-6, 11))
"""How far a line may be moved from where the machine drew it, in its own distances."""
FOLDS: Final = 3


@dataclass(frozen=True)
class Quality:
    """How well it tells the classes apart, measured on `n` comments it did not learn from.

    `brier` is the mean squared error of the chances, `brier_by_share` that of always naming each class's share.
    `bins` hold, from the lowest chance of the class told to the highest: the mean chance, and how often it was right.
    """

    n: int
    accuracy: Estimate
    macro_f1: Estimate
    commonest: float
    brier: float
    brier_by_share: float
    bins: tuple[tuple[float, Estimate], ...] = ()

    @property
    def learned_something(self) -> bool:
        """Whether its chances are better than naming the shares."""
        return self.brier < self.brier_by_share


@dataclass(frozen=True)
class Sentiment:
    """What has been learned: classes, and how well. Ask it with `tell` and `weigh` about comments it does not know.

    `apart` is the class of each comment it was given, told while that comment was held out; "" for a class too rare.
    """

    classes: tuple[str, ...]
    quality: Quality
    apart: tuple[str, ...]
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
    same. `seed` decides who is held out when.
    """
    counted = Counter(labels)
    classes = tuple(sorted(label for label, n in counted.items() if n >= FEWEST))
    if len(classes) < 2:
        return None
    kept = [place for place, label in enumerate(labels) if label in classes]
    said, told = [texts[place] for place in kept], np.array([labels[place] for place in kept])
    groups = _group(said)
    turn = np.random.default_rng(seed).integers(0, TURNS, int(groups.max()) + 1)[groups]
    guessed, chances = np.empty(len(said), dtype=told.dtype), np.zeros((len(said), len(classes)))
    for number in range(TURNS):
        inside, out = np.flatnonzero(turn != number), np.flatnonzero(turn == number)
        if not out.size or _is_one_sided(told[inside], groups[inside], classes):
            return None
        words, model = _fit([said[place] for place in inside], told[inside], groups[inside])
        rows = words.transform([said[place] for place in out])
        guessed[out], chances[out] = model.tell(rows), model.weigh(rows)
    quality = _measure(told, guessed, chances, classes, seed)
    apart = [""] * len(texts)
    for place, label in zip(kept, guessed, strict=True):
        apart[place] = str(label)
    return Sentiment(classes, quality, tuple(apart), *_fit(said, told, groups))


def _is_one_sided(labels: npt.NDArray[np.str_], groups: npt.NDArray[np.int64], classes: tuple[str, ...]) -> bool:
    """Whether some part that must hold every class lacks one: everybody saying the same in the same words."""
    parts = [labels, *(labels[groups % FOLDS != number] for number in range(FOLDS))]
    return any(set(part.tolist()) != set(classes) for part in parts)


@dataclass(frozen=True)
class _Model:
    """The line between the classes, how far it is moved for each of them, and what a distance is worth as a chance."""

    line: Any
    moved: npt.NDArray[np.float64]
    chance: Any

    def tell(self, rows: Any) -> npt.NDArray[np.str_]:
        return _tell(_distances(self.line, rows), self.moved, self.line.classes_)

    def weigh(self, rows: Any) -> npt.NDArray[np.float64]:
        return np.asarray(self.chance.predict_proba(_distances(self.line, rows)))


def _fit(texts: Sequence[str], labels: npt.NDArray[np.str_], groups: npt.NDArray[np.int64]) -> tuple[Any, _Model]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    words = _weigh_pieces()
    rows = words.fit_transform(texts)
    line = LinearSVC(C=0.2, class_weight="balanced", random_state=0, dual=True, max_iter=3000)
    turn = groups % FOLDS
    seen, true = [], []
    for fold_number in range(FOLDS):
        inside, outside = turn != fold_number, turn == fold_number
        if outside.any():
            seen.append(_distances(line.fit(rows[inside], labels[inside]), rows[outside]))
            true.append(labels[outside])
    apart, said = np.vstack(seen), np.concatenate(true)
    chance = LogisticRegression(max_iter=1000).fit(apart, said)
    moved = move_lines(apart, said, chance.classes_)
    return words, _Model(line.fit(rows, labels), moved, chance)


def _weigh_pieces() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - a second that no page needs to start
    from sklearn.pipeline import make_union  # noqa: PLC0415

    return make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=PIECE, dtype=np.float32),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2, dtype=np.float32),
    )


def move_lines(
    distances: npt.NDArray[np.float64], labels: npt.NDArray[np.str_], classes: npt.NDArray[np.str_]
) -> npt.NDArray[np.float64]:
    """How far to move each class's line so that macro-F1 and accuracy together are best; nothing where it stays even.

    One class after the other, the first fixed; of equal gains the smaller move. Two classes have one line.
    """
    moved = np.zeros(distances.shape[1])
    actual = (labels[:, None] == classes).astype(float)
    for place in range(0 if len(moved) == 1 else 1, len(moved)):
        tried = [(_gain(distances, _with(moved, place, step), actual, classes), -abs(step), step) for step in STEPS]
        moved = _with(moved, place, max(tried)[2])
    return moved


def _with(moved: npt.NDArray[np.float64], place: int, step: float) -> npt.NDArray[np.float64]:
    again = moved.copy()
    again[place] = step
    return again


def _gain(
    distances: npt.NDArray[np.float64],
    moved: npt.NDArray[np.float64],
    actual: npt.NDArray[np.float64],
    classes: npt.NDArray[np.str_],
) -> float:
    told = (_tell(distances, moved, classes)[:, None] == classes).astype(float)
    return round(measure_f1(actual, told) + float((actual * told).sum(axis=1).mean()), 6)


def _tell(
    distances: npt.NDArray[np.float64], moved: npt.NDArray[np.float64], classes: npt.NDArray[np.str_]
) -> npt.NDArray[np.str_]:
    """The class each row lies deepest in; with two classes the second where its one distance is above 0."""
    there = distances + moved
    chosen = (there[:, 0] > 0).astype(int) if there.shape[1] == 1 else there.argmax(axis=1)
    return np.asarray(classes[chosen])


def _distances(line: Any, rows: Any) -> npt.NDArray[np.float64]:
    found = np.asarray(line.decision_function(rows))
    return found[:, None] if found.ndim == 1 else found


def _group(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    number: dict[str, int] = {}
    return np.array([number.setdefault(fold(text), len(number)) for text in texts])


def _measure(
    true: npt.NDArray[np.str_],
    told: npt.NDArray[np.str_],
    chances: npt.NDArray[np.float64],
    classes: tuple[str, ...],
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
        accuracy=estimate_share(int((true == told).sum()), len(true)),
        macro_f1=Estimate(
            measure_f1(actual, guessed), float(low), float(high), len(true), "bootstrap percentile", unit="ratio"
        ),
        commonest=float(shares.max()),
        brier=float(((chances - actual) ** 2).sum(axis=1).mean()),
        brier_by_share=float(((shares - actual) ** 2).sum(axis=1).mean()),
        bins=_hold_against((chances * guessed).sum(axis=1), true == told),
    )


def _hold_against(chance: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> tuple[tuple[float, Estimate], ...]:
    """How often the class told was right, by the chance it was given: five bins about equally large."""
    order = np.argsort(chance, kind="stable")
    return tuple(
        (float(chance[places].mean()), estimate_share(int(right[places].sum()), len(places)))
        for places in np.array_split(order, 5)
        if len(places)
    )


def measure_f1(actual: npt.NDArray[np.float64], told: npt.NDArray[np.float64]) -> float:
    """Macro-F1 of indicator columns, one a class: the mean of ``2 TP / (2 TP + FP + FN)``, 0 where undefined.

    >>> measure_f1(np.array([[1.0, 0], [1, 0], [0, 1]]), np.array([[1.0, 0], [0, 1], [0, 1]])).__round__(4)
    0.6667
    """
    hits, sizes = (actual * told).sum(axis=0), actual.sum(axis=0) + told.sum(axis=0)
    return float(np.mean(np.divide(2 * hits, sizes, out=np.zeros_like(hits), where=sizes > 0)))
