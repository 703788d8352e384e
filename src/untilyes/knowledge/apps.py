"""The knowledge room, as Django sees it."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """Keeps articles, their search and what nobody found."""

    name = "untilyes.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        from untilyes.customers.events import CustomerErased  # noqa: PLC0415 - models must be loaded first
        from untilyes.knowledge.actions import forget_searches  # noqa: PLC0415
        from untilyes.plumbing.announce import listen  # noqa: PLC0415

        listen(CustomerErased, forget_searches, within=True)
