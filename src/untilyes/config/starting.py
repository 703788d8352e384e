"""Django and the engines start only when a command needs them, so that `--help` answers at once."""

import os
from typing import TYPE_CHECKING

from untilyes.config.speaking import CannotGoOn

if TYPE_CHECKING:
    from untilyes.workspaces.models import Workspace


def start_django() -> None:
    """Read the settings and load the rooms. The home folder is decided by then."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "untilyes.config.settings")
    import django  # noqa: PLC0415

    django.setup()


def prepare_database() -> None:
    """Bring the tables to what this version needs; nothing happens when they are."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()


def collect_static_files() -> None:
    """Put styles and scripts where the server finds them, named by their content."""
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False)


def choose_workspace(slug: str = "") -> "Workspace":
    """The workspace of that slug; without one, the only one there is. Raises CannotGoOn."""
    refuse_unprepared()
    from untilyes.workspaces.models import Workspace  # noqa: PLC0415 - Django must be up

    found = list(Workspace.objects.order_by("slug"))
    chosen = [workspace for workspace in found if workspace.slug == slug] if slug else found
    names = ", ".join(workspace.slug for workspace in found)
    if not found:
        raise CannotGoOn("There is no workspace yet. Found one with: untilyes init")
    if not chosen:
        raise CannotGoOn(f"There is no workspace {slug!r}. There are: {names}.")
    if len(chosen) > 1:
        raise CannotGoOn(f"There are several workspaces; say which with --workspace: {names}.")
    return chosen[0]


def refuse_unprepared() -> None:
    """Raise CannotGoOn when the database lacks tables this version needs."""
    if count_pending_migrations():
        raise CannotGoOn(
            "The database is empty or older than this version. Begin with: untilyes init (or: untilyes manage migrate)"
        )


def count_pending_migrations() -> int:
    """How many changes of the tables wait to be made."""
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
