"""The reports room, as Django sees it."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Sends digests and reports."""

    name = "untilyes.reports"
    label = "reports"
