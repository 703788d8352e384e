"""What the reference pages list is what there is."""

import re

from tests.conftest import REPOSITORY


def test_every_setting_is_documented() -> None:
    names = re.compile(r"\b(?:UNTILYES_[A-Z_]+|DATABASE_URL)\b")
    read = set(names.findall((REPOSITORY / "src/untilyes/config/settings.py").read_text()))
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
