"""Rules this program offers to begin with: what most houses do when a promise is in danger. No Django.

Whoever has a case is told of a missed target or promise without any rule; these add what differs from house to house.
"""

from collections.abc import Mapping
from typing import Final

from untilyes.automation.acts import ASSIGNEE, LEADERS, Act, Does
from untilyes.automation.conditions import NOBODY, About, Compare, Condition
from untilyes.automation.definition import Definition, When

OFFERED: Final[Mapping[str, tuple[str, Definition]]] = {
    "near": (
        "Promise ends in four hours, and nobody has it",
        Definition(
            when=When.PROMISE_NEAR,
            number=4,
            conditions=(Condition(about=About.HAS, value=NOBODY),),
            acts=(Act(does=Does.PRIORITY, to="urgent"), Act(does=Does.TELL, to=LEADERS)),
        ),
    ),
    "target": (
        "Target missed in a case opened again",
        Definition(
            when=When.TARGET_MISSED,
            conditions=(Condition(about=About.REOPENS, how=Compare.AT_LEAST, value="1"),),
            acts=(Act(does=Does.PRIORITY, to="urgent"), Act(does=Does.TELL, to=LEADERS)),
        ),
    ),
    "promise": (
        "Promise missed",
        Definition(
            when=When.PROMISE_MISSED,
            acts=(Act(does=Does.NOTE, text="We are late, and the customer knows it. Call them today."),),
        ),
    ),
    "again": (
        "Opened again for the second time",
        Definition(
            when=When.REOPENED,
            conditions=(Condition(about=About.REOPENS, how=Compare.AT_LEAST, value="2"),),
            acts=(
                Act(does=Does.PRIORITY, to="high"),
                Act(does=Does.TELL, to=LEADERS),
                Act(does=Does.NOTE, text="The customer has said no twice after we thought it was solved."),
            ),
        ),
    ),
    "silent": (
        "Nobody said anything for three days",
        Definition(when=When.SILENT, number=3, acts=(Act(does=Does.TELL, to=ASSIGNEE),)),
    ),
    "bounced": (
        "Our mail came back",
        Definition(
            when=When.NOT_DELIVERED,
            acts=(
                Act(does=Does.NOTE, text="The customer did not get our mail; try another way to reach them."),
                Act(does=Does.TELL, to=ASSIGNEE),
            ),
        ),
    ),
}
