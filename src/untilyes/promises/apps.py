"""The promises room, as Django sees it."""

from datetime import timedelta

from django.apps import AppConfig


class PromisesConfig(AppConfig):
    """Watches the clocks, so that the house learns of a missed target within half a minute; proposes targets."""

    name = "untilyes.promises"
    label = "promises"

    def ready(self) -> None:
        from untilyes.plumbing.jobs import every  # noqa: PLC0415 - models must be loaded first

        every(timedelta(seconds=30), "untilyes.promises.jobs.watch_clocks")
        every(timedelta(minutes=10), "untilyes.promises.ratchet.jobs.propose_targets_when_due")
