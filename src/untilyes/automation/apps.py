"""The automation room, as Django sees it."""

from datetime import timedelta

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    """Hears what happens to cases and follows the rules."""

    name = "untilyes.automation"
    label = "automation"

    def ready(self) -> None:
        from untilyes.plumbing.jobs import every  # noqa: PLC0415 - models must be loaded first

        every(timedelta(seconds=5), "untilyes.automation.jobs.give_waiting_cases")
