"""The segments room, as Django sees it."""

from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    """Keeps segments found or drawn."""

    name = "untilyes.segments"
    label = "segments"
