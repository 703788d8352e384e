"""What the benches need done inside a house of its own: founded, asked, imported into, or filled with a company.

Each is a process (`run_in`), because one process knows one home. The last line it prints is its answer, as JSON.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from untilyes.config.starting import prepare_database, start_django

if TYPE_CHECKING:
    from untilyes.workspaces.models import User

TOOK_TOO_LONG = 600


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a process needs to live in `home`, and nowhere else; no mail leaves."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UNTILYES_")}
    kept.pop("DATABASE_URL", None)
    nowhere = "django.core.mail.backends.dummy.EmailBackend"
    return kept | {"UNTILYES_HOME": str(home), "UNTILYES_EMAIL_BACKEND": nowhere} | more


def run_in(home: Path, errand: str, *words: str) -> Any:
    """Run an errand of this module in `home` and return what it answers."""
    done = subprocess.run(
        [sys.executable, "-m", "bench._house", errand, *words],
        env=environment(home),
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=TOOK_TOO_LONG,
    )
    return json.loads(done.stdout.splitlines()[-1])


def ask(customers: str) -> dict[str, list[str]]:
    """Found a house, let that many customers' matters end just now, and return where they answer the two questions."""
    from untilyes.config.demo.founding import found_house
    from untilyes.customers.actions import welcome_customer
    from untilyes.feedback.actions import record_interaction
    from untilyes.feedback.facts import Circumstances, Episode
    from untilyes.plumbing.clock import now
    from untilyes.surveys.links import link_to_invitation
    from untilyes.surveys.models import Invitation
    from untilyes.workspaces.tenancy import inside

    at = now()
    house = found_house(name="Bench", at=at)
    with inside(house.workspace):
        for number in range(int(customers)):
            customer = welcome_customer(email=f"c{number}@example.com", name=f"C {number}", joined_at=at)
            record_interaction(
                Episode(opened_at=at - timedelta(days=1), closed_at=at, contacts=1, handoffs=0),
                when=Circumstances(
                    at=at - timedelta(days=1),
                    source="ticket",
                    customer_id=customer.pk,
                    interaction_id=f"bench-{uuid4()}",
                    channel="email",
                    touchpoint="refund",
                    team="Refunds",
                ),
            )
        return {"addresses": [link_to_invitation(one) for one in Invitation.objects.order_by("pk")]}


def search(articles: str) -> dict[str, float]:
    """Rank the labelled questions over the demonstration's articles; then time them among that many."""
    from statistics import median

    from django.db import transaction

    from bench._questions import QUESTIONS
    from untilyes.config.demo.founding import found_house
    from untilyes.config.demo.knowing import write_articles
    from untilyes.knowledge.actions import Text, begin_article
    from untilyes.knowledge.models import Article
    from untilyes.knowledge.searching import search_index
    from untilyes.plumbing.clock import now
    from untilyes.workspaces.tenancy import inside

    def like(question: str) -> list[int]:
        found = Article.objects.none()
        for word in question.split():
            found |= Article.objects.filter(translations__latest__body__icontains=word)
            found |= Article.objects.filter(translations__latest__title__icontains=word)
        return list(found.order_by("pk").values_list("pk", flat=True).distinct()[:20])

    def ours(question: str) -> list[int]:
        return [hit.article_id for hit in search_index(question, for_customers=False)]

    def rank(find: Callable[[str], list[int]]) -> float:
        places = [(find(question), keys[wanted]) for question, wanted in QUESTIONS]
        return sum(1 / (found.index(key) + 1) for found, key in places if key in found) / len(places)

    def take(find: Callable[[str], list[int]]) -> float:
        taken = []
        for question, _ in QUESTIONS:
            start = time.perf_counter()
            find(question)
            taken.append(time.perf_counter() - start)
        return median(taken)

    at = now()
    house = found_house(name="Bench", at=at)
    with inside(house.workspace):
        keys = {key: article.pk for key, article in write_articles(by=house.ada, at=at).items()}
        told = {"missed": 1 - rank(ours), "missed_by_like": 1 - rank(like)}
        words = " ".join(question for question, _ in QUESTIONS).split()
        with transaction.atomic():
            for number in range(int(articles) - len(keys)):
                some = [words[(number * 7 + place * (3 + number % 11)) % len(words)] for place in range(120)]
                begin_article(Text(" ".join(some[:6]), " ".join(some)), by=house.ada, at=at)
        return told | {"took": take(ours), "took_by_like": take(like)}


