"""The command line: `untilyes`. Says how commands are called; what they do is in `commands` and `demo`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from untilyes.config.speaking import Speaking

app = typer.Typer(
    cls=Speaking,
    name="untilyes",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Ask two questions after every interaction, and work until it is yes.",
    epilog="Where things are kept: UNTILYES_HOME, by default the folder var. All settings: docs/reference/settings.md",
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
InWorkspace = Annotated[str, typer.Option("--workspace", "-w", help="The slug, where there are several.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD")]


@app.command()
def init(
    name: Annotated[str, typer.Option(help="What the organisation is called.")] = "",
    email: Annotated[str, typer.Option(help="The first owner's e-mail address, to sign in with.")] = "",
    owner: Annotated[str, typer.Option(help="The first owner's name.")] = "",
    password: Annotated[
        str, typer.Option(envvar="UNTILYES_OWNER_PASSWORD", help="Their password; made and shown once when left out.")
    ] = "",
    slug: Annotated[str, typer.Option(help="The short name in addresses; made from the name when left out.")] = "",
    timezone: Annotated[str, typer.Option(help="Where its days begin and end, such as Europe/Berlin.")] = "UTC",
    languages: Annotated[str, typer.Option(help="Languages customers are asked in, the default first.")] = "en",
) -> None:
    """Found your workspace, with you as its first owner."""
    from untilyes.config.commands.founding import Founding, found  # noqa: PLC0415

    spoken = tuple(part.strip() for part in languages.split(",") if part.strip())
    found(
        Founding(name=name, email=email, owner=owner, password=password, slug=slug, timezone=timezone, languages=spoken)
    )


@app.command()
def demo(
    data: Annotated[
        Path | None, typer.Option(help="Load these files instead of the simulated company.", metavar="PATH")
    ] = None,
    recipe: Annotated[str, typer.Option(help="The recipe for them; by default the first that fits.")] = "",
    customers: Annotated[int, typer.Option(min=10, help="How many customers the simulated company has.")] = 20_000,
    port: Annotated[int, typer.Option(help="Where to listen, on this machine only.")] = 8000,
    home: Annotated[Path, typer.Option(help="The folder to build it in; a demonstration there is rebuilt.")] = Path(
        "var/demo"
    ),
    keep: Annotated[bool, typer.Option("--keep", help="Go on with the demonstration that is there.")] = False,
) -> None:
    """Show a simulated company, or your own files, with life going on. Ctrl-C leaves nothing running."""
    from untilyes.config.demo.running import run_demo  # noqa: PLC0415

    run_demo(home=home, port=port, data=data, recipe=recipe, customers=customers, keep=keep)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Where to listen.")] = 8000,
    host: Annotated[str, typer.Option(help="On which address; put a proxy with TLS before any other.")] = "127.0.0.1",
    without_worker: Annotated[bool, typer.Option("--without-worker", help="Pages only.")] = False,
) -> None:
    """Serve the pages, and run the worker beside them."""
    from untilyes.config.commands.serving import serve as run  # noqa: PLC0415

    run(host=host, port=port, with_worker=not without_worker)


@app.command()
def worker(beside: Annotated[int, typer.Option(hidden=True)] = 0) -> None:
    """Run the worker alone: what waits goes to the lake, mail leaves, clocks are watched."""
    from untilyes.config.commands.working import work  # noqa: PLC0415

    work(beside=beside)


@app.command("import")
def import_(
    recipe: Annotated[str, typer.Argument(help="A shipped recipe, a YAML file, or generic_csv to have it guessed.")],
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders that hold them.", metavar="PATH…")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen and change nothing.")] = False,
    workspace: InWorkspace = "",
    rejects: Annotated[Path | None, typer.Option(help="Where rows left out are written.", metavar="FILE")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Agree to the guess of generic_csv unseen.")] = False,
    as_json: Json = False,
) -> None:
    """Import history from files. Doing it again changes nothing; changed rows become corrections."""
    from untilyes.config.commands.importing import import_paths  # noqa: PLC0415

    import_paths(recipe, paths, workspace=workspace, dry_run=dry_run, rejects=rejects, agreed=yes, as_json=as_json)


@app.command()
def measure(
    name: Annotated[str, typer.Argument(help="Which measure; leave it out to see all of them.")] = "",
    by: Annotated[str, typer.Option(help="Split by day, week, month and dimensions.", metavar="week,channel")] = "",
    where: Annotated[
        list[str] | None, typer.Option(help="Only these; may be given again.", metavar="channel=email")
    ] = None,
    since: Day = None,
    until: Day = None,
    workspace: InWorkspace = "",
    as_json: Json = False,
) -> None:
    """Say a number, its interval and the answers behind it. --until is the first day left out."""
    from untilyes.config.commands import measuring  # noqa: PLC0415

    if not name:
        measuring.list_measures(as_json=as_json)
        return
    measuring.measure(
        name,
        by=by,
        where=where or (),
        since=since.date() if since else None,
        until=until.date() if until else None,
        workspace=workspace,
        as_json=as_json,
    )


@app.command("try")
def try_(
    about: Annotated[
        str, typer.Argument(help="What is promised: first_response, next_response, update, first_resolution, …")
    ],
    within: Annotated[str, typer.Option(help="What customers would be told.", metavar="4h|2d|30m")],
    on: Annotated[str, typer.Option(help="Whose history: cases, log:RECIPE or given:PROMISE.")] = "cases",
    target: Annotated[str, typer.Option(help="What we would aim at; the promise itself when left out.")] = "",
    hours: Annotated[str, typer.Option(help="The calendar whose open hours count; every minute without.")] = "",
    team: Annotated[str, typer.Option(help="Only what this team had.")] = "",
    channel: Annotated[str, typer.Option(help="Only what came this way.")] = "",
    workspace: InWorkspace = "",
    as_json: Json = False,
) -> None:
    """Try a promise on history: the share that would have been kept, by month, and what would have been missed."""
    from untilyes.config.commands.trying import Wanted, try_promise  # noqa: PLC0415

    wanted = Wanted(about, on=on, within=within, target=target, hours=hours, team=team, channel=channel)
    try_promise(wanted, workspace=workspace, as_json=as_json)


@app.command()
def findings(workspace: InWorkspace = "", as_json: Json = False) -> None:
    """Look at everything now and say what stands. Nothing is kept: the nightly look does that."""
    from untilyes.config.commands.finding import tell_findings  # noqa: PLC0415

    tell_findings(workspace=workspace, as_json=as_json)


@app.command()
def report(
    out: Annotated[
        Path, typer.Option(help="Where to write it; its ending says as what.", metavar="FILE.pdf|FILE.html")
    ],
    workspace: InWorkspace = "",
    as_json: Json = False,
) -> None:
    """Write the findings that stand as a report to hand on: a PDF, or one HTML file that needs nothing besides."""
    from untilyes.config.commands.reporting import write_report  # noqa: PLC0415

    write_report(out, workspace=workspace, as_json=as_json)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check home, database, lake, worker, mail, clock and disk; ends with 1 when something is broken."""
    from untilyes.config.commands.examining import examine  # noqa: PLC0415

    raise typer.Exit(examine(as_json=as_json))


@app.command(
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def manage(context: typer.Context) -> None:
    """Run one of Django's own commands, such as `untilyes manage changepassword ada@example.com`."""
    import os  # noqa: PLC0415

    from django.core.management import execute_from_command_line  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "untilyes.config.settings")
    execute_from_command_line(["untilyes manage", *context.args])


def main() -> None:
    """Run the command line."""
    app()
