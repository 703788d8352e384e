"""The web room, as Django sees it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Names the room; what it listens to is registered in ready()."""

    name = "untilyes.web"
    label = "web"
