"""A page as somebody meets it who sees, hears or holds it differently: axe, the width of a phone, the keyboard."""

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Whether what has the focus can be seen: it has a name, a mark, and nothing lies over it.
_FOCUS = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const box = it.getBoundingClientRect(), style = getComputedStyle(it);
  const x = Math.min(innerWidth - 1, Math.max(0, box.left + box.width / 2));
  const y = Math.min(innerHeight - 1, Math.max(0, box.top + Math.min(box.height, 20) / 2));
  const top = document.elementFromPoint(x, y);
  const label = it.labels && it.labels[0]?.innerText;
  const name = it.ariaLabel || it.innerText || it.value || label || it.title || it.name;
  const isMarked = style.outlineStyle !== "none" || style.boxShadow !== "none";
  const isSeen = !!top && (it.contains(top) || top.contains(it)) && box.bottom > 0 && box.top < innerHeight;
  return [!!(name || "").trim() && isMarked && isSeen, it.outerHTML.slice(0, 120)];
}"""
MOST_STOPS = 60


def check_page(page: "Page", path: str) -> None:
    """Open a page: axe finds nothing, and nothing is wider than the screen."""
    page.goto(path)
    found = Axe().run(page).response
    assert found["passes"], path
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == [], path
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def walk_page(page: "Page", path: str) -> None:
    """Go through the open page by the keyboard: where one is has a name and a mark, and nothing lies over it."""
    for stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        found = page.evaluate(_FOCUS)
        if found is None:
            assert stop, path
            return
        assert found[0], f"{path}: {found[1]}"
