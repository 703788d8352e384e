"""The plumbing room, as Django sees it."""

from django.apps import AppConfig


class PlumbingConfig(AppConfig):
    """Names the room; what it listens to is registered in ready()."""

    name = "untilyes.plumbing"
    label = "plumbing"
