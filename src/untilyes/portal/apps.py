"""The portal room, as Django sees it."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Names the room; what it listens to is registered in ready()."""

    name = "untilyes.portal"
    label = "portal"
