"""Posting JSON to an address somebody gave: briefly, without following where it points, and telling what went wrong."""

import http.client
import json
from typing import Final
from urllib.parse import urlsplit

from untilyes.reports.shapes import Body

TIMEOUT_S: Final = 10.0
LONGEST: Final = 300


def post_json(address: str, body: Body) -> str:
    """Post once. Returns nothing when it arrived (any answer of 200 to 299), else what went wrong, in a sentence."""
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = parts.path or "/"
    try:
        connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
        try:
            connection.request(
                "POST",
                f"{path}?{parts.query}" if parts.query else path,
                json.dumps(body).encode(),
                {"Content-Type": "application/json", "User-Agent": "UntilYes"},
            )
            answer = connection.getresponse()
            said = answer.read(LONGEST).decode("utf-8", "replace").strip()
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as problem:
        return f"{parts.hostname} could not be reached ({problem})."[:LONGEST]
    if 200 <= answer.status < 300:
        return ""
    if 300 <= answer.status < 400:
        return f"{parts.hostname} sends us elsewhere ({answer.status}); copy the address again."[:LONGEST]
    return f"{parts.hostname} answered {answer.status}: {said or answer.reason}"[:LONGEST]
