"""Articles with their languages, versions and files; what cases taught; what was looked for and not found."""

import uuid
from enum import StrEnum
from typing import Any, ClassVar

from django.db import models

from untilyes.customers.models import Customer
from untilyes.knowledge.rules import Audience, Confidence, FileKind, Governance, Place, Step, Taught, Verdict
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned


def _choices(names: type[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, one.value.replace("_", " ")) for one in names]


class Shelf(WorkspaceOwned):
    """What counts up in a workspace's knowledge: the number the next article gets. One per workspace."""

    last_number = models.PositiveIntegerField(default=0, help_text="The highest article number given.")

    class Meta:
        verbose_name_plural = "shelves"
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace"], name="one_shelf")]

    def __str__(self) -> str:
        return f"{self.last_number} articles"


class Article(WorkspaceOwned):
    """An answer that can be given again: how sure it is, who may read it, who validates it."""

    number = models.PositiveIntegerField(help_text="What people call it; counts up in each workspace.")
    language = models.CharField(max_length=10, help_text="The language it was first written in.")
    confidence = models.CharField(
        max_length=14, choices=_choices(Confidence), default=Confidence.IN_PROGRESS.value, db_index=True
    )
    audience = models.CharField(max_length=10, choices=_choices(Audience), default=Audience.TEAM.value)
    governance = models.CharField(max_length=8, choices=_choices(Governance), default=Governance.BY_USE.value)
    touchpoint = models.CharField(max_length=80, blank=True, help_text="Where customers need it; empty for anywhere.")
    origin = models.CharField(max_length=120, blank=True, help_text="What it grew from, such as case:42.")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    validated_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, help_text="When customers could first read it.")
    archived_at = models.DateTimeField(null=True, blank=True)
    archived_why = models.CharField(max_length=300, blank=True)
    review_on = models.DateField(null=True, blank=True, help_text="When it should be looked through again.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="one_article_per_number"),
            models.CheckConstraint(
                condition=(models.Q(confidence=Confidence.ARCHIVED.value) & models.Q(archived_at__isnull=False))
                | (~models.Q(confidence=Confidence.ARCHIVED.value) & models.Q(archived_at=None)),
                name="archived_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"A{self.number}"

    @property
    def ref(self) -> str:
        """How the audit trail speaks of it."""
        return f"article:{self.pk}"

    @property
    def activity(self) -> str:
        """What the lake calls it when it was used."""
        return f"article:{self.number}"

    @property
    def is_archived(self) -> bool:
        return self.confidence == Confidence.ARCHIVED

    @property
    def is_for_customers(self) -> bool:
        """Whether customers may read what of it was validated."""
        return Audience(self.audience).is_public and not self.is_archived


class Translation(WorkspaceOwned):
    """An article in one language: its newest version, and the one customers read."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=10)
    latest = models.ForeignKey("ArticleVersion", null=True, on_delete=models.SET_NULL, related_name="+")
    public = models.ForeignKey(
        "ArticleVersion", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="As validated."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "language"], name="one_translation_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.article} in {self.language}"


class ArticleVersion(WorkspaceOwned):
    """One wording of an article in one language. It never changes; restoring it makes a new one."""

    translation = models.ForeignKey(Translation, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    asked_as = models.TextField(blank=True, help_text="How customers ask for it, in their words.")
    body = models.TextField(blank=True, help_text="Markdown.")
    steps = models.JSONField(default=list, help_text="Slides: [{text, picture}].")
    restores = models.PositiveIntegerField(null=True, blank=True, help_text="The version it brought back.")
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=150)

    class Meta:
        ordering: ClassVar = ["translation", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["translation", "number"], name="one_wording_per_number")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def slides(self) -> tuple[Step, ...]:
        """The steps, read."""
        return tuple(Step(str(one.get("text", "")), int(one.get("picture", 0))) for one in self.steps)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise VersionNeverChanges("A version of an article never changes; edit the article to make a new one.")
        super().save(*args, **kwargs)


class VersionNeverChanges(RuntimeError):
    """What stood in an article at some time stays readable as it was."""


class ArticleFile(WorkspaceOwned):
    """A picture or a short video of an article, as we encoded or checked it; the content lies among the files."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="What its address carries.")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="files")
    number = models.PositiveIntegerField(help_text="How the text names it, such as picture:1.")
    kind = models.CharField(max_length=8, choices=_choices(FileKind))
    name = models.CharField(max_length=200, help_text="What it shows, for those who cannot see it.")
    content_type = models.CharField(max_length=40)
    path = models.CharField(max_length=200, help_text="Below the folder of files.")
    size = models.PositiveIntegerField(help_text="In bytes.")
    width = models.PositiveIntegerField(default=0, help_text="In pixels; 0 for a video.")
    height = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["article", "number"], name="one_file_per_number")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.number}"


