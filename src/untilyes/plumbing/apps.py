"""The plumbing room, as Django sees it."""

from datetime import timedelta

from django.apps import AppConfig


class PlumbingConfig(AppConfig):
    """Names the room, and has the worker show that it lives."""

    name = "untilyes.plumbing"
    label = "plumbing"

    def ready(self) -> None:
        from untilyes.plumbing.jobs import every  # noqa: PLC0415 - as in every room

        every(timedelta(seconds=5), "untilyes.plumbing.heartbeat.beat")
