"""Agents and customers acting at once over HTTP on loopback, each in their own time; their letters come by SMTP.

A process of its own: reads what to do as JSON from standard input, acts for so long, says so in a line, goes on taking
in letters until another line comes, and prints all that was said, sent and timed. Every message has words nobody else
uses, and every tenth is sent twice at once, as by a double click.
"""

import asyncio
import json
import random
import re
import sys
import time
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default as modern
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiosmtpd.smtp import SMTP, Envelope, Session

from bench._reckoning import PASSWORD

ACCEPTED, REFUSED, UNKNOWN = "accepted", "refused", "unknown"
PATIENCE = 60.0
TOO_MANY = 429
TWICE = 0.1
READ_UNTIL = re.compile(r'name="read_until" value="([^"]*)"')
NOBODYS = "With nobody yet."
LESSON_MISSING = "lesson missing"
CASE = re.compile(r"/cases/(\d+)/")


@dataclass
class Answer:
    """What came back: status, where it leads to, the cookies it sets, and the page."""

    status: int
    location: str
    cookies: dict[str, str]
    page: str

    @property
    def is_taken(self) -> bool:
        return self.status < 400


@dataclass
class World:
    """What everybody shares: where the house is, when it ends, and the record of everything."""

    port: int
    until: float
    seconds: float
    chance: random.Random
    times: dict[str, list[float]] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    letters: list[tuple[str, str]] = field(default_factory=list)
    boxes: dict[str, "asyncio.Queue[str]"] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def left(self) -> float:
        return self.until - time.monotonic()

    async def think(self, shortest: float, longest: float) -> None:
        await asyncio.sleep(min(self.chance.uniform(shortest, longest), max(0.0, self.left)))

    async def ask(
        self, kind: str, path: str, *, form: dict[str, str] | None = None, cookies: dict[str, str] | None = None
    ) -> Answer:
        """One request on a connection of its own, timed under `kind`."""
        start = time.perf_counter()
        answer = await asyncio.wait_for(_exchange(self.port, path, form, cookies or {}), PATIENCE)
        self.times.setdefault(kind, []).append(time.perf_counter() - start)
        self.statuses[f"{kind} {answer.status}"] = self.statuses.get(f"{kind} {answer.status}", 0) + 1
        return answer

    async def say(self, words: str, kind: str, path: str, form: dict[str, str], cookies: dict[str, str]) -> Answer:
        """Send words nobody else uses, now and then twice at once, and write down whether they were taken."""
        times = 2 if self.chance.random() < TWICE else 1
        self.said[words] = UNKNOWN
        answers = await asyncio.gather(*(self.ask(kind, path, form=form, cookies=cookies) for _ in range(times)))
        self.said[words] = ACCEPTED if any(one.is_taken for one in answers) else REFUSED
        return answers[0]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A letter arrives: it is kept, and whoever it is for may read it."""
        letter: Any = message_from_bytes(envelope.original_content or b"", policy=modern)
        self.letters.append((letter["to"], letter["message-id"]))
        if box := self.boxes.get(letter["to"]):
            box.put_nowait(letter.get_body(preferencelist=("plain",)).get_content())
        return "250 Kept"


async def _exchange(port: int, path: str, form: dict[str, str] | None, cookies: dict[str, str]) -> Answer:
    body = urlencode(form or {})
    lines = [f"{'GET' if form is None else 'POST'} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    if cookies:
        lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
    if form is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        lines.append(f"X-CSRFToken: {cookies.get('csrftoken', '')}")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
    said = (await reader.read()).decode(errors="replace")
    writer.close()
    return _read(said)


def _read(said: str) -> Answer:
    head, _, page = said.partition("\r\n\r\n")
    status, *fields = head.split("\r\n")
    told = [(name.strip().lower(), value.strip()) for name, _, value in (one.partition(":") for one in fields)]
    cookies = dict(value.partition(";")[0].split("=", 1) for name, value in told if name == "set-cookie")
    location = next((value for name, value in told if name == "location"), "")
    return Answer(int(status.split(" ")[1]), location, cookies, page)


@dataclass
class Agent:
    """Somebody who works cases all day: looks at the queue, takes the next, writes, says why, proposes."""

    world: World
    email: str
    home: str
    cookies: dict[str, str] = field(default_factory=dict)
    number: int = 0

    async def sign_in(self) -> None:
        page = await self.world.ask("the sign-in page", "/accounts/login/")
        self.cookies |= page.cookies
        form = {"login": self.email, "password": PASSWORD}
        done = await self.world.ask("signing in", "/accounts/login/", form=form, cookies=self.cookies)
        while done.status == TOO_MANY:  # so many a minute from one address; the others come a little later
            await asyncio.sleep(5)
            done = await self.world.ask("signing in", "/accounts/login/", form=form, cookies=self.cookies)
        self.cookies |= done.cookies
        if "sessionid" not in self.cookies:
            raise AssertionError(f"{self.email} could not sign in: {done.status}")

    async def work(self) -> None:
        while self.world.left > 0:
            await self.world.ask("the queue", f"{self.home}cases/", cookies=self.cookies)
            await self.world.think(1, 6)
            found = await self.world.ask("the next case", f"{self.home}cases/next/", cookies=self.cookies)
            if case := CASE.search(found.location):
                await self.work_case(f"{self.home}cases/{case.group(1)}/")
            await self.world.think(1, 4)

    async def work_case(self, case: str) -> None:
        """Read it, make it one's own where nobody has it, write, say why it was so and what it taught, and propose."""
        page = (await self.world.ask("the case page", case, cookies=self.cookies)).page
        name = self.email.partition("@")[0]
        if NOBODYS in page:
            await self.do("taking a case", f"{case}take/", {})
            page = await self.read(case)
        if not re.search(rf"With {name}[.,]", page):
            return  # a colleague has it, or was quicker
        if self.world.chance.random() < 0.6:
            await self.tell(case, "writing to a customer", f"{case}write/", page)
            page = await self.read(case)
        if 'name="cause"' in page and self.world.left > 0:
            await self.do("naming the cause", f"{case}cause/", {"cause": f"Refund › {self.world.chance.randint(1, 9)}"})
            page = await self.read(case)
            if LESSON_MISSING in page:
                beside = f"{self.home}knowledge/beside/{case.rstrip('/').rpartition('/')[2]}/nothing/"
                await self.do("saying there is nothing to learn", beside, {"why": "The same as before"})
            await self.tell(case, "proposing", f"{case}propose/", page)

    async def read(self, case: str) -> str:
        page = (await self.world.ask("the case page", case, cookies=self.cookies)).page
        await self.world.think(2, 9)
        return page

    async def do(self, kind: str, path: str, form: dict[str, str]) -> Answer:
        return await self.world.ask(kind, path, form=form, cookies=self.cookies)

    async def tell(self, case: str, kind: str, path: str, page: str) -> None:
        """Write; where the customer wrote meanwhile one reads that first, and leaves it for the next time."""
        self.number += 1
        words = f"Word {self.number} of {self.email.partition('@')[0]}"
        seen = READ_UNTIL.search(page)
        form = {"text": words, "read_until": seen.group(1) if seen else ""}
        await self.world.say(words, kind, path, form, self.cookies)
        await self.world.ask("the case page", case, cookies=self.cookies)


