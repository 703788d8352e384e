"""`untilyes init`: the database, the workspace and its first owner."""

import secrets
import sys
from dataclasses import dataclass

import typer

from untilyes.config.speaking import CannotGoOn, console
from untilyes.config.starting import prepare_database, start_django


@dataclass(frozen=True)
class Founding:
    """What is told about the new workspace; empty answers are asked for at a terminal."""

    name: str = ""
    email: str = ""
    owner: str = ""
    password: str = ""
    slug: str = ""
    timezone: str = "UTC"
    languages: tuple[str, ...] = ("en",)


def found(told: Founding) -> None:
    """Prepare the database and found the workspace. Raises CannotGoOn."""
    told = _ask(told)
    _refuse_impossible(told)
    start_django()
    prepare_database()
    from django.conf import settings  # noqa: PLC0415 - Django must be up

    generated = "" if told.password else secrets.token_urlsafe(12)
    slug = _write(told, password=told.password or generated)
    show = console()
    show.print(f"[bold]{told.name}[/] stands, and {told.email} owns it. Everything is kept in {settings.HOME}.")
    if generated:
        show.print(f"The password is [bold]{generated}[/] (shown this once; change it after signing in).")
    show.print("\nNext:")
    show.print("  untilyes import RECIPE FILE… --dry-run   look at what you have, without changing anything")
    show.print(f"  untilyes serve                          then open {settings.BASE_URL}/w/{slug}/today/")
    show.print("  untilyes doctor                         says what is still missing, such as a mail server")


def _ask(told: Founding) -> Founding:
    if not sys.stdin.isatty():
        return told
    return Founding(
        name=told.name or typer.prompt("What is your organisation called?"),
        email=told.email or typer.prompt("Your e-mail address, to sign in with"),
        owner=told.owner,
        password=told.password
        or typer.prompt("A password (leave empty to have one made)", default="", show_default=False, hide_input=True),
        slug=told.slug,
        timezone=told.timezone,
        languages=told.languages,
    )


def _refuse_impossible(told: Founding) -> None:
    if not told.name.strip():
        raise CannotGoOn("What is the organisation called? Say it with --name.")
    if "@" not in told.email.strip(" @"):
        raise CannotGoOn("Who owns the workspace? Give their e-mail address with --email.")
    if offered := sorted(set(told.languages) - {"en", "de", "es", "pt"}):
        raise CannotGoOn(f"Customers can be asked in en, de, es and pt; {offered[0]!r} is not among them.")


def _write(told: Founding, *, password: str) -> str:
    from django.db import transaction  # noqa: PLC0415 - Django must be up
    from django.utils.text import slugify  # noqa: PLC0415

    from untilyes.plumbing.clock import now  # noqa: PLC0415
    from untilyes.promises.actions import ensure_default_promises  # noqa: PLC0415
    from untilyes.surveys.actions import ensure_confirmation  # noqa: PLC0415
    from untilyes.workspaces.actions import found_workspace  # noqa: PLC0415
    from untilyes.workspaces.models import User, Workspace  # noqa: PLC0415
    from untilyes.workspaces.tenancy import inside  # noqa: PLC0415

    slug = told.slug or slugify(told.name)[:50] or "house"
    if Workspace.objects.filter(slug=slug).exists():
        raise CannotGoOn(f"There is a workspace {slug!r} already. Choose another --slug, or go on with: untilyes serve")
    email = told.email.strip().lower()
    first, _, last = told.owner.strip().partition(" ")
    with transaction.atomic():
        user = User.objects.filter(email=email).first() or User.objects.create_user(
            email, password, first_name=first, last_name=last
        )
        try:
            owner = found_workspace(
                slug, name=told.name.strip(), owner=user, timezone=told.timezone, languages=told.languages
            )
        except ValueError as problem:
            raise CannotGoOn(str(problem)) from problem
        ensure_confirmation(owner.workspace, at=now(), by=owner)
        with inside(owner.workspace):
            ensure_default_promises(at=now(), by=owner)
    return slug
