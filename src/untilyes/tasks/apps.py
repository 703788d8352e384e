"""The tasks room, as Django sees it."""

from datetime import timedelta

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """Keeps the taxonomy of tasks and what completed them."""

    name = "untilyes.tasks"
    label = "tasks"

    def ready(self) -> None:
        from untilyes.customers.events import CustomerErased  # noqa: PLC0415 - models must be loaded first
        from untilyes.plumbing.announce import listen  # noqa: PLC0415
        from untilyes.plumbing.jobs import every  # noqa: PLC0415
        from untilyes.tasks.actions import forget_matters  # noqa: PLC0415

        listen(CustomerErased, forget_matters, within=True)
        every(timedelta(minutes=10), "untilyes.tasks.jobs.count_when_due")
