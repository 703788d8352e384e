"""The automation room, as Django sees it."""

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    """Hears what happens to cases and follows the rules."""

    name = "untilyes.automation"
    label = "automation"
