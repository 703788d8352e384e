"""`untilyes findings`: one look at everything, told here and kept nowhere."""

from typing import TYPE_CHECKING

from rich.console import Console

from untilyes.config.speaking import console, progress, say_json
from untilyes.config.starting import choose_workspace, start_django

if TYPE_CHECKING:
    from untilyes.analysis.findings.finding import Finding
    from untilyes.analysis.findings.judging import Judgement


def tell_findings(*, workspace: str, as_json: bool) -> None:
    """Ask every question of the facts and say what stands. Raises CannotGoOn."""
    start_django()
    house = choose_workspace(workspace)
    from untilyes.analysis.findings.examining import examine_everything  # noqa: PLC0415 - loads the engine
    from untilyes.feedback.queries import open_lake  # noqa: PLC0415 - Django must be up
    from untilyes.insights.queries import find_end  # noqa: PLC0415
    from untilyes.plumbing.clock import now  # noqa: PLC0415
    from untilyes.workspaces.tenancy import inside  # noqa: PLC0415

    with inside(house), progress() as bar:
        task = bar.add_task("Looking", total=1.0)
        judged = examine_everything(
            open_lake(),
            until=find_end(now()),
            progress=lambda doing, share: bar.update(task, description=doing, completed=share),
            in_money=bool(house.currency),
        )
        bar.update(task, description="Looked at everything", completed=1.0)
    if as_json:
        say_json({"asked": judged.asked, "findings": [finding.to_dict() for finding in judged.findings]})
    else:
        _tell(judged, console(), house.currency)


def _tell(judged: "Judgement", show: Console, currency: str) -> None:
    for number, finding in enumerate(judged.findings, start=1):
        show.print(f"{number}. {finding.sentence}", markup=False, soft_wrap=True)
        show.print(f"   {_size_of(finding, currency)}", markup=False, style="dim", soft_wrap=True)
    found = len(judged.findings)
    show.print(f"{judged.asked:,} questions asked, {found} findings, {judged.folded} seen in others.", style="dim")


def _size_of(finding: "Finding", currency: str) -> str:
    chance = "counted, not tested" if finding.q is None else f"q = {finding.q:.2g}"
    spent = [finding.money.tell(currency)] if finding.money else []
    return "; ".join([f"{finding.kind.value}, about {finding.customers:,} a month", chance, *spent])
