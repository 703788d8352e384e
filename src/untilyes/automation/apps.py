"""The automation room, as Django sees it."""

from datetime import timedelta

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    """Hears what happens to cases and follows the rules."""

    name = "untilyes.automation"
    label = "automation"

    def ready(self) -> None:
        from untilyes.automation.actions.following import notice_step  # noqa: PLC0415 - models must be loaded first
        from untilyes.cases.events import CaseStepped  # noqa: PLC0415
        from untilyes.plumbing.announce import listen  # noqa: PLC0415
        from untilyes.plumbing.jobs import every  # noqa: PLC0415

        # The errand is written down with the step it is about: neither is lost alone.
        listen(CaseStepped, notice_step, within=True)
        every(timedelta(seconds=5), "untilyes.automation.jobs.give_waiting_cases")
        every(timedelta(minutes=1), "untilyes.automation.jobs.follow_time")
