"""The insights room, as Django sees it."""

from datetime import timedelta

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """Looks for findings once a night, and whenever somebody asks."""

    name = "untilyes.insights"
    label = "insights"

    def ready(self) -> None:
        from untilyes.insights.worked_out import register_all  # noqa: PLC0415 - models must be loaded first
        from untilyes.plumbing.jobs import every  # noqa: PLC0415 - models must be loaded first

        register_all()
        every(timedelta(minutes=1), "untilyes.insights.jobs.look_when_due")
