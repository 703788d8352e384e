"""Looks at the facts, what each found, and what became of it."""

from typing import Any, ClassVar

from django.db import models

from untilyes.analysis.findings.finding import Figure, Money, Reading, Trail
from untilyes.insights.rules import Size, State
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned

UNDER_WAY = (State.ACTING.value, State.FIXED.value)
"""The states in which somebody acts on a finding."""


class Run(WorkspaceOwned):
    """One look at everything: when, how many questions it asked, how many findings stood."""

    class Stage(models.TextChoices):
        ASKED = "asked", "Asked for"
        STARTED = "started", "Looking"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.ASKED)
    doing = models.CharField(max_length=120, blank=True, help_text="What it looks at just now.")
    done_share = models.FloatField(default=0.0)
    questions = models.PositiveIntegerField(default=0)
    findings = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} {self.stage}"

    @property
    def is_over(self) -> bool:
        return self.stage in {self.Stage.DONE, self.Stage.FAILED}


class KeptFinding(WorkspaceOwned):
    """One finding as last told, and what people made of it. `key` names the thing, so every run knows it again."""

    key = models.CharField(max_length=300)
    kind = models.CharField(max_length=20)
    tone = models.CharField(max_length=8)
    sentence = models.TextField()
    action = models.TextField()
    customers = models.PositiveIntegerField()
    worth = models.FloatField()
    q = models.FloatField(null=True, blank=True)
    told = models.JSONField(default=dict, help_text="The whole finding in plain types.")
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in State], default=State.NEW.value)
    owner = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    first_run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    last_run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="kept")
    dismissed_why = models.CharField(max_length=300, blank=True)
    dismissed_worth = models.FloatField(default=0.0)
    dismissed_customers = models.PositiveIntegerField(default=0)
    dismissed_effect = models.FloatField(default=0.0)

    class Meta:
        ordering: ClassVar = ["-worth", "key"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "key"], name="one_finding_per_key")]

    def __str__(self) -> str:
        return self.sentence

    @property
    def evidence(self) -> dict[str, Any]:
        """Figures, quotes, where to look, notes, and what it explains besides."""
        return dict(self.told)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The numbers it rests on."""
        return tuple(Figure.from_dict(one) for one in self.told.get("figures", ()))

    @property
    def course(self) -> tuple[Figure, ...]:
        """The same week by week, where it has a course."""
        return tuple(Figure.from_dict(one) for one in self.told.get("course", ()))

    @property
    def money(self) -> Money | None:
        """What its customers spent, where that is known."""
        told = self.told.get("money")
        return Money(**told) if told else None

    @property
    def size(self) -> Size:
        """How large it is as last told; the effect's interval is that of the change, on the effect's scale."""
        effect, change = float(self.told.get("effect", 0.0)), self.told.get("change")
        low = 0.0
        if change and change["delta"] and change["low"] is not None and change["low"] * change["high"] > 0:
            low = min(abs(change["low"]), abs(change["high"])) / abs(change["delta"]) * abs(effect)
        return Size(self.worth, self.customers, abs(effect), low)

    @property
    def dismissed_size(self) -> Size:
        """How large it was when it was dismissed."""
        return Size(self.dismissed_worth, self.dismissed_customers, self.dismissed_effect)

    @property
    def watch(self) -> Trail | None:
        """Which figures say whether it is mended, where some do."""
        watch = self.told.get("watch")
        return Trail(watch["question"], watch["given"]) if watch else None

    @property
    def is_drawn(self) -> bool:
        """Whether its figures are of a kind: a part and its whole share no axis, and what was counted is one number."""
        return self.kind not in {"driver", "data_quality"}

    @property
    def trail(self) -> Trail | None:
        """Where its rows are, when no measure holds them."""
        rows = self.told.get("rows")
        return Trail(rows["question"], rows["given"]) if rows else None


class Initiative(WorkspaceOwned):
    """What we change about a finding, for whose gain, and how the figures stood before and since.

    Whoever owns the finding owns it. `look_on` is chosen before anything is known, so that nobody stops looking on a
    day when chance is kind.
    """

    finding = models.OneToOneField(KeptFinding, on_delete=models.CASCADE, related_name="initiative")
    plan = models.CharField(max_length=300, help_text="What will be done.")
    for_customers = models.CharField(max_length=300, help_text="What customers gain by it.")
    for_us = models.CharField(max_length=300, help_text="What we gain by it.")
    begun_on = models.DateField()
    look_on = models.DateField(help_text="The day on which the measure is asked whether it helped.")
    begun_with = models.JSONField(default=dict, help_text="The sentence and the size of the finding when it began.")
    readings = models.JSONField(default=list, help_text="The figures before and since, as of the newest look.")
    read_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, help_text="When its owner was told what came of it.")
    grown_at = models.DateTimeField(null=True, blank=True, help_text="When its owner was told that it grew.")

    class Meta:
        ordering: ClassVar = ["look_on", "pk"]

    def __str__(self) -> str:
        return self.plan

    @property
    def is_under_way(self) -> bool:
        """Whether somebody still acts on its finding; one that was verified and came back is begun anew."""
        return self.finding.state in UNDER_WAY

    @property
    def read(self) -> tuple[Reading, ...]:
        """The figures before it began and since; the first is what is judged."""
        return tuple(Reading.from_dict(one) for one in self.readings)

    @property
    def begun_size(self) -> Size:
        """How large the finding was when it began."""
        told = self.begun_with
        return Size(told["worth"], told["customers"], told["effect"])


class FindingStep(WorkspaceOwned):
    """One line of a finding's history."""

    finding = models.ForeignKey(KeptFinding, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    state = models.CharField(max_length=10)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=150)
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.by_name} {self.state}"


class Reckoning(WorkspaceOwned):
    """What the worker worked out about one subject, and as of when; `told` stands until a newer one is done."""

    class Stage(models.TextChoices):
        ASKED = "asked", "Asked for"
        STARTED = "started", "Being worked out"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    about = models.CharField(max_length=200, help_text="The subject's name and its words, with colons between.")
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.ASKED)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When what stands was worked out.")
    stamp = models.CharField(max_length=100, blank=True, help_text="The state of the lake that it tells of.")
    told = models.TextField(blank=True)
    doing = models.CharField(max_length=120, blank=True)
    done_share = models.FloatField(default=0.0)
    problem = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["about"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "about"], name="one_reckoning_each")]

    def __str__(self) -> str:
        return f"{self.about} {self.stage}"

    @property
    def is_under_way(self) -> bool:
        return self.stage in {self.Stage.ASKED, self.Stage.STARTED}


class SheetWords(WorkspaceOwned):
    """What an owner says stands on the sheet of one process, beside what the log counts; a line for each entry."""

    process = models.CharField(max_length=200, help_text="The key of the process in the log.")
    suppliers = models.TextField(blank=True)
    inputs = models.TextField(blank=True)
    outputs = models.TextField(blank=True)
    customers = models.TextField(blank=True)
    said_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["process"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "process"], name="one_sheet_per_process")]

    def __str__(self) -> str:
        return self.process
