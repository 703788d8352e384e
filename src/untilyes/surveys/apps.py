"""The surveys room, as Django sees it."""

from datetime import timedelta

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Asks when an interaction is over; reminds once."""

    name = "untilyes.surveys"
    label = "surveys"

    def ready(self) -> None:
        from untilyes.feedback.events import InteractionEnded  # noqa: PLC0415 - models must be loaded first
        from untilyes.plumbing.announce import listen  # noqa: PLC0415
        from untilyes.plumbing.jobs import every  # noqa: PLC0415
        from untilyes.surveys.actions import ask_about_interaction  # noqa: PLC0415

        # Within the transaction: an interaction that is recorded as over and never asked about would be lost for good.
        listen(InteractionEnded, ask_about_interaction, within=True)
        every(timedelta(minutes=5), "untilyes.surveys.jobs.tend_invitations")