def count_responses() -> int:
    """How many responses are stored."""
    from untilyes.surveys.models import Response

    return Response.everywhere.count()


def import_file(recipe: str, file: str) -> dict[str, float]:
    """Import a file into a house of its own, as `untilyes import` does; return seconds and rows."""
    from untilyes.plumbing.clock import now
    from untilyes.sources.actions import import_files
    from untilyes.sources.library import get_recipe
    from untilyes.workspaces.actions import found_workspace
    from untilyes.workspaces.tenancy import inside

    at = now()
    house = found_workspace(f"bench-{uuid4().hex[:8]}", name="Bench", owner=_somebody()).workspace
    begun: dict[str, float] = {}

    def begin(doing: str, _share: float) -> None:
        begun.setdefault(doing, time.perf_counter())

    with inside(house):
        summary = import_files(
            get_recipe(recipe),
            [Path(file)],
            at=at,
            progress=begin,
        )
    ended = time.perf_counter()
    start, summarising = begun["Reading the files"], begun["Bringing the measures up to date"]
    return {
        "seconds": ended - start,
        "without_rollups": summarising - start,
        "rows": sum(tally.appended for tally in summary.tallies),
    }


def _somebody() -> "User":
    from untilyes.workspaces.models import User

    return User.objects.create_user(f"{uuid4().hex}@example.com", uuid4().hex)


def stage(customers: str) -> str:
    """The simulated company of the demonstration; returns its slug."""
    from untilyes.config.demo.staging import stage_simulation

    return str(stage_simulation(customers=int(customers)).workspace.slug)


def look_beside() -> dict[str, Any]:
    """The open cases by their numbers, and the median seconds of each part that stands beside one, read for the first
    time; how long the worker takes for what they are held against. All in processor time of all threads.
    """
    from statistics import median

    from untilyes.cases.models import Case
    from untilyes.cases.queries import read_customer_scores, read_evidence, read_standing
    from untilyes.insights.actions import work_out
    from untilyes.insights.models import Reckoning
    from untilyes.insights.worked_out import CROWD, USUAL_PATHS
    from untilyes.plumbing.clock import now
    from untilyes.web.customers.page import read_card
    from untilyes.workspaces.models import Workspace
    from untilyes.workspaces.tenancy import inside

    def take(call: Callable[[], object]) -> float:
        start = time.process_time()
        call()
        return time.process_time() - start

    with inside(Workspace.objects.get()):
        cases = list(Case.objects.exclude(customer=None).exclude(state__in=("closed", "ended")).order_by("number"))
        told: dict[str, Any] = {"cases": [case.number for case in cases]}
        for about in (CROWD, USUAL_PATHS):
            kept = Reckoning.objects.get(about=about)
            told[about] = take(lambda kept=kept: work_out(kept, clock=now))  # type: ignore[misc]
        told["evidence"] = median(take(lambda case=case: read_evidence(case)) for case in cases)  # type: ignore[misc]
        # Half of the people by the part alone and half by the whole, so that neither finds what the other read.
        people = [case.person for case in cases if case.person is not None]
        scores = {one.pk: read_customer_scores(one, at=now()) for one in people[::2]}
        told["standing"] = median(
            take(lambda one=one: read_standing(one, scores[one.pk], at=now()))  # type: ignore[misc]
            for one in people[::2]
        )
        told["card"] = median(take(lambda one=one: read_card(one, at=now())) for one in people[1::2])  # type: ignore[misc]
    return told


ERRANDS: dict[str, Callable[..., Any]] = {
    "ask": ask,
    "beside": look_beside,
    "count": count_responses,
    "import": import_file,
    "search": search,
    "stage": stage,
}


def main() -> None:
    """`python -m bench._house ERRAND [WORD …]`."""
    start_django()
    prepare_database()
    print(json.dumps(ERRANDS[sys.argv[1]](*sys.argv[2:])))


if __name__ == "__main__":
    main()
