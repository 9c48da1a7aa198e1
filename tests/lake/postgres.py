"""A PostgreSQL server of our own for tests: a temporary cluster on a free port of this machine.

    python postgres.py FILE     writes the server's URL into FILE, and serves until its stdin ends
"""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from server_process import free_port

PASSWORD = "pass-word"


class Server:
    def __init__(self, port: int):
        self.port, self.count = port, 0
        self.url = self.url_of("postgres")

    def url_of(self, database: str, user: str = "postgres", password: str = PASSWORD, scheme: str = "postgresql") -> str:
        return f"{scheme}://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def sql(self, statement: str, url: str | None = None) -> list[list[str]]:
        ended = subprocess.run(["psql", url or self.url, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement], text=True,
                               capture_output=True, timeout=60)
        assert ended.returncode == 0, ended.stderr
        return [line.split("|") for line in ended.stdout.splitlines()]

    def database(self) -> str:
        """URL of a database that nobody has used."""
        self.count += 1
        self.sql(f"CREATE DATABASE db{self.count}")
        return self.url_of(f"db{self.count}")


@contextlib.contextmanager
def running():
    programs = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lakeseed-postgres-"))
    (folder / "password").write_text(PASSWORD)
    user = []
    if os.geteuid() == 0:  # The server refuses to run as root.
        user = ["runuser", "-u", "postgres", "--"]
        for path in (folder, folder / "password"):
            shutil.chown(path, "postgres")
    port = free_port()
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"

    def call(*words):
        ended = subprocess.run([*user, *map(str, words)], text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               stdin=subprocess.DEVNULL, timeout=120, cwd=folder)
        assert ended.returncode == 0, ended.stderr
    try:
        call(programs / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C",
             f"--pwfile={folder / 'password'}", "--no-sync")
        call(programs / "pg_ctl", "-D", folder / "data", "-w", "-o", settings, "-l", folder / "log", "start")
        yield Server(port)
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            call(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


if __name__ == "__main__":
    with running() as server:
        file = pathlib.Path(sys.argv[1])
        file.with_suffix(".new").write_text(server.url)
        file.with_suffix(".new").rename(file)
        sys.stdin.read()
