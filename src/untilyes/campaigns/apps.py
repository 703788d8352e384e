"""The campaigns room, as Django sees it."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Tells customers what was done."""

    name = "untilyes.campaigns"
    label = "campaigns"
