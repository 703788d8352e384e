"""The errand that tries a promise on history, and the subject it is asked for under."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from untilyes.cases.replaying import History, try_promise
from untilyes.cases.trials.asking import SUBJECT, Asked, Source, read_asked
from untilyes.cases.trials.histories import read_case_histories, read_given_histories, read_log_histories
from untilyes.cases.trials.summing import Tried, sum_up_trial
from untilyes.insights.subjects import Progress, Subject, register_subject
from untilyes.plumbing.clock import now
from untilyes.promises.explaining import get_hours
from untilyes.promises.rules import EVERY_MINUTE, Measures

if TYPE_CHECKING:
    from untilyes.lake import Lake


def register_trials() -> None:
    """Make trials known to whoever works things out."""
    register_subject(Subject(SUBJECT, ("cases", "events", "interactions", "outcomes"), lambda: (Tried, _reckon)))


def carry_out_trial(asked: Asked, lake: "Lake", *, at: datetime, progress: Progress) -> Tried:
    """Try a promise on the history asked for, as it stands at `at`."""
    progress("Reading the history", 0.0)
    histories, until = _read(asked, lake, at)
    if asked.channel:
        histories = {name: one for name, one in histories.items() if one.channel == asked.channel}
    trial = try_promise(
        histories,
        Measures.TIME_TO_YES if asked.source is Source.GIVEN else asked.about,
        limit=asked.limit,
        target=asked.target,
        until=until,
        calendar=get_hours(asked.hours) if asked.hours else EVERY_MINUTE,
        team=asked.team,
        progress=lambda share: progress("Running the clocks", 0.4 + 0.5 * share),
    )
    progress("Summing up", 0.9)
    return sum_up_trial(trial, limit=asked.limit, until=until, zone=ZoneInfo(lake.zone))


def _read(asked: Asked, lake: "Lake", at: datetime) -> tuple[Mapping[str, History], datetime]:
    """The histories, and when they end."""
    if asked.source is Source.CASES:
        return read_case_histories(), at
    if asked.source is Source.GIVEN:
        return read_given_histories(lake, asked.key), at
    histories, ends = read_log_histories(lake, asked.key)
    return histories, ends or at


def _reckon(lake: "Lake", words: tuple[str, ...], *, until: date, progress: Progress) -> Any:  # noqa: ARG001 - now
    return carry_out_trial(read_asked(words), lake, at=now(), progress=progress)
