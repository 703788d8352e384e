"""`untilyes doctor`: is everything there, and does everything run?"""

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from untilyes.config.speaking import console, say_json
from untilyes.config.starting import count_pending_migrations, start_django

_SILENCE = timedelta(seconds=60)
_SKEW_S = 60.0
_LITTLE, _TOO_LITTLE = 2 * 10**9, 2 * 10**8  # bytes


class State(StrEnum):
    """How a check went: `worth_a_look` is no failure, `broken` is."""

    FINE = "fine"
    WORTH_A_LOOK = "worth a look"
    BROKEN = "broken"


@dataclass(frozen=True)
class Found:
    """What one check found, in a sentence that says what to do unless all is fine."""

    check: str
    state: State
    told: str


def examine(*, as_json: bool) -> int:
    """Check everything and say it; return 1 when something is broken, else 0."""
    start_django()
    found = list(_examine())
    broken = sum(one.state is State.BROKEN for one in found)
    if as_json:
        say_json({"fine": not broken, "checks": [asdict(one) for one in found]})
    else:
        _tell(found)
    return 1 if broken else 0


def _tell(found: list[Found]) -> None:
    marks = {State.FINE: "[green]✓[/]", State.WORTH_A_LOOK: "[yellow]![/]", State.BROKEN: "[red]✗[/]"}
    show = console()
    for one in found:
        show.print(f"{marks[one.state]} {one.check:<12}", end="")
        show.print(one.told, markup=False, soft_wrap=True)


def _examine() -> Iterator[Found]:
    """Each check by itself: one that fails unforeseen says so and lets the others go on."""
    checks: dict[str, Callable[[], Found]] = {
        "home": _examine_home,
        "disk": _examine_disk,
        "database": _examine_database,
        "migrations": _examine_migrations,
        "lake": _examine_lake,
        "worker": _examine_worker,
        "mail": _examine_mail,
        "clock": _examine_clock,
        "address": _examine_address,
    }
    for name, check in checks.items():
        try:
            yield check()
        except Exception as problem:
            yield Found(name, State.BROKEN, f"{type(problem).__name__}: {problem}")


def _examine_home() -> Found:
    home = _settings().HOME
    if not home.is_dir():
        return Found("home", State.BROKEN, f"{home} does not exist. Begin with: untilyes init")
    if not os.access(home, os.W_OK):
        return Found("home", State.BROKEN, f"{home} cannot be written to by this user.")
    return Found("home", State.FINE, f"{home}")


def _examine_disk() -> Found:
    home = _settings().HOME
    free = shutil.disk_usage(home if home.is_dir() else Path.cwd()).free
    told = f"{free / 1e9:.1f} GB free"
    if free < _TOO_LITTLE:
        return Found("disk", State.BROKEN, f"{told}: too little to go on. Make room.")
    return Found("disk", State.WORTH_A_LOOK if free < _LITTLE else State.FINE, told)


def _examine_database() -> Found:
    from django.db import connection  # noqa: PLC0415 - Django must be up

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA quick_check(1)")
            verdict = cursor.fetchone()[0]
            if verdict != "ok":
                return Found("database", State.BROKEN, f"SQLite says: {verdict}. Restore from a backup.")
            return Found("database", State.FINE, f"SQLite, {connection.settings_dict['NAME']}")
        cursor.execute("SELECT version()")
        return Found("database", State.FINE, str(cursor.fetchone()[0]).partition(" on ")[0])


def _examine_migrations() -> Found:
    pending = count_pending_migrations()
    if pending:
        return Found("migrations", State.BROKEN, f"{pending} to be made. Make them with: untilyes manage migrate")
    return Found("migrations", State.FINE, "all made")


