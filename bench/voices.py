"""Voices: topics and tone of 100,000 comments, and how good they are.

Comments are halves of real tweets to airlines. Each run is a process of its own; the processor's seconds are taken, so
that other work on the machine does not count. Qualities are of the real tweets: topics against the reasons that people
gave by hand for complaints, tone against their labels, always on tweets held out.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from bench import Line
from bench._listening import MANY, read_tweets, run_apart, score

FOLDER = Path(os.environ.get("UNTILYES_SHARED_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))
LDA = "scikit-learn LDA"
CLUSTERS = "class TF-IDF over k-means"
PEER = """
import json, sys
from textblob import TextBlob
texts = json.load(open(sys.argv[1]))
print(json.dumps([TextBlob(text).sentiment.polarity for text in texts]))
"""


def run() -> list[Line]:
    """All measurements; none where the tweets are missing."""
    if not (FOLDER / "twitter_airline").is_dir():
        return []
    return [*time_and_memory(), *topics_against_reasons(), *tone_against_labels()]


def time_and_memory() -> list[Line]:
    """One look at 100,000 comments, and the topics alone."""
    whole, topics, lda = (run_apart(errand, FOLDER) for errand in ("ours", "ours_topics", "lda"))
    return [
        Line(f"{MANY:,} comments: languages, topics, tone, kinds, trends", whole["seconds"]),
        Line("… the most memory the process held", whole["megabytes"], unit="MB"),
        Line(f"topics of {MANY:,} comments alone", topics["seconds"], lda["seconds"], LDA),
        Line("… the most memory the process held", topics["megabytes"], lda["megabytes"], LDA, unit="MB"),
    ]


def topics_against_reasons() -> list[Line]:
    """As many topics as there are reasons."""
    found = run_apart("reasons", FOLDER)
    named = {"purity": "purity", "agreement": "normalised mutual information", "coherence": "NPMI of ten phrases"}
    n = f"{found['n']['n']:,.0f} complaints, ten reasons"
    return [
        Line(f"{told} ({n})", found["ours"][name], found[key][name], peer, unit="", better="more")
        for name, told in named.items()
        for key, peer in (("lda", LDA), ("clusters", CLUSTERS))
    ]


def tone_against_labels() -> list[Line]:
    """Three classes, every tweet held out once."""
    ours, blob = run_apart("tone", FOLDER), textblob()
    n = f"{ours['n']:,.0f} tweets"
    peers = [("VADER 3.3.2", ours["vader_accuracy"], ours["vader_f1"]), ("TextBlob 0.20.1", *blob)]
    return [
        line
        for peer, accuracy, f1 in peers
        for line in (
            Line(f"tone told right ({n})", ours["accuracy"], accuracy, peer, unit="", better="more"),
            Line(f"macro-F1 of the tone ({n})", ours["f1"], f1, peer, unit="", better="more"),
        )
    ]


def textblob() -> tuple[float | None, float | None]:
    """Accuracy and macro-F1 of the peer in its own environment (polarity beyond ±0.05); None where it is missing."""
    rows = read_tweets(FOLDER)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts.json"
        file.write_text(json.dumps([row["text"] for row in rows]))
        python = os.environ.get("UNTILYES_BENCH_PEERS", sys.executable)
        answer = subprocess.run([python, "-c", PEER, str(file)], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        return None, None
    polarity = np.array(json.loads(answer.stdout))
    told = np.where(polarity > 0.05, "positive", np.where(polarity < -0.05, "negative", "neutral"))
    true = np.array([row["airline_sentiment"] for row in rows])
    return float((told == true).mean()), score(true, told)
