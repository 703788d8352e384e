"""`untilyes worker`: errands from the queue, and the rhythm of the house."""

import os
import signal
import threading
from types import FrameType

from untilyes.config.speaking import console
from untilyes.config.starting import prepare_database, start_django


def work(*, beside: int = 0) -> None:
    """Work until SIGINT or SIGTERM; with `beside`, also until that parent process is gone.

    The queue's processes are forked first, while no engine runs: threads do not survive a fork.
    """
    start_django()
    if not beside:
        prepare_database()
    stop = threading.Event()
    from django_q.cluster import Cluster  # noqa: PLC0415 - django-q reads settings on import

    from untilyes.plumbing.jobs import keep_rhythm  # noqa: PLC0415

    cluster = Cluster()
    cluster.start()
    _listen_for_the_end(stop)
    if beside:
        _end_without_parent(beside, stop)
    else:
        console().print("The worker works. Stop with Ctrl-C.")
    try:
        keep_rhythm(stop)
    finally:
        cluster.stop()


def _listen_for_the_end(stop: threading.Event) -> None:
    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def _end_without_parent(parent: int, stop: threading.Event) -> None:
    """A server killed outright cannot say goodbye."""

    def watch() -> None:
        while not stop.wait(1.0):
            if os.getppid() != parent:
                stop.set()

    threading.Thread(target=watch, daemon=True).start()