def _examine_lake() -> Found:
    from untilyes.feedback.queries import read_freshness  # noqa: PLC0415 - Django must be up
    from untilyes.plumbing.clock import now  # noqa: PLC0415
    from untilyes.workspaces.models import Workspace  # noqa: PLC0415
    from untilyes.workspaces.tenancy import inside  # noqa: PLC0415

    told, stuck, count = [], False, 0
    for workspace in Workspace.objects.order_by("slug"):
        count += 1
        with inside(workspace):
            fresh = read_freshness(at=now())
        heard = f"last heard {fresh.heard_at:%Y-%m-%d %H:%M} UTC" if fresh.heard_at else "empty"
        told.append(f"{workspace.slug}: {heard}, {fresh.waiting:,} waiting")
        stuck = stuck or fresh.is_stuck
    if not count:
        return Found("lake", State.WORTH_A_LOOK, "No workspace yet. Found one with: untilyes init")
    if stuck:
        return Found("lake", State.BROKEN, f"{'; '.join(told)}. Facts wait for a worker: untilyes serve")
    return Found("lake", State.FINE, "; ".join(told))


def _examine_worker() -> Found:
    from untilyes.plumbing.clock import now  # noqa: PLC0415
    from untilyes.plumbing.heartbeat import find_last_beat  # noqa: PLC0415 - Django must be up

    beat = find_last_beat()
    if beat is None:
        return Found("worker", State.WORTH_A_LOOK, "has never run here. Start it with: untilyes serve")
    silent = now() - beat
    if silent > _SILENCE:
        return Found("worker", State.WORTH_A_LOOK, f"silent since {beat:%Y-%m-%d %H:%M:%S} UTC. Start: untilyes serve")
    return Found("worker", State.FINE, f"heard {max(0.0, silent.total_seconds()):.0f} s ago")


def _examine_mail() -> Found:
    set_up = _settings()
    if not set_up.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return Found("mail", State.FINE, f"leaves by {set_up.EMAIL_BACKEND} (not tried)")
    where = f"{set_up.EMAIL_HOST}:{set_up.EMAIL_PORT}"
    try:
        with socket.create_connection((set_up.EMAIL_HOST, set_up.EMAIL_PORT), timeout=3):
            return Found("mail", State.FINE, f"{where} answers")
    except OSError as problem:
        is_chosen = "UNTILYES_SMTP_HOST" in os.environ
        told = f"{where} does not answer ({problem}). Set UNTILYES_SMTP_HOST and UNTILYES_SMTP_PORT."
        return Found("mail", State.BROKEN if is_chosen else State.WORTH_A_LOOK, told)


def _examine_clock() -> Found:
    """Ours against the disk's and the database's, which may be other machines'."""
    skews = {"the disk": _find_disk_skew(), "the database": _find_database_skew()}
    where, skew = max(skews.items(), key=lambda item: abs(item[1]))
    if abs(skew) > _SKEW_S:
        return Found("clock", State.BROKEN, f"{abs(skew):.0f} s apart from {where}'s. Set both by NTP.")
    return Found("clock", State.FINE, f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} UTC")


def _find_disk_skew() -> float:
    home = _settings().HOME
    with tempfile.NamedTemporaryFile(dir=home if home.is_dir() else None) as probe:
        return Path(probe.name).stat().st_mtime - time.time()


def _find_database_skew() -> float:
    from django.db import connection  # noqa: PLC0415 - Django must be up

    if connection.vendor == "sqlite":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        told: datetime = cursor.fetchone()[0]
    return told.timestamp() - time.time()


def _examine_address() -> Found:
    set_up = _settings()
    if set_up.DEBUG or set_up.DEMO:
        return Found("address", State.WORTH_A_LOOK, f"{set_up.BASE_URL}, in debug or demo mode: never for customers")
    if "//localhost" in set_up.BASE_URL or "//127." in set_up.BASE_URL:
        told = f"{set_up.BASE_URL}: links in e-mails lead to this machine only. Set UNTILYES_BASE_URL."
        return Found("address", State.WORTH_A_LOOK, told)
    return Found("address", State.FINE, set_up.BASE_URL)


def _settings() -> Any:
    from django.conf import settings  # noqa: PLC0415 - Django must be up

    return settings