class Flag(WorkspaceOwned):
    """A doubt about an article, until somebody fixed it or found that it stands."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="flags")
    at = models.DateTimeField()
    why = models.CharField(max_length=400)
    about = models.CharField(max_length=120, blank=True, help_text="Where it came up, such as case:42.")
    by_name = models.CharField(max_length=150)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_how = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        indexes: ClassVar = [models.Index(fields=["workspace", "settled_at"])]

    def __str__(self) -> str:
        return self.why[:60]


class Lesson(WorkspaceOwned):
    """What a piece of work taught us, and what the customer then said to it. Rooms above name the work (`about`)."""

    about = models.CharField(max_length=120, help_text="A reference such as case:42.")
    taught = models.CharField(max_length=8, choices=_choices(Taught))
    article = models.ForeignKey(Article, null=True, blank=True, on_delete=models.CASCADE, related_name="lessons")
    why = models.CharField(max_length=400, blank=True, help_text="Why there was nothing to learn.")
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=150)
    verdict = models.CharField(max_length=3, blank=True, choices=[(one.value, one.value) for one in Verdict])
    verdict_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "about", "article"], name="one_lesson_per_article"),
            models.CheckConstraint(
                condition=(models.Q(taught=Taught.NOTHING.value, article=None) & ~models.Q(why=""))
                | (~models.Q(taught=Taught.NOTHING.value) & models.Q(article__isnull=False)),
                name="lesson_has_article_or_why",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "about"]), models.Index(fields=["workspace", "at"])]

    def __str__(self) -> str:
        return f"{self.about} {self.taught}"


class Reading(WorkspaceOwned):
    """What a reader answered at the end of an article: the same two questions as everywhere."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="readings")
    response_id = models.UUIDField(unique=True)
    was_enough = models.BooleanField(null=True, help_text="Both questions yes, or one of them no.")
    language = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "at"])]

    def __str__(self) -> str:
        return f"{self.article} {self.was_enough}"


class Search(WorkspaceOwned):
    """Something somebody looked for. Personal data in it is covered before it is kept."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="What the results carry.")
    place = models.CharField(max_length=5, choices=_choices(Place))
    words = models.CharField(max_length=300)
    name = models.CharField(max_length=120, help_text="What searches for the same are known by.")
    language = models.CharField(max_length=10, blank=True)
    at = models.DateTimeField()
    found = models.PositiveIntegerField()
    about = models.CharField(max_length=120, blank=True, help_text="Such as case:42.")
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    chosen = models.ForeignKey(Article, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    chosen_at = models.DateTimeField(null=True, blank=True)
    dismissed_at = models.DateTimeField(null=True, blank=True, help_text="When somebody said it is no gap of ours.")

    class Meta:
        verbose_name_plural = "searches"
        indexes: ClassVar = [
            models.Index(fields=["workspace", "at"]),
            models.Index(fields=["workspace", "found", "name"]),
        ]

    def __str__(self) -> str:
        return self.words[:60]
