"""DuckDB with its lake extensions, in an environment of its own: SQL statements in, rows out.

Run by that environment's Python; `Session` starts it from a test.
"""

import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOME = ROOT / ".venv-duckdb" / "home"
PYTHON = ROOT / ".venv-duckdb" / "bin" / "python"


class Session:
    """One process; `sql` runs statements and gives the rows of the last."""

    def __init__(self):
        self.process = subprocess.Popen([str(PYTHON), __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, "HOME": str(HOME), "TZ": "UTC"})

    def sql(self, *statements):
        self.process.stdin.write(json.dumps(statements) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return [tuple(row) for row in answer["rows"]]

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


def plain(value):
    if isinstance(value, (bool, int, float, str, list, dict, type(None))):
        return value
    return str(value)  # Decimals, dates, times, UUIDs.


def serve():
    import duckdb

    connection = duckdb.connect()
    for name in ("sqlite_scanner", "ducklake", "delta", "httpfs", "avro", "iceberg"):
        connection.execute(f"LOAD {name}")
    connection.execute("SET TimeZone = 'UTC'")
    for line in sys.stdin:
        try:
            rows = []
            for statement in json.loads(line):
                rows = connection.execute(statement).fetchall()
            answer = {"rows": [[plain(value) for value in row] for row in rows]}
        except duckdb.Error as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve()