@dataclass
class Customer:
    """Somebody who was asked, says no more often than yes, and answers what comes by mail."""

    world: World
    email: str
    door: str
    number: int = 0

    async def act(self) -> None:
        self.world.boxes[self.email] = asyncio.Queue()
        await asyncio.sleep(self.world.chance.uniform(0, 0.7 * self.world.seconds))
        await self.answer(self.door, word="no" if self.world.chance.random() < 0.7 else "yes")
        while self.world.left > 0:
            try:
                letter = await asyncio.wait_for(self.world.boxes[self.email].get(), max(0.01, self.world.left))
            except TimeoutError:
                return
            await self.world.think(2, 20)
            await self.read(letter)

    async def read(self, letter: str) -> None:
        links = re.findall(r"https?://\S+", letter)
        if taps := [link for link in links if "got_it=" in link]:
            await self.answer(urlsplit(taps[0]).path, word="yes" if self.world.chance.random() < 0.6 else "no")
        elif talks := [link for link in links if "/c/" in link]:
            path = urlsplit(talks[0]).path
            await self.world.ask("the conversation", path)
            await self.say(path, "text", "a customer writing", {})

    async def answer(self, door: str, *, word: str) -> None:
        await self.world.ask("the two questions", f"{door}?got_it={word}")
        await self.world.think(1, 5)
        if word == "no":
            await self.say(door, "missing", "answering", {"got_it": word, "good_job": word})
        else:
            await self.world.ask("answering", door, form={"got_it": word, "good_job": word})

    async def say(self, path: str, name: str, kind: str, form: dict[str, str]) -> None:
        self.number += 1
        words = f"Word {self.number} of {self.email.partition('@')[0]}"
        await self.world.say(words, kind, path, form | {name: words}, {})


async def act(asked: dict[str, Any]) -> World:
    """Everybody acts until the time is over; then letters are taken in until somebody says that is enough."""
    seconds = float(asked["seconds"])
    world = World(asked["port"], 0.0, seconds, random.Random(asked["seed"]))
    loop = asyncio.get_running_loop()
    post = await loop.create_server(lambda: SMTP(world, hostname="localhost"), "127.0.0.1", asked["smtp"])
    agents = [Agent(world, email, f"/w/{asked['slug']}/") for email in asked["agents"]]
    for agent in agents:
        await agent.sign_in()
    world.until = time.monotonic() + seconds
    customers = [Customer(world, email, door) for email, door in asked["doors"].items()]
    doing = [*(agent.work() for agent in agents), *(customer.act() for customer in customers)]
    world.problems = [repr(one) for one in await asyncio.gather(*doing, return_exceptions=True) if one]
    print("acted", flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    post.close()
    return world


def main() -> None:
    """One line of JSON in, "acted", one line in, one line of JSON out."""
    world = asyncio.run(act(json.loads(sys.stdin.readline())))
    told = ("times", "statuses", "said", "letters", "problems")
    print(json.dumps({name: getattr(world, name) for name in told}))


if __name__ == "__main__":
    main()
