"""The workspaces room, as Django sees it."""

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    """Names the room; what it listens to is registered in ready()."""

    name = "untilyes.workspaces"
    label = "workspaces"
