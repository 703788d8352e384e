"""All measures, by name. To add one: a counting function, an entry here, a word in web/words.py, a test by hand.

`docs/reference/measures.md` is generated from this file.
"""

from collections.abc import Mapping
from typing import Final

from untilyes.analysis.measures.counting import (
    count_answered,
    count_case_ends,
    count_first_yes,
    count_heard,
    count_kept,
    count_margins,
    count_scales,
    count_values,
    count_waits,
    count_yes,
)
from untilyes.analysis.measures.kinds import DueShare, Median, MedianWait, Mix, NetScore, Share, TopTwo
from untilyes.analysis.measures.measure import Measure
from untilyes.stats.scores import NPS
from untilyes.stats.trust import TRUST

_ANSWERS = ("answers",)
_CASE_NOTE = (
    "A case counts on the day it was opened; cases still open are not decided yet, and the newest days hold few."
)

_EFFECTIVENESS = (
    Measure(
        "effectiveness",
        "Effectiveness",
        "Did customers get what they needed, and did we do a good job?",
        Share(),
        _ANSWERS,
        count_yes("effective"),
        steering=True,
        notes=("A question asked again after a no counts again, as it was answered.",),
    ),
    Measure(
        "got_it", "Got what they needed", "Did customers get what they needed?", Share(), _ANSWERS, count_yes("got_it")
    ),
    Measure(
        "good_job",
        "We did a good job",
        "Did customers find that we did a good job?",
        Share(),
        _ANSWERS,
        count_yes("good_job"),
    ),
    Measure("timely", "In time", "Was it in time for the customer?", Share(), _ANSWERS, count_yes("timely")),
    Measure("complete", "Complete", "Was everything taken care of?", Share(), _ANSWERS, count_yes("complete")),
    Measure("courteous", "Courteous", "Were we friendly and respectful?", Share(), _ANSWERS, count_yes("courteous")),
)

_UNTIL_YES = (
    Measure(
        "first_time_yes",
        "First-time yes",
        "How many interactions were a yes the first time we asked?",
        Share(),
        _ANSWERS,
        count_first_yes("effective"),
        reach="later",
        notes=("An interaction counts on the day of its first confirmation.",),
    ),
    Measure(
        "no_to_yes",
        "No to yes",
        "How many of those who said no said yes in the end?",
        Share(),
        ("cases",),
        count_case_ends,
        notes=(_CASE_NOTE,),
    ),
    Measure(
        "time_to_yes",
        "Time to yes",
        "How long does it take from a no to the customer's yes?",
        MedianWait(),
        ("cases",),
        count_waits,
        better="lower",
        notes=(
            "The median over all cases, by Kaplan-Meier: open cases and cases ended without a yes count for as long "
            "as the customer was seen waiting.",
            "A case counts on the day it was opened.",
        ),
    ),
)

_SCORES = (
    Measure(
        "trust",
        "Trust",
        "Do customers trust us?",
        NetScore(TRUST),
        _ANSWERS,
        count_values("trust", 0, 2),
        steering=True,
        notes=("Yes counts +100, sometimes and no −100; how many said which stands beside the score.",),
    ),
    Measure(
        "nps",
        "Net promoter score",
        "Would customers recommend us?",
        NetScore(NPS),
        _ANSWERS,
        count_values("nps", 0, 10),
        notes=("9 and 10 count +100, 7 and 8 nothing, 0 to 6 −100.",),
    ),
    Measure(
        "csat",
        "Satisfaction",
        "How many customers are satisfied?",
        TopTwo(),
        _ANSWERS,
        count_scales("csat"),
        part="scale",
        apart=True,
        notes=("The share of the two best answers of the scale; scales are never added together.",),
    ),
    Measure(
        "ces",
        "Customer effort",
        "How many customers found it easy?",
        TopTwo(),
        _ANSWERS,
        count_scales("ces"),
        part="scale",
        apart=True,
        notes=("The share of the two easiest answers of the scale; scales are never added together.",),
    ),
)

_PROMISES = (
    Measure(
        "promise_kept",
        "Promise kept",
        "How many promises did we keep by the time we had named?",
        DueShare(),
        ("outcomes",),
        count_kept,
        part="promise",
        apart=True,
        notes=(
            "A promise counts on the day it was given, as broken from the second it was due; before that it is open "
            "and does not count.",
        ),
    ),
    Measure(
        "margin",
        "Margin",
        "How much earlier than promised do we deliver?",
        Median(),
        ("outcomes",),
        count_margins,
        part="promise",
        apart=True,
        notes=("The median of due minus kept; below zero is late. What is not delivered yet has no margin.",),
    ),
)

_LISTENING = (
    Measure(
        "source_mix",
        "Source mix",
        "Where do we hear from customers?",
        Mix(),
        ("answers", "comments"),
        count_heard,
        better="lower",
        notes=(
            "The total is the share that surveys hold. A response counts once, however many questions it answers; "
            "a comment without one counts for itself.",
        ),
    ),
    Measure(
        "response_rate",
        "Response rate",
        "How many of those we ask answer?",
        Share(),
        ("events",),
        count_answered,
        notes=("An invitation counts on the day it was sent; those of the last days may still be answered.",),
    ),
)

MEASURES: Final[Mapping[str, Measure]] = {
    measure.name: measure for measure in (*_EFFECTIVENESS, *_UNTIL_YES, *_SCORES, *_PROMISES, *_LISTENING)
}
