"""The cases room, as Django sees it."""

from datetime import timedelta

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Hears what customers answer and which promises are missed, each in the transaction that makes it true."""

    name = "untilyes.cases"
    label = "cases"

    def ready(self) -> None:
        from untilyes.cases.actions import (  # noqa: PLC0415 - models must be loaded first
            alert_members,
            hear_answer,
            raise_priority,
            tell_of_misses,
        )
        from untilyes.cases.learning import forget_what_cases_taught, learn_from_answer  # noqa: PLC0415
        from untilyes.cases.trials.actions import forget_trials  # noqa: PLC0415
        from untilyes.cases.trials.jobs import register_trials  # noqa: PLC0415
        from untilyes.customers.events import CustomerErased  # noqa: PLC0415
        from untilyes.plumbing.announce import listen  # noqa: PLC0415
        from untilyes.plumbing.jobs import every  # noqa: PLC0415
        from untilyes.promises.events import MissesFound, PromiseMissed, TargetMissed  # noqa: PLC0415
        from untilyes.surveys.events import ResponseRecorded  # noqa: PLC0415

        register_trials()
        every(timedelta(minutes=1), "untilyes.cases.jobs.know_customer_values")
        every(timedelta(hours=1), "untilyes.cases.jobs.ask_for_standings")
        every(timedelta(minutes=1), "untilyes.cases.jobs.poll_mail")
        # A no and its case are recorded together or not at all.
        listen(ResponseRecorded, hear_answer, within=True)
        # After it, so that what the answer did to the case is known.
        listen(ResponseRecorded, learn_from_answer, within=True)
        listen(CustomerErased, forget_what_cases_taught, within=True)
        listen(CustomerErased, forget_trials, within=True)
        # What was missed is told once; if the case cannot hear it, it is told again.
        listen(TargetMissed, raise_priority, within=True)
        listen(PromiseMissed, raise_priority, within=True)
        listen(MissesFound, tell_of_misses, within=True)
        listen(MissesFound, alert_members, within=True)
