"""Workspaces, the people who work in them, and the trail of what they did."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models

from untilyes.workspaces.rules import Role
from untilyes.workspaces.tenancy import WorkspaceOwned


class UserManager(BaseUserManager["User"]):
    """Users are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """Someone who can sign in; what they may do is decided by their memberships."""

    username = None  # type: ignore[assignment]
    email = models.EmailField("e-mail", unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.email.partition("@")[0]


class Workspace(models.Model):
    """One organisation's house: its customers, its surveys, its lake."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    why = models.TextField(blank=True, help_text="Why we serve; customers read it on our pages.")
    difference = models.TextField(blank=True, help_text="What sets us apart.")
    timezone = models.CharField(max_length=64, default="UTC")
    languages = models.JSONField(default=list, help_text="Languages customers are asked in, the default first.")
    colour = models.CharField(max_length=7, default="#1f5fbf")
    currency = models.CharField(max_length=3, blank=True, help_text="What amounts of purchases are in, such as EUR.")
    privacy_floor = models.PositiveSmallIntegerField(
        default=5, help_text="Cells with fewer customers than this are not shown."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def language(self) -> str:
        """The language used when a customer's own is unknown or not offered."""
        return str(self.languages[0]) if self.languages else "en"


class Member(models.Model):
    """A user's place in one workspace."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="members")
    role = models.CharField(max_length=16, choices=[(role.value, role.name.title()) for role in Role])
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "workspace"], name="one_place_per_workspace")]

    def __str__(self) -> str:
        return self.user.display_name

    def may(self, action: str) -> bool:
        """Whether this member's role allows `action` (see rules.ALLOWED)."""
        return Role(self.role).may(action)


class Team(WorkspaceOwned):
    """People who answer for the same work."""

    name = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "name"], name="one_team_per_name")]

    def __str__(self) -> str:
        return self.name


class Employee(WorkspaceOwned):
    """Someone who serves customers, whether or not they sign in here."""

    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="employees")
    member = models.OneToOneField(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="employee")
    left_on = models.DateField(null=True, blank=True)
    skills = models.JSONField(default=list, blank=True, help_text="Words for what they know: a language, a touchpoint.")
    most_cases = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Open cases they are given at most; empty for no limit."
    )
    away_until = models.DateTimeField(null=True, blank=True, help_text="Given nothing new before then.")

    def __str__(self) -> str:
        return self.name

    def is_here(self, at: datetime) -> bool:
        """Whether they can be given work at that moment."""
        has_left = self.left_on is not None and self.left_on <= at.date()
        return not has_left and (self.away_until is None or self.away_until <= at)


class AuditEntry(WorkspaceOwned):
    """Who did what to what, and when; written by the verbs, changed by nobody."""

    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=150, help_text="Kept when the member leaves; 'customer' or 'UntilYes'.")
    verb = models.CharField(max_length=60)
    about = models.CharField(max_length=120, help_text="A reference such as case:42.")
    detail = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "about"]),
            models.Index(fields=["workspace", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.by_name} {self.verb} {self.about}"


class ApiKey(WorkspaceOwned):
    """What another program comes in with. Only a digest of its secret is kept; it does what its maker may do."""

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16, unique=True, help_text="The part that is shown, to tell keys apart.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the secret.")
    scopes = models.JSONField(default=list, help_text="What it may be used for (keys.Scope).")
    made_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    made_by_name = models.CharField(
        max_length=150, help_text="Kept when the member leaves; the key then opens nothing."
    )
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "name"], condition=models.Q(revoked_at=None), name="one_standing_key_per_name"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_good(self) -> bool:
        """Whether it opens anything: not revoked, and its maker still has a place here."""
        return self.revoked_at is None and self.made_by_id is not None


class ApiReceipt(WorkspaceOwned):
    """A request that was answered, so that sending it again changes nothing. Holds no words of any customer."""

    token = models.CharField(max_length=300, help_text="What makes a repeat recognisable.")
    asked = models.CharField(max_length=64, help_text="SHA-256 of what was asked.")
    answer = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "token"], name="one_answer_per_request"),
        ]

    def __str__(self) -> str:
        return self.token
