"""The knowledge room, as Django sees it."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """Keeps articles, their search and what nobody found."""

    name = "untilyes.knowledge"
    label = "knowledge"
