"""A small HTTP client: some connections kept open, each sending its requests one after the other, a clock on each.

Plain sockets and prepared bytes, so that the client takes as little as possible of the machine it shares with the
server. Its own process, so that it takes nothing of the measuring one.
"""

import json
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

CONNECTIONS = 4
PATIENCE = 30.0


@dataclass(frozen=True)
class Load:
    """What came of a load: requests per second, the 99th percentile of the time in seconds, answers by status."""

    rate: float
    p99: float
    statuses: dict[str, int]


def post(port: int, requests: list[tuple[str, str]], *, seconds: float) -> Load:
    """Post every (path, body) once over `CONNECTIONS` connections, or as many as go in `seconds`."""
    prepared = [_prepare(path, body) for path, body in requests]
    until = time.perf_counter() + seconds
    start = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        shares = [prepared[number::CONNECTIONS] for number in range(CONNECTIONS)]
        found = [one for part in threads.map(lambda share: _send(port, share, until), shares) for one in part]
    taken = time.perf_counter() - start
    times = sorted(seconds for _, seconds in found)
    statuses: dict[str, int] = {}
    for status, _ in found:
        statuses[status] = statuses.get(status, 0) + 1
    return Load(len(found) / taken, times[int(len(times) * 0.99)], statuses)


def _prepare(path: str, body: str) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def _send(port: int, requests: list[bytes], until: float) -> list[tuple[str, float]]:
    found = []
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in requests:
            start = time.perf_counter()
            if start > until:
                break
            line.sendall(request)
            found.append((_receive(line), time.perf_counter() - start))
    return found


def _receive(line: socket.socket) -> str:
    """Read one whole answer and return its status."""
    said = b""
    while b"\r\n\r\n" not in said:
        said += _more(line)
    head, _, body = said.partition(b"\r\n\r\n")
    lengths = [row.partition(b":")[2] for row in head.lower().split(b"\r\n") if row.startswith(b"content-length")]
    wanted = int(lengths[0]) if lengths else 0
    while len(body) < wanted:
        body += _more(line)
    return head.split(b" ", 2)[1].decode()


def _more(line: socket.socket) -> bytes:
    said = line.recv(65_536)
    if not said:
        raise ConnectionError("the server hung up")
    return said


def main() -> None:
    """Read {port, seconds, requests} from standard input, print the load as JSON."""
    asked = json.load(sys.stdin)
    requests = [(path, body) for path, body in asked["requests"]]
    print(json.dumps(asdict(post(asked["port"], requests, seconds=asked["seconds"]))))


if __name__ == "__main__":
    main()
