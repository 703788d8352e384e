"""The stage set: everything loaded, Cleo asked about her refund, ready for the first visitor."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from untilyes.config.demo.founding import found_house, hire, make_promises
from untilyes.config.demo.loading import load_facts, load_people, summarise
from untilyes.config.demo.replaying import choose_recent_nos, replay
from untilyes.customers.actions import welcome_customer
from untilyes.feedback.actions import record_interaction
from untilyes.feedback.facts import Circumstances, Episode
from untilyes.plumbing.clock import now
from untilyes.sim import Truths, simulate
from untilyes.sources.actions import import_files
from untilyes.sources.errors import ImportRefused
from untilyes.sources.layout import match_files
from untilyes.sources.library import get_recipe, list_recipes
from untilyes.surveys.links import link_to_invitation
from untilyes.surveys.models import Invitation
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside

_CLEO = "cleo@example.com"


@dataclass(frozen=True)
class Stage:
    """The workspace, the address of Cleo's open question, and the truths live traffic follows (none on real data)."""

    workspace: Workspace
    question: str
    truths: Truths | None


def stage_simulation(console: Console, *, customers: int) -> Stage:
    """Simulate Fernweh up to now and load it."""
    at = now()
    with _bars(console) as bars:
        step = bars.add_task("Simulating two years of Fernweh", total=1)
        company = simulate(until=at, customers=customers)
        bars.advance(step)
        house = found_house(name=company.name, at=company.truths.since)
        with inside(house.workspace):
            make_promises(company.promises, at=company.truths.since, by=house.ada)
            hired = hire(company.employees)
            nos = choose_recent_nos(company)
            step = bars.add_task("Welcoming customers", total=len(company.people))
            load_people(company, advance=lambda done: bars.advance(step, done))
            facts = bars.add_task("Recording what happened", total=company.size)
            load_facts(
                company.tables,
                but={no.interaction_id for no in nos},
                hired=hired,
                advance=lambda done: bars.advance(facts, done),
            )
            cases = bars.add_task("Opening the cases of the last weeks", total=len(nos))
            replay(nos, by=house.ben, until=at, advance=lambda done: bars.advance(cases, done))
            rollups = bars.add_task("Summarising by day", total=1)
            summarise()
            bars.advance(rollups)
            return Stage(house.workspace, _ask_cleo(at), company.truths)


def stage_files(console: Console, path: Path, *, recipe: str) -> Stage:
    """Load real files into an empty workspace by the recipe of that name, or the first one they fit.

    Raises ImportRefused when no recipe fits.
    """
    at = now()
    house = found_house(name=path.resolve().name.replace("_", " ").title(), at=at)
    chosen = get_recipe(recipe) if recipe else _fitting_recipe(path)
    with _bars(console) as bars, inside(house.workspace):
        step = bars.add_task(chosen.title, total=1.0)

        def show(doing: str, share: float) -> None:
            bars.update(step, description=doing, completed=share)

        import_files(chosen, [path], at=at, by=house.ada, progress=show)
        bars.update(step, description=chosen.title, completed=1.0)
        return Stage(house.workspace, _ask_cleo(at), None)
