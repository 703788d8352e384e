"""The promises room, as Django sees it."""

from django.apps import AppConfig


class PromisesConfig(AppConfig):
    """Names the room; what it listens to is registered in ready()."""

    name = "untilyes.promises"
    label = "promises"
