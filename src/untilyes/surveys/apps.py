"""The surveys room, as Django sees it."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Names the room; what it listens to is registered in ready()."""

    name = "untilyes.surveys"
    label = "surveys"
