"""The tasks room, as Django sees it."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """Keeps the taxonomy of tasks and what completed them."""

    name = "untilyes.tasks"
    label = "tasks"
