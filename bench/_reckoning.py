"""The house a crowd acts in, and the reckoning afterwards: what is stored, what was sent, what the lake has.

Each is a process like those of `bench._house`: `python -m bench._reckoning ERRAND [WORD …]`, the answer as JSON.
"""

import json
import sys
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from untilyes.config.starting import prepare_database, start_django

if TYPE_CHECKING:
    from untilyes.cases.models import Case

PASSWORD = "five-quiet-minutes"


def gather(agents: str, customers: str) -> dict[str, Any]:
    """Found a house with that many agents, and ask that many customers; who signs in, and where customers answer."""
    from untilyes.config.demo.founding import found_house
    from untilyes.customers.actions import welcome_customer
    from untilyes.plumbing.clock import now
    from untilyes.surveys.actions import ensure_confirmation, invite
    from untilyes.surveys.links import link_to_invitation
    from untilyes.workspaces.actions import add_member
    from untilyes.workspaces.models import User
    from untilyes.workspaces.rules import Role
    from untilyes.workspaces.tenancy import inside

    at = now()
    workspace = found_house(name="Bench", at=at).workspace
    emails = [f"agent{number}@bench.example" for number in range(int(agents))]
    for email in emails:
        user = User.objects.create_user(email, PASSWORD, first_name=email.partition("@")[0])
        add_member(workspace, user, role=Role.AGENT)
    doors = {}
    with inside(workspace):
        asked = ensure_confirmation(workspace, at=at)
        for number in range(int(customers)):
            email = f"c{number}@customer.example"
            customer = welcome_customer(email=email, name=f"Customer {number}", joined_at=at - timedelta(days=9))
            told = invite(
                asked,
                customer,
                at=at,
                via="link",
                interaction_id=f"matter-{number}",
                touchpoint="refund",
                channel="email",
                team=f"Team {number % 5}",
            )
            doors[email] = urlsplit(link_to_invitation(told)).path
    return {"slug": workspace.slug, "agents": emails, "doors": doors}


def catch_up(patience: str) -> int:
    """Wait until no fact waits for the lake and no letter for the post; how many still do after `patience` seconds."""
    from django_q.models import OrmQ

    from untilyes.feedback.models import OutboxEntry

    until = time.monotonic() + float(patience)
    while waiting := int(OutboxEntry.everywhere.count() + OrmQ.objects.count()):
        if time.monotonic() > until:
            break
        time.sleep(0.5)
    return waiting


def reckon() -> dict[str, Any]:
    """Everything that must hold once everybody is done and the worker has caught up."""
    from untilyes.cases.models import Case, CaseMessage
    from untilyes.cases.queries.coverage import read_coverage
    from untilyes.workspaces.models import Workspace
    from untilyes.workspaces.tenancy import inside

    (workspace,) = Workspace.objects.all()
    with inside(workspace):
        told = read_coverage()
        messages = CaseMessage.objects.values_list("text", "message_id")
        cases = list(Case.objects.order_by("number"))
        return {
            "texts": Counter(text for text, _ in messages),
            "sent": [key for _, key in messages if key],
            "unhappy": told.unhappy,
            "accounted": told.opened + told.joined + sum(told.suppressed.values()),
            "holds": told.holds,
            "opened": told.opened,
            "cases": len(cases),
            "numbers": [case.number for case in cases] == list(range(1, len(cases) + 1)),
            "illegal": [problem for case in cases for problem in find_illegal(case)],
            "lake": compare_lake(cases),
        }


def find_illegal(case: "Case") -> list[str]:
    """What in the history of a case no rule allows, and where it does not end as the case stands."""
    from untilyes.cases.rules import NotPossible, State, Step, follow

    state, problems, is_assigned = State.OPEN, [], False
    for step, left, by in case.history.order_by("pk").values_list("step", "state", "by"):
        is_assigned = is_assigned or step in {Step.TAKEN, Step.ASSIGNED} or (step == Step.WROTE and by is not None)
        try:
            allowed = {follow(state, Step(step), is_assigned=held) for held in {is_assigned, False}}
        except NotPossible as refusal:
            problems.append(f"#{case.number}: {step} after {state.value}: {refusal}")
            allowed = {State(left)}
        if State(left) not in allowed:
            problems.append(f"#{case.number}: {step} led from {state.value} to {left}")
        state = State(left)
    if state != case.state or (case.state == State.CLOSED) != (case.yes_at is not None):
        problems.append(f"#{case.number} is {case.state}, its history ends {state.value}, its yes is {case.yes_at}")
    return problems


def compare_lake(cases: "list[Case]") -> dict[str, Any]:
    """Rows and different ids of each table of the lake, and what the database says of the same things."""
    from untilyes.feedback.queries import open_lake
    from untilyes.surveys.models import Answer, Invitation, Response

    lake = open_lake()
    rows = {name: lake.read(name).id.to_pyarrow().to_pylist() for name in ("answers", "cases", "comments", "events")}
    frame = lake.read("cases")
    stands = frame.select("case_id", "yes_at", "reopens").to_pyarrow().to_pylist()
    told = {row["case_id"]: (row["yes_at"] is not None, row["reopens"]) for row in stands}
    given = {
        (str(answer.response_id), answer.question)
        for answer in Answer.objects.select_related("response")
        if answer.revision == answer.response.revision and answer.value is not None
    }
    return {
        "rows": {name: len(ids) for name, ids in rows.items()},
        "distinct": {name: len(set(ids)) for name, ids in rows.items()},
        "answers": len(given - {tuple(one.split(":")) for one in rows["answers"]}),
        "responses": Response.objects.count(),
        "cases": told == {str(case.number): (case.yes_at is not None, case.reopens) for case in cases},
        "invitations": Invitation.objects.filter(is_test=False).exclude(state="not_asked").count(),
    }


ERRANDS = {"gather": gather, "catch_up": catch_up, "reckon": reckon}


def main() -> None:
    """`python -m bench._reckoning ERRAND [WORD …]`."""
    start_django()
    prepare_database()
    print(json.dumps(ERRANDS[sys.argv[1]](*sys.argv[2:])))  # type: ignore[operator]


if __name__ == "__main__":
    main()
