"""New findings in the words of a chat: one message, its finding first, with links to the rest."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from untilyes.reports.gathering import Told
from untilyes.reports.rules import Shape

Body = dict[str, Any]


def shape_message(shape: Shape, heading: str, findings: Sequence[Told], *, address: str) -> Body:
    """The JSON that an incoming webhook of this shape takes."""
    return _SHAPES[shape](heading, findings, address)


def _for_slack(heading: str, findings: Sequence[Told], address: str) -> Body:
    """Blocks of mrkdwn, with `text` for notifications; Mattermost and Rocket.Chat read `text`.

    https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
    """
    lines = [f"{one.shape} <{one.address}|{_quiet(one.sentence)}>\n_{_quiet(_small(one))}_" for one in findings]
    blocks = [_section(f"*{_quiet(heading)}*"), *map(_section, lines), _section(f"<{address}|All findings>")]
    return {"text": "\n".join([_quiet(heading), *lines]), "blocks": blocks}


def _section(text: str) -> Body:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:2_900]}}


def _quiet(text: str) -> str:
    """Slack's three signs, escaped; what else is mrkdwn can only make a letter bold."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _for_teams(heading: str, findings: Sequence[Told], address: str) -> Body:
    """An Adaptive Card 1.4 in a message, as the webhook of a Teams workflow takes it.

    https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
    """
    body: list[Body] = [{"type": "TextBlock", "text": _literal(heading), "weight": "Bolder", "wrap": True}]
    for one in findings:
        body.append({"type": "TextBlock", "text": f"{one.shape} {_literal(one.sentence)}", "wrap": True})
        body.append({"type": "TextBlock", "text": _literal(_small(one)), "isSubtle": True, "wrap": True})
    actions = [{"type": "Action.OpenUrl", "title": "All findings", "url": address}]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": actions,
    }
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}],
    }


def _literal(text: str) -> str:
    """Text whose signs of Markdown stand for themselves."""
    return "".join(f"\\{sign}" if sign in "\\*_[]`#" else sign for sign in text)


def _for_programs(heading: str, findings: Sequence[Told], address: str) -> Body:
    told = [
        {
            "kind": one.kind,
            "sentence": one.sentence,
            "customers_a_month": one.customers,
            "certainty": one.certainty,
            "action": one.action,
            "address": one.address,
        }
        for one in findings
    ]
    return {"event": "findings.new", "text": heading, "findings": told, "address": address}


def _small(one: Told) -> str:
    money = f" · {one.money}" if one.money else ""
    return f"{one.kind} · about {one.customers:,} a month{money} · {one.certainty}"


_SHAPES: Final[dict[Shape, Callable[[str, Sequence[Told], str], Body]]] = {
    Shape.SLACK: _for_slack,
    Shape.TEAMS: _for_teams,
    Shape.PLAIN: _for_programs,
}
