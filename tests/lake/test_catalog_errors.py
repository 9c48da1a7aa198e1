"""Catalogs that cannot be, cannot be reached, or refuse: told at once, and nothing is written."""

import socket
import time

import postgres
import pytest
from lake import run

ORDERS = ("generate", "retail_oltp_small", "-r", "1000", "--quiet", "--tables", "orders,stores")


@pytest.mark.parametrize("words,reason", [
    (("--table-format", "delta", "--catalog", "sqlite:///x"), "delta needs no catalog"),
    (("--output-mode", "parquet", "--catalog", "sqlite:///x"), "files needs no catalog"),
    (("--table-format", "ducklake", "--catalog", "http://127.0.0.1:1"), "ducklake tables cannot have this catalog"),
    (("--table-format", "iceberg", "--catalog", "mysql://u:secret@h/d"), "iceberg tables cannot have this catalog"),
    (("--table-format", "iceberg", "--catalog", "sqlite:///"), "cannot have this catalog"),
    (("--table-format", "iceberg", "--catalog", "postgresql://u:secret@127.0.0.1/d?colour=x"), "cannot be read"),
])
def test_catalogs_that_cannot_be(tmp_path, words, reason):
    refused = run(*ORDERS, "--output", tmp_path / "out", *words)
    assert refused.returncode == 2 and reason in refused.stderr and "secret" not in refused.stderr, refused.stderr
    assert not (tmp_path / "out").exists()


def test_who_cannot_be_reached_or_refuses_is_told_within_seconds(server, tmp_path):
    url = server.database()
    name = url.rpartition("/")[2]
    server.sql("CREATE ROLE looker LOGIN PASSWORD 'look-er'")
    with socket.create_server(("127.0.0.1", 0)) as silent:  # Takes connections, and says nothing.
        deaf = silent.getsockname()[1]
        cases = [
            ("postgresql://u:secret@127.0.0.1:1/x", 1, "cannot reach the PostgreSQL server at 127.0.0.1:1/x"),
            (f"postgresql://u:secret@127.0.0.1:{deaf}/x", 1, "does not answer"),
            (server.url_of(name, password="secret"), 2, "refuses the user postgres"),
            (server.url_of("nowhere"), 2, "createdb -h 127.0.0.1"),
            (server.url_of(name, user="looker", password="look-er"), 2, "GRANT"),
        ]
        for table_format in ("iceberg", "ducklake"):
            for catalog, code, reason in cases:
                start = time.monotonic()
                ended = run(*ORDERS, "--output", tmp_path / "out", "--table-format", table_format, "--catalog", catalog)
                assert ended.returncode == code and reason in ended.stderr, ended.stderr
                assert time.monotonic() - start < 8 and not (tmp_path / "out").exists()
                assert not {"secret", "look-er", postgres.PASSWORD} & set(ended.stderr.replace(":", " ").replace("@", " ").split())
    start = time.monotonic()
    ended = run(*ORDERS, "--output", tmp_path / "out", "--table-format", "iceberg", "--catalog", "http://127.0.0.1:1")
    assert ended.returncode == 1 and "cannot reach the Iceberg catalog" in ended.stderr and time.monotonic() - start < 8
    assert not (tmp_path / "out").exists()
