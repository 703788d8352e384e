"""What the reference pages list is what there is."""

import re

import pytest

from tests.conftest import REPOSITORY
from untilyes.config.reference import PAGES, render_page


def test_every_setting_is_documented() -> None:
    names = re.compile(r"\b(?:UNTILYES_[A-Z_]+|DATABASE_URL)\b")
    source = REPOSITORY / "src/untilyes"
    # The lake knows no Django: which engine counts, a notebook says in the same words as a deployment.
    readers = [source / "config/settings.py", *(source / "lake/engines").glob("*.py")]
    read = {name for reader in readers for name in names.findall(reader.read_text())}
    told = set(names.findall((REPOSITORY / "docs/reference/settings.md").read_text()))
    assert read == told


def test_no_document_links_to_a_missing_file() -> None:
    link = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
    missing = [
        f"{page.relative_to(REPOSITORY)} -> {target}"
        for page in [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]
        for target in link.findall(page.read_text())
        if not (page.parent / target).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_as_it_would_be_generated_now(name: str) -> None:
    assert (REPOSITORY / "docs/reference" / name).read_text(encoding="utf-8") == render_page(name), "run `make docs`"
