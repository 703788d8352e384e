"""The stage set: everything loaded, Cleo asked about her refund, ready for the first visitor."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from untilyes.config.demo.founding import find_house, found_house, hire, make_promises
from untilyes.config.demo.knowing import let_customers_look
from untilyes.config.demo.loading import count_ahead, load_facts, load_people, summarise
from untilyes.config.demo.replaying import choose_recent_nos, replay
from untilyes.config.speaking import progress
from untilyes.customers.actions import welcome_customer
from untilyes.feedback.actions import record_event, record_interaction
from untilyes.feedback.facts import Circumstances, Episode
from untilyes.plumbing.clock import now
from untilyes.sim import Truths, plant_truths, simulate
from untilyes.sources.actions import import_files
from untilyes.sources.contract import Recipe
from untilyes.sources.errors import FilesMissing, ImportRefused
from untilyes.sources.guessing import guess_recipe
from untilyes.sources.layout import match_files
from untilyes.sources.library import get_recipe, list_recipes
from untilyes.surveys.links import link_to_invitation
from untilyes.surveys.models import Invitation
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside

CLEO = "cleo@example.com"


@dataclass(frozen=True)
class Stage:
    """The workspace, the address of Cleo's open question, and the truths live traffic follows (none on real data)."""

    workspace: Workspace
    question: str
    truths: Truths | None


def stage_simulation(*, customers: int) -> Stage:
    """Simulate Fernweh up to now and load it."""
    at = now()
    with progress(counted=True) as bars:
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
            cases = bars.add_task("Working the cases of the last weeks", total=len(nos))
            replay(nos, house=house, until=at, advance=lambda done: bars.advance(cases, done))
            let_customers_look(by=house.ada, at=at)
            rollups = bars.add_task("Summarising by day", total=1)
            summarise()
            bars.advance(rollups)
            question = ask_cleo(at)
            order_late(CLEO, at=at)
            counts = bars.add_task("Counting tasks and customers", total=1)
            count_ahead(at)
            bars.advance(counts)
            return Stage(house.workspace, question, company.truths)


def stage_files(path: Path, *, recipe: str, rejects: Path) -> Stage:
    """Load real files into an empty workspace by the recipe of that name, or the first one they fit.

    Rows left out go to `rejects`. Raises ImportRefused when no recipe fits.
    """
    at = now()
    chosen = get_recipe(recipe) if recipe else _find_fitting(path)
    house = found_house(name=path.resolve().name.replace("_", " ").title(), at=at)
    with progress() as bars, inside(house.workspace):
        step = bars.add_task(chosen.title, total=1.0)

        def show(doing: str, share: float) -> None:
            bars.update(step, description=doing, completed=share)

        import_files(chosen, [path], at=at, by=house.ada, rejects=rejects, progress=show)
        bars.update(step, description=chosen.title, completed=1.0)
        count_ahead(at)
        return Stage(house.workspace, ask_cleo(at), None)


def stage_again(*, is_simulated: bool) -> Stage:
    """Go on with what was loaded before: Cleo's question is the one that is still open, or a new one."""
    house = find_house()
    with inside(house.workspace):
        standing = Invitation.objects.filter(email=CLEO, state="asked", about="").order_by("sent_at").last()
        question = link_to_invitation(standing) if standing else ask_cleo(now())
    return Stage(house.workspace, question, plant_truths(now(), days=730) if is_simulated else None)


def ask_cleo(at: datetime) -> str:
    """Cleo's refund comes to its end just now; return the address at which she answers the two questions."""
    cleo = welcome_customer(email=CLEO, name="Cleo Marchetti", language="en", timezone="Europe/Berlin", joined_at=at)
    interaction_id = f"demo-{uuid4()}"
    record_interaction(
        Episode(opened_at=at - timedelta(days=2), closed_at=at, task="money back for a tent", contacts=2, handoffs=1),
        when=Circumstances(
            at=at - timedelta(days=2),
            source="ticket",
            customer_id=cleo.pk,
            interaction_id=interaction_id,
            channel="email",
            touchpoint="refund",
            team="Refunds",
        ),
    )
    return link_to_invitation(Invitation.objects.get(interaction_id=interaction_id))


def order_late(email: str, *, at: datetime) -> None:
    """An order of theirs whose parcel should have come by now: beside a case it stands as off the usual path."""
    customer = welcome_customer(email=email)
    ordered = Circumstances(
        at=at - timedelta(days=12), source="event", customer_id=customer.pk, channel="web", touchpoint="ordering"
    )
    order = f"demo-order-{uuid4().hex[:6]}"
    record_event(f"purchase:{order}", "purchase", when=ordered, process_id=order, amount=129.0)


def _find_fitting(path: Path) -> Recipe:
    for recipe in list_recipes():
        try:
            match_files(recipe, [path])
        except FilesMissing:
            continue
        return recipe
    if path.is_file():
        return guess_recipe([path]).recipe
    names = ", ".join(recipe.name for recipe in list_recipes())
    raise ImportRefused(f"No recipe fits what is in {path}. Shipped are {names}; name your own with --recipe.")
