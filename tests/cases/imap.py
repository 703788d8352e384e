"""A small IMAP server on this machine: enough of RFC 3501 for a client that searches, fetches and marks as seen."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Postbox:
    """The mails in it, and what was asked of it. Numbers begin at 1, as uids do."""

    def __init__(self, *mails: bytes) -> None:
        self.mails = list(mails)
        self.flags: list[set[str]] = [set() for _ in mails]
        self.commands: list[str] = []

    def unseen(self) -> list[int]:
        return [number for number, flags in enumerate(self.flags, 1) if "\\Seen" not in flags]


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Postbox = self.server.box  # type: ignore[attr-defined]
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode("latin-1").strip().partition(" ")
            box.commands.append(rest.split('"')[0].strip() if rest.startswith("LOGIN") else rest)
            if not self.answer(box, tag, rest):
                return

    def answer(self, box: Postbox, tag: str, rest: str) -> bool:
        command, _, told = rest.partition(" ")
        if command == "UID":
            self.uid(box, told)
        elif command == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif command == "LOGIN" and "right" not in told:
            self.say(f"{tag} NO wrong password")
            return True
        elif command == "SELECT":
            if "INBOX" not in told:
                self.say(f"{tag} NO no such folder")
                return True
            self.say(f"* {len(box.mails)} EXISTS")
        elif command == "LOGOUT":
            self.say("* BYE")
            self.say(f"{tag} OK")
            return False
        self.say(f"{tag} OK done")
        return True

    def uid(self, box: Postbox, told: str) -> None:
        command, _, rest = told.partition(" ")
        if command == "SEARCH":
            self.say(f"* SEARCH {' '.join(map(str, box.unseen()))}".rstrip())
            return
        number, _, what = rest.partition(" ")
        raw = box.mails[int(number) - 1]
        if command == "STORE":
            box.flags[int(number) - 1] |= set(what.partition("(")[2].rstrip(")").split())
        elif "SIZE" in what:
            self.say(f"* {number} FETCH (UID {number} RFC822.SIZE {len(raw)})")
        else:
            self.wfile.write(f"* {number} FETCH (UID {number} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def serve(box: Postbox) -> Iterator[int]:
    """Serve the mailbox on a free port of this machine while the block runs."""
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.box = box  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
