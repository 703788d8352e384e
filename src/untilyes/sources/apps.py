"""The sources room, as Django sees it."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    """Names the room; what it listens to is registered in ready()."""

    name = "untilyes.sources"
    label = "sources"
