"""Addresses as customers have them, and what a page says."""

import re
from html import unescape
from typing import Any

from untilyes.cases.links import link_to_case
from untilyes.cases.models import Case
from untilyes.surveys.links import link_to_invitation, link_to_opt_out
from untilyes.surveys.models import Invitation

LIMIT = 15 * 1024


def path_of(link: str) -> str:
    """The part of a link after the host."""
    return "/" + link.split("//", 1)[1].split("/", 1)[1]


def door_of(invitation: Invitation) -> str:
    return path_of(link_to_invitation(invitation))


def way_out_of(invitation: Invitation) -> str:
    return path_of(link_to_opt_out(invitation))


def conversation_of(case: Case) -> str:
    return path_of(link_to_case(case))


def words_of(response: Any) -> str:
    """The text a person reads on the page, in one line."""
    html = response.content.decode()
    body = re.sub(r"<style>.*?</style>|<head>.*?</head>", " ", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def check_plain(response: Any) -> None:
    """What every customer page keeps: small, no script, nothing from elsewhere, no cookie, not stored."""
    html = response.content.decode()
    assert len(response.content) <= LIMIT, f"{len(response.content)} bytes"
    assert "<script" not in html
    assert not re.search(r"""<[^>]+\s(src|srcset)=|url\(|@import|<link[^>]+href="(?!data:)""", html)
    assert 'name="viewport"' in html
    assert not response.cookies
    assert response.headers["Cache-Control"] == "no-store, private"
