"""Find the benches, run them, print their tables, and write them down when asked to."""

import argparse
import importlib
import pkgutil
import platform
from pathlib import Path
from types import ModuleType

import bench
from bench import Line

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "performance.md"
HEAD = """# How fast it is, and against whom

Written by `python -m bench --write`. Ours and theirs were measured in one run on one machine, medians of repeats; the
ratio travels to other machines better than the seconds do. What is marked as not reached is not reached.
"""


def main() -> None:
    """`python -m bench [module …] [--write]`."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=bench.__doc__)
    parser.add_argument("modules", nargs="*", help="run these only, such as: statistics")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/reference/performance.md")
    asked = parser.parse_args()
    for module in find_benches(asked.modules):
        table = as_table(module, module.run())
        print(table, flush=True)
        if asked.write:
            write_down(module, table)


def find_benches(names: list[str]) -> list[ModuleType]:
    """The modules of this folder that have `run`, all or the named ones."""
    known = [found.name for found in pkgutil.iter_modules(bench.__path__) if not found.name.startswith("_")]
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise SystemExit(f"there is no bench {unknown[0]!r}; there are {', '.join(known)}.")
    modules = [importlib.import_module(f"bench.{name}") for name in known if not names or name in names]
    return [module for module in modules if hasattr(module, "run")]


def as_table(module: ModuleType, lines: list[Line]) -> str:
    """The heading of a bench and its lines, in Markdown."""
    heading = (module.__doc__ or module.__name__).splitlines()[0].rstrip(".")
    rows = ["| what | ours | against | ratio | aim |", "|---|---:|---:|---:|---:|", *map(as_row, lines)]
    machine = f"Python {platform.python_version()}, {platform.machine()}"
    return "\n".join([f"## {heading}", "", machine + ".", "", *rows, ""])


def as_row(line: Line) -> str:
    """One line of the table."""
    against = "–" if line.against is None else f"{amount(line.against, line.unit)} ({line.peer})"
    ratio = "–" if line.ratio is None else times(line.ratio)
    reached = {None: "", True: ", reached", False: ", not reached"}[line.is_reached]
    aim = "–" if line.aim is None else f"{times(line.aim)}{reached}"
    return f"| {line.what} | {amount(line.ours, line.unit)} | {against} | {ratio} | {aim} |"


def times(ratio: float) -> str:
    """How many times; two decimals where ours takes longer."""
    if ratio < 1:
        return f"{ratio:.2f}×"
    return f"{ratio:,.0f}×" if ratio >= 10 or ratio == int(ratio) else f"{ratio:.1f}×"


def amount(value: float, unit: str) -> str:
    """Seconds in the largest fitting unit; anything else as it stands."""
    if unit != "s":
        return f"{value:,.3g} {unit}" if value < 100 else f"{value:,.0f} {unit}"
    for factor, name in ((1.0, "s"), (1e-3, "ms")):
        if value >= factor:
            return f"{value / factor:,.3g} {name}"
    return f"{value * 1e6:,.3g} µs"


def write_down(module: ModuleType, table: str) -> None:
    """Replace what stands between this bench's markers on the page, or append it."""
    name = module.__name__.rpartition(".")[2]
    start, stop = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else HEAD
    block = f"{start}\n{table}{stop}"
    if start in page:
        before, _, rest = page.partition(start)
        page = before + block + rest.partition(stop)[2]
    else:
        page = f"{page.rstrip()}\n\n{block}\n"
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
