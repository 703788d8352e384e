"""What the bench of voices needs done in processes of their own, so that each is measured alone: time and memory.

The last line each prints is its answer, as JSON. `python -m bench._listening ERRAND FOLDER`.
"""

import csv
import gzip
import io
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from untilyes.analysis.voices.coherence import list_telling, measure_coherence
from untilyes.analysis.voices.grouping import file_texts, find_patterns
from untilyes.analysis.voices.hearing import hear
from untilyes.analysis.voices.lexicon import tell_by_list
from untilyes.analysis.voices.reading import Comment
from untilyes.analysis.voices.sentiment import learn_sentiment, measure_f1

MANY = 100_000
CLASSES = ("negative", "neutral", "positive")
TOOK_TOO_LONG = 3_600


def run_apart(errand: str, folder: Path) -> Any:
    """Run an errand of this module in a process of its own and return what it answers."""
    done = subprocess.run(
        [sys.executable, "-m", "bench._listening", errand, str(folder)],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=TOOK_TOO_LONG,
    )
    return json.loads(done.stdout.splitlines()[-1])


def read_tweets(folder: Path) -> list[dict[str, str]]:
    """Tweets to airlines, labelled by hand."""
    raw = gzip.decompress((folder / "twitter_airline" / "Tweets.csv.gz").read_bytes()).decode("utf-8", "replace")
    return [row for row in csv.DictReader(io.StringIO(raw)) if row["airline_sentiment"] in CLASSES]


def make_many(folder: Path) -> list[Comment]:
    """100,000 different comments: halves of two tweets of the same tone each; one in five came with an answer."""
    rows = read_tweets(folder)
    by_tone = {tone: [row["text"].split() for row in rows if row["airline_sentiment"] == tone] for tone in CLASSES}
    rng = np.random.default_rng(1)
    tones = rng.choice([row["airline_sentiment"] for row in rows], MANY)
    end = datetime(2026, 11, 2, tzinfo=UTC)
    return [_make_one(number, str(tone), by_tone[str(tone)], rng, end) for number, tone in enumerate(tones)]


def _make_one(number: int, tone: str, said: list[list[str]], rng: np.random.Generator, end: datetime) -> Comment:
    first, second = (said[int(place)] for place in rng.integers(0, len(said), 2))
    text = " ".join([*first[: len(first) // 2], *second[len(second) // 2 :]])
    score = {"negative": 0.0, "neutral": 0.5, "positive": 1.0}[tone] if number % 5 == 0 else None
    at = end - timedelta(minutes=2 * (MANY - number))
    return Comment(f"c{number}", at, text, "en", f"p{number // 2}", None, "social", "social", None, score)


def ours(folder: Path) -> dict[str, float]:
    """Languages, topics, tone, kinds and what is on the rise, in one look."""
    comments = make_many(folder)
    return _measure(lambda: hear(comments, likely=["en"]))


def ours_topics(folder: Path) -> dict[str, float]:
    """The topics alone."""
    texts = [one.text for one in make_many(folder)]

    def find() -> None:
        file_texts(texts, [one.weights for one in find_patterns(texts)])

    return _measure(find)


def lda(folder: Path) -> dict[str, float]:
    """Topics alone, by scikit-learn's latent Dirichlet allocation."""
    texts = [one.text for one in make_many(folder)]
    return _measure(lambda: _group_by_lda(texts, 15))


def reasons(folder: Path) -> dict[str, dict[str, float]]:
    """How topics of complaints agree with the reasons people gave by hand: ours and two others."""
    rows = [row for row in read_tweets(folder) if row["negativereason"]]
    texts, given = [row["text"] for row in rows], [row["negativereason"] for row in rows]
    k = len(set(given))
    of = file_texts(texts, [one.weights for one in find_patterns(texts, topics=k)])[0]
    groups = {"ours": of, "lda": _group_by_lda(texts, k), "clusters": _group_by_clusters(texts, k)}
    return {name: _compare(texts, given, found) for name, found in groups.items()} | {"n": {"n": float(len(texts))}}


def tone(folder: Path) -> dict[str, float]:
    """How well the tone of tweets is told on those held out, and how well by VADER."""
    rows = read_tweets(folder)
    texts, true = [row["text"] for row in rows], np.array([row["airline_sentiment"] for row in rows])
    learned = learn_sentiment(texts, true.tolist())
    assert learned is not None
    listed = np.array(tell_by_list(texts))
    return {
        "n": float(len(texts)),
        "accuracy": learned.quality.accuracy.value or 0.0,
        "f1": learned.quality.macro_f1.value or 0.0,
        "vader_accuracy": float((listed == true).mean()),
        "vader_f1": score(true, listed),
    }


def score(true: np.ndarray, told: np.ndarray) -> float:
    """Macro-F1 over the three classes."""
    actual, guessed = ((one[:, None] == np.array(CLASSES)).astype(float) for one in (true, told))
    return measure_f1(actual, guessed)


def _group_by_lda(texts: Sequence[str], topics: int) -> np.ndarray:
    from sklearn.decomposition import LatentDirichletAllocation
    from sklearn.feature_extraction.text import CountVectorizer

    counts = CountVectorizer(stop_words="english", min_df=5, max_features=4_000).fit_transform(texts)
    model = LatentDirichletAllocation(topics, learning_method="online", random_state=0)
    found: np.ndarray = model.fit_transform(counts).argmax(axis=1)
    return found


def _group_by_clusters(texts: Sequence[str], topics: int) -> np.ndarray:
    """As BERTopic does with vectors that need no download: TF-IDF, 50 dimensions, k-means."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    weighed = TfidfVectorizer(stop_words="english", min_df=5, sublinear_tf=True).fit_transform(texts)
    placed = normalize(TruncatedSVD(50, random_state=0).fit_transform(weighed))
    found: np.ndarray = KMeans(topics, n_init=4, random_state=0).fit_predict(placed)
    return found


def _compare(texts: Sequence[str], given: Sequence[str], found: np.ndarray) -> dict[str, float]:
    from sklearn.metrics import normalized_mutual_info_score

    most = [Counter(np.array(given)[found == one].tolist()).most_common(1)[0][1] for one in sorted(set(found.tolist()))]
    return {
        "purity": sum(most) / len(given),
        "agreement": float(normalized_mutual_info_score(given, found)),
        "coherence": measure_coherence(list_telling(texts, found), texts),
    }


def _measure(call: Callable[[], object]) -> dict[str, float]:
    """Processor seconds of the call, and the most memory the process held."""
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    call()
    taken = time.process_time() - start
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": taken, "megabytes": most / 1024, "before": before / 1024}


ERRANDS: dict[str, Callable[[Path], Any]] = {
    "ours": ours,
    "ours_topics": ours_topics,
    "lda": lda,
    "reasons": reasons,
    "tone": tone,
}

if __name__ == "__main__":
    print(json.dumps(ERRANDS[sys.argv[1]](Path(sys.argv[2]))))
