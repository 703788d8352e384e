"""Fifty agents and a thousand customers at once, on PostgreSQL.

For five minutes (UNTILYES_BENCH_SECONDS for another length) agents sign in, look at the queue, take the next case,
write and propose; customers answer by the links in their letters and write back; every tenth message is sent twice at
once.
One `untilyes serve` with its worker, a PostgreSQL that does not wait for the disk, SMTP, and everybody's browser share
the machine. Afterwards it is reckoned whether any message was lost or doubled, any state illegal, any no without a
consequence, any fact missing from the lake; nothing is told unless all of that holds.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.postgres import postgres_server

from bench import Line
from bench._crowd import ACCEPTED, REFUSED
from bench._house import environment
from bench.web import free_port, serving

AGENTS, CUSTOMERS = 50, 1_000
SECONDS = float(os.environ.get("UNTILYES_BENCH_SECONDS", "300"))
CATCHING_UP = 300.0
TOLD = {
    "the case page": "the case page",
    "the queue": "the case queue",
    "writing to a customer": "a message to a customer, sent",
    "proposing": "a proposal, sent",
    "answering": "a customer’s answer, stored",
    "a customer writing": "a customer’s message, stored",
}
HERE = Path(__file__).parent.parent


def run() -> list[Line]:
    """Act, reckon, and tell how long pages took meanwhile."""
    with tempfile.TemporaryDirectory(prefix="untilyes-load-") as folder, postgres_server() as database:
        smtp = free_port()
        more = {
            "DATABASE_URL": database,
            "UNTILYES_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "UNTILYES_SMTP_HOST": "127.0.0.1",
            "UNTILYES_SMTP_PORT": str(smtp),
        }
        env = environment(Path(folder), **more)
        house = reckon_in(env, "gather", str(AGENTS), str(CUSTOMERS))
        with serving(Path(folder), **more) as port:
            acted = act(house | {"port": port, "smtp": smtp, "seconds": SECONDS, "seed": 7}, env)
        found = reckon_in(env, "reckon")
    if problems := find_problems(acted, found):
        raise AssertionError("\n".join(problems))
    return tell(acted, found)


def act(asked: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, Any]:
    """Let the crowd act, and let the worker catch up before the letters are counted."""
    crowd = subprocess.Popen(
        [sys.executable, "-m", "bench._crowd"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert crowd.stdin is not None
    assert crowd.stdout is not None
    print(json.dumps(asked), file=crowd.stdin, flush=True)
    if crowd.stdout.readline().strip() != "acted":
        raise AssertionError("the crowd could not act")
    waiting = reckon_in(env, "catch_up", str(CATCHING_UP))
    told, _ = crowd.communicate("enough\n")
    return dict(json.loads(told.splitlines()[-1])) | {"waiting": waiting}


def reckon_in(env: Mapping[str, str], errand: str, *words: str) -> Any:
    """Run an errand of `bench._reckoning` and return what it answers."""
    done = subprocess.run(
        [sys.executable, "-m", "bench._reckoning", errand, *words],
        env=dict(env),
        cwd=HERE,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def find_problems(acted: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Everything that does not hold, in sentences; empty when all does."""
    broken = {kind: n for kind, n in acted["statuses"].items() if kind.split(" ")[-1] >= "500"}
    lake = found["lake"]
    held = {
        f"somebody could not go on: {acted['problems'][:3]}": not acted["problems"],
        f"the server stumbled: {broken}": not broken,
        f"{acted['waiting']} facts or letters still wait": not acted["waiting"],
        f"unhappy {found['unhappy']}, accounted for {found['accounted']}": found["holds"],
        f"{found['opened']} responses opened {found['cases']} cases": found["opened"] == found["cases"],
        "the numbers of cases have gaps": found["numbers"],
        f"states that no rule allows: {found['illegal'][:3]}": not found["illegal"],
        f"facts twice in the lake: {lake['rows']}, different {lake['distinct']}": lake["rows"] == lake["distinct"],
        f"{lake['answers']} answers are missing from the lake": not lake["answers"],
        "cases stand otherwise in the lake": lake["cases"],
        f"{lake['invitations']} asked, {lake['rows']['events']} in the lake": lake["invitations"]
        == lake["rows"]["events"],
    }
    return [*(problem for problem, holds in held.items() if not holds), *check_messages(acted, found)]


def check_messages(acted: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Messages that are not stored exactly as often as they were accepted, and letters not sent exactly once."""
    times = {ACCEPTED: {1}, REFUSED: {0}}
    stored = found["texts"]
    wrong = [words for words, fate in acted["said"].items() if stored.get(words, 0) not in times.get(fate, {0, 1})]
    sent = Counter(key for _, key in acted["letters"])
    doubled = [key for key, n in sent.items() if n > 1]
    lost = set(found["sent"]) - set(sent)
    some = [f"{one} ({acted['said'][one]}) is there {stored.get(one, 0)} times" for one in wrong[:5]]
    told = {
        f"{len(wrong)} messages lost or doubled: {', '.join(some)}": wrong,
        f"{len(doubled)} letters were sent twice": doubled,
        f"{len(lost)} letters never left": lost,
    }
    return [problem for problem, there in told.items() if there]


def tell(acted: Mapping[str, Any], found: Mapping[str, Any]) -> list[Line]:
    """What was done, then half, 95 and 99 in 100 of each kind."""
    requests = sum(len(times) for times in acted["times"].values())
    said = sum(fate == ACCEPTED for fate in acted["said"].values())
    what = (
        f"{requests:,} requests in {SECONDS:,.0f} s: {said:,} messages, {found['cases']:,} cases, "
        f"{len(acted['letters']):,} letters; none lost, none doubled"
    )
    lines = [Line(what, requests / SECONDS, unit="a second")]
    for kind, name in TOLD.items():
        times = sorted(acted["times"].get(kind, ()))
        lines += [
            Line(f"{name}, {share:.0%} within", times[min(len(times) - 1, int(share * len(times)))])
            for share in (0.5, 0.95, 0.99)
            if times
        ]
    return lines
