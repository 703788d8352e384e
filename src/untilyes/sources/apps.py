"""The sources room, as Django sees it."""

from datetime import timedelta

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    """Brings in what was said and done elsewhere; forgets files brought in on a page after a week."""

    name = "untilyes.sources"
    label = "sources"

    def ready(self) -> None:
        from untilyes.plumbing.jobs import every  # noqa: PLC0415 - models must be loaded first

        every(timedelta(hours=1), "untilyes.sources.jobs.forget_old_uploads")
