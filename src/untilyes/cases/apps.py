"""The cases room, as Django sees it."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Names the room; what it listens to is registered in ready()."""

    name = "untilyes.cases"
    label = "cases"
