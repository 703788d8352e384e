"""The pages: answers per second, bytes, cold start, and how long screens take.

Answers: each of 800 invited customers posts yes and yes (every tenth says no, which opens a case) over four kept-open
connections, against a bare Django view that does one SQLite insert; both behind the same server with the same settings,
four threads, over loopback, sent by a small client of our own (`bench/_client.py`). Screens: the simulated company of
20,000 customers over two years with its roll-ups, asked over HTTP by a signed-in owner; the median of five askings.
"""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from bench import Line
from bench._client import Load
from bench._house import environment, run_in

ANSWERS = 800
CUSTOMERS = 20_000
SECONDS = 20.0
ALLOWED_BYTES = 15 * 1024
TODAY_SHOULD_TAKE = 0.3
LANGUAGES = {"en": "English", "de": "German", "es": "Spanish", "pt": "Portuguese"}
UNTILYES = [sys.executable, "-c", "from untilyes.config.cli import main; main()"]
BARE = """
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
import sys
Granian("bench._bare:application", address="127.0.0.1", port=int(sys.argv[1]), interface=Interfaces.WSGI, workers=1,
        blocking_threads=4, workers_kill_timeout=3, log_level=LogLevels.warning).serve()
"""


def run() -> list[Line]:
    """All measurements."""
    with tempfile.TemporaryDirectory(prefix="untilyes-bench-") as folder:
        return [*answering(Path(folder) / "asked"), *showing(Path(folder) / "company")]


def answering(home: Path) -> list[Line]:
    """Answers stored per second, page bytes, cold start: one house, every invitation used once."""
    home.mkdir()
    asked = [urlsplit(address).path for address in run_in(home, "ask", str(2 * ANSWERS + 10))["addresses"]]
    cold = [cold_start(home, path) for path in asked[:3]]
    with serving(home, "--without-worker") as port:
        sizes = page_sizes(port, asked[5])
        alone = load(port, [(path, said(number)) for number, path in enumerate(asked[10 : 10 + ANSWERS])])
    with bare(home) as port:
        ceiling = load(port, [("/", said(number)) for number in range(5 * ANSWERS)])
    with serving(home) as port:
        beside = load(port, [(path, said(number)) for number, path in enumerate(asked[10 + ANSWERS :])])
    stored, sent = run_in(home, "count"), 3 + sum(one.statuses.get("302", 0) for one in (alone, beside))
    if stored != sent:
        raise AssertionError(f"{sent} answers were accepted and {stored} are stored")
    return [
        rate("answers stored, server alone", alone, ceiling, aim=0.5),
        p99("99 in 100 answers are stored within, server alone", alone, ceiling),
        rate("answers stored, the worker carrying to the lake beside", beside, ceiling),
        p99("99 in 100 answers are stored within, the worker beside", beside, ceiling),
        *(Line(f"survey page in {LANGUAGES[name]}", n, ALLOWED_BYTES, "the limit", 1, "bytes") for name, n in sizes),
        Line("from `untilyes serve` to the first answer stored", median(cold)),
    ]


def rate(what: str, ours: Load, ceiling: Load, *, aim: float | None = None) -> Line:
    """Requests per second; told as seconds each, so that less is better like everywhere."""
    told = f"{what}: {ours.rate:,.0f} a second, the bare view {ceiling.rate:,.0f}"
    return Line(told, 1 / ours.rate, 1 / ceiling.rate, "a bare insert", aim)


def p99(what: str, ours: Load, ceiling: Load) -> Line:
    """The time 99 in 100 answers stay below."""
    return Line(what, ours.p99, ceiling.p99, "a bare insert")


def said(number: int) -> str:
    """What customer `number` answers."""
    return "got_it=no&good_job=yes" if number % 10 == 0 else "got_it=yes&good_job=yes"


def load(port: int, requests: Sequence[tuple[str, str]]) -> Load:
    """Send the requests from a process of its own; every one has to be accepted."""
    done = subprocess.run(
        [sys.executable, "-m", "bench._client"],
        input=json.dumps({"port": port, "seconds": SECONDS, "requests": list(requests)}),
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=3 * SECONDS,
    )
    found = Load(**json.loads(done.stdout))
    if set(found.statuses) - {"200", "302"}:
        raise AssertionError(f"answers were refused: {found.statuses}")
    return found


def page_sizes(port: int, path: str) -> list[tuple[str, int]]:
    """Bytes of the survey page as sent, uncompressed, in every language."""
    return [(name, len(get(port, f"{path}?lang={name}")[0])) for name in LANGUAGES]


def cold_start(home: Path, path: str) -> float:
    """Seconds from starting the server to the first answer accepted."""
    start = time.perf_counter()
    with serving(home) as port:
        found = load_one(port, path)
        taken = time.perf_counter() - start
    if found != 302:
        raise AssertionError(f"the first answer was met with {found}")
    return taken


def load_one(port: int, path: str) -> int:
    """Post one yes and return the status."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("POST", path, said(1), {"Content-Type": "application/x-www-form-urlencoded", "Host": "localhost"})
    return line.getresponse().status


def showing(home: Path) -> list[Line]:
    """Screens of a company of 20,000 customers."""
    home.mkdir()
    slug = run_in(home, "stage", str(CUSTOMERS))
    screens = {
        "Today": "today/",
        "Measures: effectiveness by week and channel": "measures/?measure=effectiveness&by=week&by=channel",
        "all promises": "promises/",
        "one promise with its curve": "promises/of/delivery/",
        "the case queue": "cases/",
        "the journey map": "journeys/",
        "findings": "findings/",
    }
    with serving(home, UNTILYES_DEMO="1") as port:
        lines = []
        for name, path in screens.items():
            first, *again = (get(port, f"/w/{slug}/{path}")[1] for _ in range(6))
            aimed = (TODAY_SHOULD_TAKE, "the limit", 1.0) if name == "Today" else (None, "", None)
            lines.append(Line(f"{name}, first time after the start", first))
            lines.append(Line(f"{name}, asked again", median(again), *aimed))
    return lines


def get(port: int, path: str) -> tuple[bytes, float]:
    """A page and the seconds it took. Raises unless it is a page."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    start = time.perf_counter()
    line.request("GET", path, headers={"Host": "localhost"})
    answer = line.getresponse()
    body = answer.read()
    taken = time.perf_counter() - start
    if answer.status != 200:
        raise AssertionError(f"{path} is met with {answer.status}")
    return body, taken


@contextmanager
def serving(home: Path, *words: str, **more: str) -> Iterator[int]:
    """`untilyes serve` in `home` until the block ends; yields its port once it listens."""
    port = free_port()
    with running([*UNTILYES, "serve", "--port", str(port), *words], environment(home, **more), port):
        yield port


@contextmanager
def bare(home: Path) -> Iterator[int]:
    """The bare view behind the same server."""
    port = free_port()
    with running(
        [sys.executable, "-c", BARE, str(port)], environment(home, UNTILYES_BENCH_BARE=str(home / "bare.sqlite3")), port
    ):
        yield port


@contextmanager
def running(command: list[str], env: dict[str, str], port: int) -> Iterator[None]:
    """The process and all its children until the block ends."""
    process = subprocess.Popen(
        command,
        env=env,
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until_it_listens(port, process)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
        with suppress(ProcessLookupError):  # whoever of its children outlived it
            os.killpg(process.pid, signal.SIGKILL)


def wait_until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return once something accepts connections. Raises when it ends first or takes a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"the server did not listen on port {port}")


def free_port() -> int:
    """A port nobody listens on."""
    while True:
        port = random.randint(20_000, 30_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
