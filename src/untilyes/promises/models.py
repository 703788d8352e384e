"""Promises, the terms they had at each time, and the clocks that run under those terms."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

from untilyes.customers.models import Customer
from untilyes.promises.calendars import OpeningHours, read_hours
from untilyes.promises.pausing import Pause, Paused, close_pauses
from untilyes.promises.rules import EVERY_MINUTE, Calendar, ClockState, Due, Measures, find_state
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned


class Promise(WorkspaceOwned):
    """Something we say we will do within a time. What exactly we said, and when, is in its terms."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, help_text="The key of its outcomes in the lake; it never changes.")
    about = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Measures])
    is_public = models.BooleanField(default=False, help_text="The limit may be shown to everyone; the target never.")
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True, help_text="No new clock starts; running ones run on.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "slug"], name="one_promise_per_slug")]

    def __str__(self) -> str:
        return self.name


class BusinessCalendar(WorkspaceOwned):
    """Opening hours under a name. What exactly they were, and when, is in the versions."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "slug"], name="one_calendar_per_slug")]

    def __str__(self) -> str:
        return self.name


class CalendarVersion(WorkspaceOwned):
    """What a calendar said from one moment on, as people write it. Rows are added, never changed."""

    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    zone = models.CharField(max_length=64)
    week = models.JSONField(help_text="Weekday to windows: {'mon': '09:00-12:00, 13:00-17:00'}.")
    country = models.CharField(max_length=2, blank=True, help_text="Whose public holidays are closed.")
    region = models.CharField(max_length=10, blank=True)
    special = models.JSONField(default=dict, help_text="Date to windows; an empty text is a closed day.")
    in_force_from = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True, help_text="Needed whenever there are fewer open hours.")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "version"], name="one_calendar_version_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id} v{self.version}"

    @property
    def hours(self) -> OpeningHours:
        """The opening hours, read. Raises BadCalendar, NeverOpen."""
        return read_hours(
            zone=self.zone, week=self.week, country=self.country, region=self.region, special=self.special
        )


class PromiseTerms(WorkspaceOwned):
    """What a promise said from one moment on. Rows are added, never changed: a clock keeps the terms it began under."""

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    limit = models.DurationField(help_text="What the customer is told.")
    target = models.DurationField(help_text="What we hold ourselves to; never looser than the limit.")
    calendar = models.ForeignKey(
        BusinessCalendar,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Whose open hours count; every minute counts without one.",
    )
    in_force_from = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True, help_text="Needed whenever the terms become looser.")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name_plural = "promise terms"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promise", "version"], name="one_terms_per_version"),
            models.CheckConstraint(
                condition=models.Q(target__lte=models.F("limit")), name="target_no_looser_than_promise"
            ),
            models.CheckConstraint(condition=models.Q(target__gt=timedelta(0)), name="target_is_some_time"),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} v{self.version}: {self.limit}, target {self.target}"


class Clock(WorkspaceOwned):
    """One promise given to one customer: running until it is kept or withdrawn. Its state follows from its times."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="clocks")
    terms = models.ForeignKey(PromiseTerms, on_delete=models.PROTECT, related_name="clocks")
    hours = models.ForeignKey(
        CalendarVersion,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The opening hours it counts in, as they were when it started; every minute without them.",
    )
    about = models.CharField(max_length=120, help_text="What it is promised for: case:42.")
    turn = models.PositiveIntegerField(default=0, help_text="Which of several for one thing: each answer owed is one.")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="clocks")
    interaction_id = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=20)
    channel = models.CharField(max_length=40, blank=True)
    touchpoint = models.CharField(max_length=80, blank=True)
    team = models.CharField(max_length=80, blank=True)
    promised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    target_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    # As the history shows them, written anew as a whole each time it is read; the limits above are moved by them.
    pauses = models.JSONField(
        default=list, blank=True, help_text="[begins, ends], the last without an end if it lasts."
    )
    paused_at = models.DateTimeField(null=True, help_text="Since when a pause lasts; the limits move with the time.")
    # When the house was told, so that it is told once; that something was missed is read from the times above.
    target_told_at = models.DateTimeField(null=True)
    promise_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promise", "about", "turn"], name="one_clock_per_promise_and_turn"),
            models.CheckConstraint(
                condition=models.Q(target_at__lte=models.F("due_at")), name="clock_target_before_limit"
            ),
            models.CheckConstraint(
                condition=models.Q(kept_at=None) | models.Q(withdrawn_at=None), name="kept_or_withdrawn_not_both"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "about"]),
            models.Index(
                fields=["target_at"],
                condition=models.Q(kept_at=None, withdrawn_at=None),
                name="open_clocks_by_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} for {self.about}, due {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        return self.kept_at is None and self.withdrawn_at is None

    @property
    def margin(self) -> timedelta | None:
        """Due minus kept: positive when we over-delivered; None until kept."""
        return self.due_at - self.kept_at if self.kept_at else None

    @property
    def calendar(self) -> Calendar:
        """The time that counts for it, pauses or not."""
        return self.hours.hours if self.hours else EVERY_MINUTE

    @property
    def stopped_at(self) -> datetime | None:
        return self.kept_at or self.withdrawn_at

    def list_pauses(self) -> tuple[Pause, ...]:
        """Every stretch in which it did not run because we waited for the customer."""
        read = datetime.fromisoformat
        return tuple(Pause(read(begins), read(ends) if ends else None) for begins, ends in self.pauses)

    def counts(self, at: datetime) -> Calendar:
        """The time that counts for it, as its pauses stand at `at`."""
        return Paused(self.calendar, close_pauses(self.list_pauses(), at=at)) if self.pauses else self.calendar

    def waited(self, at: datetime) -> timedelta:
        """What the customer has experienced by `at`: every minute since it was promised."""
        return at - self.promised_at

    def counted(self, at: datetime) -> timedelta:
        """What was ours to control by `at`: the hours that count, without the time we waited for the customer."""
        return self.counts(at).elapsed(self.promised_at, at)

    def due(self, at: datetime) -> Due:
        """Its two limits as they stand at `at`: while a pause lasts, those not yet passed move with the time."""
        if self.paused_at is None or at <= self.paused_at:
            return Due(self.target_at, self.due_at)
        waited = self.calendar.elapsed(self.paused_at, at)
        target_at, due_at = (
            self.calendar.add(limit, waited) if limit > self.paused_at else limit
            for limit in (self.target_at, self.due_at)
        )
        return Due(target_at, due_at)

    def state(self, at: datetime) -> ClockState:
        """How the promise stands at that moment."""
        due = self.due(at)
        return find_state(
            promised_at=self.promised_at,
            target_at=due.target_at,
            due_at=due.due_at,
            kept_at=self.kept_at,
            withdrawn_at=self.withdrawn_at,
            at=at,
            calendar=self.counts(at),
        )


# The ratchet's models live with the ratchet; Django looks for all of a room's models here.
from untilyes.promises.ratchet.models import Pace, TargetProposal  # noqa: E402, F401
