"""Steps that were an article, by its title: the tasks room knows its number only."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from untilyes.knowledge.queries import map_titles
from untilyes.tasks.queries import StepTold, TaskTold


def name_articles(told: Sequence[TaskTold]) -> list[TaskTold]:
    """The same, with every article among the steps called by its title."""
    steps = [step for one in told for step in (*one.steps, one.best) if step is not None]
    titles = map_titles({step.article for step in steps if step.article is not None})
    return [
        replace(one, steps=tuple(_name(step, titles) for step in one.steps), best=one.best and _name(one.best, titles))
        for one in told
    ]


def _name(step: StepTold, titles: Mapping[int, str]) -> StepTold:
    title = titles.get(step.article) if step.article is not None else None
    return replace(step, name=f"article “{title}”") if title else step
