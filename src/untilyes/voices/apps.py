"""The voices room, as Django sees it."""

from datetime import timedelta

from django.apps import AppConfig


class VoicesConfig(AppConfig):
    """Listens after changes and once a night."""

    name = "untilyes.voices"
    label = "voices"

    def ready(self) -> None:
        from untilyes.plumbing.jobs import every  # noqa: PLC0415 - models must be loaded first

        every(timedelta(minutes=1), "untilyes.voices.jobs.listen_when_due")
