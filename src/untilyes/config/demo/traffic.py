"""Life going on: every few seconds somebody is served, and some of them answer or write."""

import heapq
import itertools
import logging
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
from django.db import OperationalError, transaction

from untilyes.config.demo.staging import Stage
from untilyes.customers.models import Customer
from untilyes.feedback.actions import record_comment, record_interaction
from untilyes.feedback.facts import Circumstances, Episode
from untilyes.plumbing.clock import now
from untilyes.sim import Encounter, Truths, draw_encounter, draw_mention
from untilyes.surveys.actions import record_response
from untilyes.surveys.models import Invitation
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside

logger = logging.getLogger(__name__)

_ANSWER_SHARE = 0.5
_REGULARS = 500
_MENTION_SHARE = 0.6
_MENTION_SOURCES = ("review", "social", "community", "chat")


@dataclass
class Traffic:
    """What happens next, and to whom. Call `happen` every few seconds, inside the workspace."""

    truths: Truths
    rng: np.random.Generator
    customers: list[Customer]
    waiting: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)

    def happen(self, clock: float) -> None:
        """Serve one customer at `clock` (seconds, monotonic), and let those answer whose time has come."""
        self.serve(clock)
        if self.rng.random() < _MENTION_SHARE:
            self.mention()
        self.catch_up(clock)

    def catch_up(self, clock: float) -> None:
        """Do what was planned for `clock` or before."""
        while self.waiting and self.waiting[0][0] <= clock:
            heapq.heappop(self.waiting)[2]()

    def serve(self, clock: float) -> None:
        """One service episode ends; the product asks about it by itself, and half of the customers will answer."""
        customer = self.someone()
        met = draw_encounter(self.rng, self.truths, language=customer.language)
        at, interaction_id = now(), f"live-{uuid.uuid4()}"
        record_interaction(
            Episode(opened_at=at - timedelta(minutes=met.minutes), closed_at=at, task=met.task, contacts=1, handoffs=0),
            when=Circumstances(
                at=at - timedelta(minutes=met.minutes),
                source=met.source,
                customer_id=customer.pk,
                interaction_id=interaction_id,
                channel=met.channel,
                touchpoint=met.touchpoint,
                team=met.team,
            ),
        )
        if self.rng.random() < _ANSWER_SHARE:
            self.plan(clock, 3, 20, lambda: answer(interaction_id, met))

    def mention(self) -> None:
        """Somebody writes without being asked."""
        customer, source = self.someone(), str(self.rng.choice(_MENTION_SOURCES))
        when = Circumstances(at=now(), source=source, customer_id=customer.pk, channel=channel_of(source))
        words = draw_mention(self.rng, language=customer.language, source=source)
        with transaction.atomic():
            record_comment(f"live-{uuid.uuid4()}", words, language=customer.language, when=when)

    def someone(self) -> Customer:
        """A customer, at random."""
        return self.customers[int(self.rng.integers(len(self.customers)))]

    def plan(self, clock: float, soonest: float, latest: float, deed: Callable[[], None]) -> None:
        """Have `deed` done between `soonest` and `latest` seconds from `clock`."""
        at = clock + float(self.rng.uniform(soonest, latest))
        heapq.heappush(self.waiting, (at, next(self._order), deed))


def open_traffic(stage: Stage) -> Traffic | None:
    """Life as the simulated company knows it; None on real data, about which nothing is made up."""
    if stage.truths is None:
        return None
    with inside(stage.workspace):
        customers = list(Customer.objects.filter(merged_into=None).order_by("?")[:_REGULARS])
    return Traffic(stage.truths, np.random.default_rng(), customers)


def let_happen(traffic: Traffic, workspace: Workspace, clock: float) -> None:
    """Let something happen in the workspace; a database that is busy for too long only means that nothing does."""
    try:
        with inside(workspace):
            traffic.happen(clock)
    except OperationalError:
        logger.exception("Nothing happened this time.")


def channel_of(source: str) -> str:
    """By which way a source reaches us."""
    return {"social": "social", "chat": "chat"}.get(source, "web")


def answer(interaction_id: str, met: Encounter) -> None:
    """Answer the two questions about an interaction, unless somebody did so in the mailbox meanwhile."""
    invitation = Invitation.objects.filter(interaction_id=interaction_id, about="").select_related("version").first()
    if invitation is not None and invitation.is_open:
        record_response(invitation, words_of(met), at=now())


def words_of(met: Encounter) -> dict[str, str]:
    """An encounter's opinion as the form would send it."""
    said = {"got_it": "yes" if met.got_it else "no", "good_job": "yes" if met.good_job else "no"}
    is_unhappy = "no" in said.values()
    return said | ({"missing": met.text} if is_unhappy and met.text else {})
