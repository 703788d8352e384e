"""`untilyes report`: the findings that stand, as a file to hand on."""

from pathlib import Path

from untilyes.config.speaking import CannotGoOn, console, say_json
from untilyes.config.starting import choose_workspace, start_django

_FORMATS = (".pdf", ".html")


def write_report(out: Path, *, workspace: str, as_json: bool) -> None:
    """Write the report where `out` says; its ending decides whether it is a PDF or HTML. Raises CannotGoOn."""
    if out.suffix not in _FORMATS:
        raise CannotGoOn(f"{out.name} does not say what it is; write a name that ends with .pdf or .html.")
    start_django()
    from untilyes.plumbing.clock import now  # noqa: PLC0415 - Django must be up
    from untilyes.reports.gathering import gather_report  # noqa: PLC0415
    from untilyes.reports.paper import write_html, write_pdf  # noqa: PLC0415
    from untilyes.workspaces.tenancy import inside  # noqa: PLC0415

    with inside(choose_workspace(workspace)):
        report = gather_report(at=now())
        written = write_pdf(report) if out.suffix == ".pdf" else write_html(report).encode()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(written)
    if as_json:
        say_json({"file": str(out), "findings": len(report.findings), "standing": report.standing})
    else:
        console().print(f"{len(report.findings)} of {report.standing} findings, {report.period}: {out}", markup=False)
