"""The campaigns room, as Django sees it."""

from datetime import timedelta

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Tells customers what was done, and hears what they answer."""

    name = "untilyes.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from untilyes.campaigns.actions.hearing import book_answer  # noqa: PLC0415 - models must be loaded first
        from untilyes.plumbing.announce import listen  # noqa: PLC0415
        from untilyes.plumbing.jobs import every  # noqa: PLC0415
        from untilyes.surveys.events import ResponseRecorded  # noqa: PLC0415

        # An answer and its place in the campaign that asked for it are recorded together.
        listen(ResponseRecorded, book_answer, within=True)
        every(timedelta(seconds=5), "untilyes.campaigns.jobs.send_campaigns")
        every(timedelta(seconds=5), "untilyes.campaigns.jobs.send_letters")
        every(timedelta(hours=1), "untilyes.campaigns.jobs.draft_letters")
