"""Tenancy that fails closed: outside a workspace there is nothing to see, and asking is an error.

A row that belongs to a workspace derives from `WorkspaceOwned`. Its default manager sees the current workspace only
and raises when there is none, so that a forgotten filter is an exception on a developer's screen, never a leak.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

if TYPE_CHECKING:
    from untilyes.workspaces.models import Workspace

_current: ContextVar["Workspace | None"] = ContextVar("current_workspace", default=None)

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class OutsideWorkspace(RuntimeError):
    """A query or a write was tried with no workspace, or with another one's row."""


class NotFound(LookupError):
    """There is no such thing for whoever asks: it does not exist, or it is another workspace's."""


@contextmanager
def inside(workspace: "Workspace") -> Iterator["Workspace"]:
    """Everything in this block happens in `workspace`."""
    token = _current.set(workspace)
    try:
        yield workspace
    finally:
        _current.reset(token)


def current_workspace() -> "Workspace":
    """The workspace this code runs in. Raises OutsideWorkspace when there is none."""
    workspace = _current.get()
    if workspace is None:
        raise OutsideWorkspace("No workspace is chosen: wrap the call in `with inside(workspace):`.")
    return workspace


class WorkspaceQuerySet(models.QuerySet[Row_co]):
    """A queryset whose bulk inserts belong to the current workspace too."""

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[Row_co]:
        rows = list(objs)
        for row in rows:
            row.claim()
        return super().bulk_create(rows, *args, **kwargs)


class WorkspaceManager(models.Manager[Row_co]):
    """Sees the current workspace's rows only; raises outside one."""

    def get_queryset(self) -> models.QuerySet[Row_co]:
        return WorkspaceQuerySet(self.model, using=self._db).filter(workspace=current_workspace())


class WorkspaceOwned(models.Model):
    """A row that belongs to one workspace, now and forever."""

    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="+")

    objects = WorkspaceManager()
    # For the worker, which serves every workspace in turn, and for nothing else.
    everywhere = models.Manager()

    class Meta:
        abstract = True

    def claim(self) -> None:
        """Put the row in the current workspace; refuse a row that belongs to another."""
        workspace = current_workspace()
        if self.workspace_id is None:
            self.workspace = workspace
        elif self.workspace_id != workspace.pk:
            raise OutsideWorkspace(f"This {self._meta.verbose_name} belongs to another workspace.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.claim()
        super().save(*args, **kwargs)
