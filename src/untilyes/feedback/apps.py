"""The feedback room, as Django sees it."""

from datetime import timedelta

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """Carries facts to the lake, and forgets there whom the customers room forgot."""

    name = "untilyes.feedback"
    label = "feedback"

    def ready(self) -> None:
        from untilyes.customers.events import CustomerErased  # noqa: PLC0415 - models must be loaded first
        from untilyes.feedback.actions import ask_erasure  # noqa: PLC0415
        from untilyes.plumbing.announce import listen  # noqa: PLC0415
        from untilyes.plumbing.jobs import every  # noqa: PLC0415

        listen(CustomerErased, ask_erasure, within=True)
        every(timedelta(seconds=1), "untilyes.feedback.jobs.carry_to_lake")
        every(timedelta(minutes=1), "untilyes.feedback.jobs.keep_journeys_when_due")
