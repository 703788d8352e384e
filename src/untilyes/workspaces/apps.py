"""The workspaces room, as Django sees it."""

from datetime import timedelta

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    """Names the room; what the worker does for it again and again is registered in ready()."""

    name = "untilyes.workspaces"
    label = "workspaces"

    def ready(self) -> None:
        from untilyes.plumbing.jobs import every  # noqa: PLC0415 - settings must be read first

        every(timedelta(days=1), "untilyes.workspaces.jobs.forget_old_receipts")
