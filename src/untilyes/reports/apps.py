"""The reports room, as Django sees it."""

from datetime import timedelta

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Sends digests and reports."""

    name = "untilyes.reports"
    label = "reports"

    def ready(self) -> None:
        from untilyes.insights.events import FindingGiven, LookEnded  # noqa: PLC0415 - models must be loaded first
        from untilyes.plumbing.announce import listen  # noqa: PLC0415
        from untilyes.plumbing.jobs import every  # noqa: PLC0415
        from untilyes.reports.jobs import tell_channels, tell_owners, tell_whoever_was_given  # noqa: PLC0415

        listen(LookEnded, tell_channels)
        listen(LookEnded, tell_owners)
        listen(FindingGiven, tell_whoever_was_given)
        every(timedelta(minutes=1), "untilyes.reports.jobs.make_digests_when_due")
        every(timedelta(seconds=20), "untilyes.reports.jobs.carry_posts")
