"""The reference pages that are generated: `make docs` writes them, a test fails when one is stale."""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

PAGES = {
    "api.md": "untilyes.api.reference",
    "cli.md": "untilyes.config.commands.reference",
    "lake.md": "untilyes.lake.reference",
    "measures.md": "untilyes.analysis.measures.reference",
    "recipes.md": "untilyes.sources.reference",
    "statistics.md": "untilyes.stats.reference",
}
"""Page → the module whose `render()` returns it."""


def render_page(name: str) -> str:
    """The page as it should be now."""
    render: Callable[[], str] = import_module(PAGES[name]).render
    return render()


def write_pages(folder: Path) -> list[Path]:
    """Write every page that differs; return those."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name in PAGES:
        page, text = folder / name, render_page(name)
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
            changed.append(page)
    return changed


if __name__ == "__main__":
    for page in write_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference")):
        sys.stdout.write(f"{page}\n")
