"""`untilyes serve`: the pages, and the worker beside them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from untilyes.config.demo.processes import check_port
from untilyes.config.speaking import console
from untilyes.config.starting import collect_static_files, prepare_database, start_django

_THREADS = 4
_PATIENCE_S = 7.0


def serve(*, host: str, port: int, with_worker: bool) -> None:
    """Serve until SIGINT or SIGTERM. Raises PortTaken."""
    check_port(port)
    start_django()
    prepare_database()
    collect_static_files()
    from django.conf import settings  # noqa: PLC0415 - Django must be up
    from django.db import connection  # noqa: PLC0415

    # SQLite takes one writer at a time: a second process would only wait for the first.
    processes = 1 if connection.vendor == "sqlite" else 2
    also = "and the worker" if with_worker else "without the worker (run `untilyes worker` beside it)"
    console().print(f"UntilYes serves {settings.BASE_URL} on {host}:{port}, {also}. Stop with Ctrl-C.")
    if with_worker:
        with _worker_beside():
            _run_server(host, port, processes)
    else:
        _run_server(host, port, processes)


def _run_server(host: str, port: int, processes: int) -> None:
    from granian import Granian  # noqa: PLC0415 - not for other commands
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    server: Any = Granian(
        "untilyes.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=_THREADS,
        workers_kill_timeout=3,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    )
    server.serve()


@contextmanager
def _worker_beside() -> Iterator[None]:
    """A worker in this process group: whoever ends the group ends it too, and it ends by itself without us."""
    command = "from untilyes.config.cli import main; main()"
    worker = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", command, "worker", "--beside", str(os.getpid())], stdin=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        worker.terminate()
        with suppress(subprocess.TimeoutExpired):
            worker.wait(_PATIENCE_S)
        worker.kill()
        worker.wait()
