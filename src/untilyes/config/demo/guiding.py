"""What the demonstration says once it runs: where it is, and five things to try."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from untilyes.config.demo.staging import Stage


@dataclass(frozen=True)
class Guide:
    """Where everything is."""

    stage: Stage
    address: str
    home: Path

    def text(self) -> str:
        """For the terminal, with rich's markup."""
        lines = [f"\n[bold]{self.stage.workspace.name}[/] is at [bold]{self.address}[/], with Ada signed in.\n"]
        lines.append("Five things to try:")
        for number, (what, where) in enumerate(self._list_things(), start=1):
            lines.append(f" {number}. {what}\n    [cyan]{where}[/]")
        lines.append(f"\nWhat the processes say is in {self.home / 'demo.log'}. Ctrl-C ends it all.")
        return "\n".join(lines)

    @property
    def command(self) -> str:
        """How `untilyes` is called from here, on this home."""
        program = "untilyes" if shutil.which("untilyes") else sys.argv[0]
        return f"UNTILYES_HOME={self.home} {program}"

    def _list_things(self) -> list[tuple[str, str]]:
        house = f"{self.address}/w/{self.stage.workspace.slug}"
        first = (
            "Be Cleo, answer No, and say what was missing. Then be Ada: work the case, propose a solution,\n"
            f"    and take it to Yes by the letter in Cleo's mailbox: {self.address}/demo/mailbox/?to=cleo@example.com",
            self.stage.question,
        )
        if self.stage.truths is None:
            return [first, *self._list_for_files(house)]
        return [first, *self._list_for_fernweh(house)]

    def _list_for_fernweh(self, house: str) -> list[tuple[str, str]]:
        return [
            ("See customers being served and answering: within seconds Today knows it.", f"{house}/today/"),
            (
                "See beyond which margin customers say yes no more often, and what goes with a broken promise.",
                f"{house}/promises/",
            ),
            (
                "Find what got worse, since when, and for whom; we planted it and wrote down where.",
                f"{house}/findings/",
            ),
            (
                "Ask for a number at the command line, with its interval:",
                f"{self.command} measure effectiveness --by week --where touchpoint=refund --where channel=email",
            ),
        ]

    def _list_for_files(self, house: str) -> list[tuple[str, str]]:
        return [
            ("Split any measure by time and by up to two dimensions.", f"{house}/measures/"),
            (
                "See beyond which margin customers say yes no more often, and what goes with a broken promise.",
                f"{house}/promises/",
            ),
            ("See what changed for whom, each with its evidence.", f"{house}/findings/"),
            ("Ask for a number at the command line:", f"{self.command} measure promise_kept"),
        ]
