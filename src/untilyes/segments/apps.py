"""The segments room, as Django sees it."""

from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    """Keeps segments found or drawn."""

    name = "untilyes.segments"
    label = "segments"

    def ready(self) -> None:
        from untilyes.feedback.narrowing import know_members  # noqa: PLC0415 - models must be loaded first
        from untilyes.segments.queries import find_members  # noqa: PLC0415 - models must be loaded first

        know_members(find_members)
