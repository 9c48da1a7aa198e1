"""Tables whose catalog lies elsewhere: in PostgreSQL, in another SQLite file, behind the Iceberg REST protocol."""

import concurrent.futures
import contextlib
import pathlib
import socket
import threading
import time

import postgres
import pyarrow as pa
import pytest
import rest_catalog
from duckdb_session import Session
from lake import SERIES, done, parquet, plain, run
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.catalog.sql import SqlCatalog

SMALL = "retail_oltp_small"
KEYS = {"customers": ["customer_id"], "products": ["product_id"], "stores": ["store_id"], "orders": ["order_id"],
        "order_items": ["order_item_id"], "inventory": ["product_id", "store_id"]}
WHOLE = ("generate", SMALL, "-r", "1000", "--quiet")
ORDERS = (*WHOLE, "--tables", "orders,stores")


@pytest.fixture
def gate(behind):
    with rest_catalog.gate(behind) as one:
        yield one


@pytest.fixture
def duckdb():
    session = Session()
    yield session
    session.close()


def sql_catalog(url: str) -> SqlCatalog:
    return SqlCatalog("lakeseed", uri=url.replace("postgresql:", "postgresql+psycopg2:"), warehouse="file:///nowhere")


def rest(url: str, **properties) -> RestCatalog:
    return RestCatalog("rest", uri=url, **properties)


def rows(table, keys) -> pa.Table:
    """Text, decimals and integers as they are in our files."""
    read = table.refresh().scan().to_arrow()
    fields = [pa.field(f.name, pa.string() if pa.types.is_large_string(f.type) else f.type) for f in read.schema]
    return plain(read.cast(pa.schema(fields)), keys)


def check_equal(catalog, expected: pathlib.Path, dataset: str, names) -> None:
    for name in names:
        read = rows(catalog.load_table((dataset, name)), KEYS[name])
        wanted = parquet(expected, dataset, name, KEYS[name])
        assert read.num_rows > 0 and read.equals(wanted.cast(read.schema)), name


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The same rows in plain files."""
    output = tmp_path_factory.mktemp("files")
    done(*WHOLE, "--output", output, "--output-mode", "parquet")
    return output


def attach(duckdb, server, url):
    place = f"host=127.0.0.1 port={server.port} user=postgres password={postgres.PASSWORD} dbname={url.rpartition('/')[2]}"
    duckdb.sql("LOAD postgres_scanner", f"ATTACH 'ducklake:postgres:{place}' AS lake")


# DuckLake in PostgreSQL.


def test_duckdb_reads_a_ducklake_in_postgresql_and_writes_to_it_and_we_after_it(duckdb, server, tmp_path, files):
    url = server.database()
    out = tmp_path / "lake"
    done(*WHOLE, "--output", out, "--table-format", "ducklake", "--catalog", url)
    attach(duckdb, server, url)
    for name in KEYS:
        root = files / "Files/synthetic_data" / SMALL
        plain_file = f"read_parquet('{root}/{name}.parquet')"
        lake = f"lake.{SMALL}.{name}"
        assert duckdb.sql(f"SELECT count(*) FROM ((FROM {lake} EXCEPT ALL FROM {plain_file}) UNION ALL "
                          f"(FROM {plain_file} EXCEPT ALL FROM {lake}))") == [(0,)], name
    assert [row[0] for row in duckdb.sql("SELECT snapshot_id FROM ducklake_snapshots('lake')")] == [0, 1]
    assert not list(out.glob("*.sqlite")) and done("validate", out, "--dataset-id", SMALL)
    stores = f"lake.{SMALL}.stores"
    before = duckdb.sql(f"SELECT count(*) FROM {stores}")[0][0]
    duckdb.sql(f"INSERT INTO {stores} SELECT * REPLACE (store_id + 1000 AS store_id) FROM {stores} LIMIT 2",
               f"ALTER TABLE {stores} ADD COLUMN remark VARCHAR", f"UPDATE {stores} SET remark = 'x' WHERE store_id = 1001")
    done(*WHOLE, "--output", out, "--table-format", "ducklake", "--catalog", url, "--seed", 3, "--if-exists", "overwrite")
    assert duckdb.sql(f"SELECT count(*), count(DISTINCT store_id) FROM {stores}") == [(before, before)]
    series = ("generate-series", SERIES, "--output", out, "--table-format", "ducklake", "--catalog", url, "--quiet")
    done(*series, "-s", "2024-01-01", "-e", "2024-01-02")
    orders = f"lake.{SERIES}.orders"
    first = duckdb.sql(f"SELECT count(*) FROM {orders}")[0][0]
    duckdb.sql(f"INSERT INTO {orders} SELECT * REPLACE (order_id + 1000000000 AS order_id) FROM {orders} LIMIT 3")
    done(*series, "-s", "2024-01-03", "-e", "2024-01-04")
    count, mine = duckdb.sql(f"SELECT count(*), count(*) FILTER (order_id > 1000000000) FROM {orders}")[0]
    assert mine == 3 and count > first + 100
    duckdb.sql("CALL ducklake_merge_adjacent_files('lake')", "CALL ducklake_flush_inlined_data('lake')")
    assert duckdb.sql(f"SELECT count(*) FROM {orders}")[0][0] == count


def test_tables_of_the_catalog_are_those_that_duckdb_makes(duckdb, server, tmp_path):
    ours, theirs = server.database(), server.database()
    done(*ORDERS, "--output", tmp_path / "lake", "--table-format", "ducklake", "--catalog", ours)
    name = theirs.rpartition("/")[2]
    place = f"host=127.0.0.1 port={server.port} user=postgres password={postgres.PASSWORD} dbname={name}"
    duckdb.sql("LOAD postgres_scanner", f"ATTACH 'ducklake:postgres:{place}' AS other (DATA_PATH '{tmp_path}/other')",
               "CREATE TABLE other.t(a INT)")
    columns = ("SELECT table_name, column_name, data_type, is_nullable, ordinal_position FROM information_schema.columns "
               "WHERE table_schema = 'public' AND table_name NOT LIKE 'ducklake_inlined_data_1%' ORDER BY 1, 5")
    keys = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
    assert server.sql(columns, ours) == server.sql(columns, theirs) and len(server.sql(columns, ours)) > 150
    assert server.sql(keys, ours) == server.sql(keys, theirs)


@pytest.mark.parametrize("table_format", ["ducklake", "iceberg"])
def test_many_writers_of_one_catalog_lose_nothing(server, tmp_path, table_format):
    """Six outputs with datasets of their own, and two processes of one output, in one database."""
    url = server.database()
    done(*ORDERS, "--output", tmp_path / "0", "--table-format", table_format, "--catalog", url)
    spec = (pathlib.Path(__file__).with_name("types.yaml")).read_text()

    def write(i: int):
        if i < 6:
            file = tmp_path / f"types{i}.yaml"
            file.write_text(spec.replace("dataset: types", f"dataset: types{i}").replace("id: types", f"id: types{i}"))
            for seed in (1, 2, 3):
                done("generate", "--custom-schema", file, "-r", 200, "--output", tmp_path / f"many{i}", "--quiet",
                     "--table-format", table_format, "--catalog", url, "--seed", seed, "--if-exists", "overwrite")
        else:
            first = 1 + 6 * (i - 6)
            done("generate-series", SERIES, "-s", f"2024-01-{first:02}", "-e", f"2024-01-{first + 5:02}", "--batch-size", 1,
                 "--output", tmp_path / "0", "--table-format", table_format, "--catalog", url, "--quiet")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    plain_files = tmp_path / "files"
    done("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-12", "--output", plain_files, "--quiet")
    wanted = parquet(plain_files, SERIES, "orders", ["order_id"]).num_rows
    if table_format == "iceberg":
        catalog = sql_catalog(url)
        assert catalog.load_table((SERIES, "orders")).scan().to_arrow().num_rows == wanted
        assert all(len(catalog.load_table((f"types{i}", "events")).snapshots()) == 3 for i in range(6))
        assert all(catalog.load_table((f"types{i}", "events")).scan().to_arrow().num_rows == 200 for i in range(6))
        return
    session = Session()
    with contextlib.closing(session):
        attach(session, server, url)
        assert session.sql(f"SELECT count(*) FROM lake.{SERIES}.orders") == [(wanted,)]
        assert all(session.sql(f"SELECT count(*) FROM lake.types{i}.events") == [(200,)] for i in range(6))
        # One snapshot for each commit: 1 + 6 x 3 + 12.
        assert session.sql("SELECT count(*) FROM ducklake_snapshots('lake')") == [(1 + 1 + 18 + 12,)]


# Iceberg in PostgreSQL and in SQLite elsewhere.


@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_pyiceberg_reads_an_sql_catalog_and_appends_and_we_after_it(server, tmp_path, files, kind):
    url = server.database() if kind == "postgresql" else f"sqlite:///{tmp_path}/names/cat.db"
    out = tmp_path / "lake"
    done(*WHOLE, "--output", out, "--table-format", "iceberg", "--catalog", url)
    catalog = sql_catalog(url)
    check_equal(catalog, files, SMALL, KEYS)
    assert not (out / "iceberg.sqlite").exists() and done("validate", out, "--dataset-id", SMALL)
    check_series(catalog, ("--output", out, "--table-format", "iceberg", "--catalog", url))


def check_series(catalog, words, env=None):
    """Days, rows of another program, days."""
    series = ("generate-series", SERIES, *words, "--quiet")
    done(*series, "-s", "2024-01-01", "-e", "2024-01-02", env=env)
    table = catalog.load_table((SERIES, "orders"))
    before = table.scan().to_arrow()
    ids = [10**9, 10**9 + 1]
    table.append(before.slice(0, 2).set_column(0, before.schema.field(0), pa.array(ids, pa.int64())))
    done(*series, "-s", "2024-01-03", "-e", "2024-01-04", env=env)
    after = catalog.load_table((SERIES, "orders")).scan().to_arrow()
    assert after.num_rows > before.num_rows + 100 and len(set(after["order_id"].to_pylist())) == after.num_rows
    assert set(before["order_id"].to_pylist()) | set(ids) <= set(after["order_id"].to_pylist())


# Iceberg behind REST.


def test_pyiceberg_reads_a_rest_catalog_and_appends_and_we_after_it(behind, tmp_path, files):
    out = tmp_path / "lake"
    words = ("--output", out, "--table-format", "iceberg", "--catalog", behind)
    done(*WHOLE, *words)
    catalog = rest(behind)
    check_equal(catalog, files, SMALL, KEYS)
    table = catalog.load_table((SMALL, "orders"))
    assert [one.summary.operation.value for one in table.snapshots()] == ["append"]
    assert table.location() == f"file://{out}/Tables/{SMALL}/orders"
    done(*WHOLE, *words, "--seed", 3, "--if-exists", "overwrite")
    assert [one.summary.operation.value for one in table.refresh().snapshots()] == ["append", "overwrite"]
    assert rows(table, ["order_id"]).num_rows == 1000
    check_series(catalog, words)
    done(*WHOLE, *words, "--seed", 3, "--if-exists", "resume")
    assert len(table.refresh().snapshots()) == 2


def clear(behind):
    catalog = rest(behind)
    for name in catalog.list_tables(SMALL) if (SMALL,) in catalog.list_namespaces() else []:
        catalog.drop_table(name)
    return catalog


def test_prefixes_and_tokens(gate, behind, tmp_path):
    catalog = clear(behind)
    gate.prefix, gate.client, gate.token = "shops/west", ("me", "se:cret/@"), "t0ken"
    words = (*ORDERS, "--table-format", "iceberg", "--if-exists", "overwrite", "--output", tmp_path / "a")
    host = gate.url.removeprefix("http://")
    with_client = f"http://me:se%3Acret%2F%40@{host}?warehouse=main"
    done(*words, "--catalog", with_client)
    assert "GET /v1/config?warehouse=main" in gate.asked and "POST /v1/oauth/tokens" in gate.asked
    asked = [one for one in gate.asked if "/v1/config" not in one and "/oauth/" not in one]
    assert asked and all(" /v1/shops/west/" in one for one in asked)
    assert catalog.load_table((SMALL, "orders")).scan().to_arrow().num_rows == 1000
    done(*words, "--seed", 2, "--catalog", f"http://t0ken@{host}")
    done(*words, "--seed", 3, "--catalog", gate.url, env={"LAKESEED_CATALOG_TOKEN": "t0ken"})
    done(*words, "--seed", 4, env={"LAKESEED_CATALOG": with_client})
    foreign = run(*words[:-1], tmp_path / "b", "--catalog", with_client)
    assert foreign.returncode == 2 and "lies outside the output" in foreign.stderr and not (tmp_path / "b/Tables").exists()
    assert len(catalog.load_table((SMALL, "orders")).snapshots()) == 4
    for bad in (f"http://me:hush@{host}", f"http://mumble@{host}", gate.url):
        refused = run(*words[:-1], tmp_path / "c", "--catalog", bad)
        assert refused.returncode == 2 and "refuses" in refused.stderr, refused.stderr
        assert "hush" not in refused.stderr and "mumble" not in refused.stderr
        assert not (tmp_path / "c").exists()


@pytest.mark.parametrize("case", ["conflicts", "lost before", "lost after", "no transactions", "not named"])
def test_commits_that_meet_others_or_are_not_answered(gate, behind, tmp_path, case):
    """Each run is there once, whatever has become of its requests."""
    catalog = clear(behind)
    if case == "conflicts":
        gate.conflicts = 3
    elif case == "lost before":
        gate.lost = ["before", "before", "before"]
    elif case == "lost after":
        gate.lost = ["after"] * 4
    elif case == "no transactions":
        gate.has_transactions = False
    else:
        gate.endpoints = ["GET /v1/{prefix}/namespaces/{namespace}"]
    words = (*ORDERS, "--table-format", "iceberg", "--output", tmp_path, "--catalog", gate.url)
    done(*words)
    for name in ("orders", "stores"):
        table = catalog.load_table((SMALL, name))
        assert len(table.snapshots()) == 1, name
    assert catalog.load_table((SMALL, "orders")).scan().to_arrow().num_rows == 1000
    transactions = [one for one in gate.asked if one == "POST /v1/transactions/commit"]
    assert bool(transactions) == (case != "not named")
    gate.lost, gate.conflicts = ["after"] if case == "lost after" else [], 0
    done(*words, "--seed", 5, "--if-exists", "overwrite")
    for name in ("orders", "stores"):
        assert len(catalog.load_table((SMALL, name)).snapshots()) == 2, name
    assert catalog.load_table((SMALL, "orders")).scan().to_arrow().num_rows == 1000


def test_a_commit_that_nobody_answers_ends_and_is_settled_by_the_next_run(gate, behind, tmp_path):
    catalog = clear(behind)
    gate.lost = ["before"] * 1000
    words = (*ORDERS, "--table-format", "iceberg", "--output", tmp_path, "--catalog", gate.url)
    start = time.monotonic()
    ended = run(*words)
    assert ended.returncode == 1 and "not known whether the commit is complete" in ended.stderr, ended.stderr
    assert time.monotonic() - start < 40
    gate.lost = []
    other = run(*words[:-1], f"sqlite:///{tmp_path}/other.db", "--if-exists", "resume")
    assert other.returncode == 1 and "belongs to another catalog" in other.stderr
    done(*words, "--if-exists", "resume")
    assert len(catalog.load_table((SMALL, "orders")).snapshots()) == 1
    assert catalog.load_table((SMALL, "orders")).scan().to_arrow().num_rows == 1000


def test_a_catalog_that_may_only_be_read_is_told(gate, behind, tmp_path):
    catalog = clear(behind)
    gate.read_only = True
    words = (*ORDERS, "--table-format", "iceberg", "--output", tmp_path, "--catalog", gate.url)
    refused = run(*words)
    assert refused.returncode == 1 and "this catalog is to be read" in refused.stderr, refused.stderr
    assert not catalog.table_exists((SMALL, "orders"))
    gate.read_only = False
    done(*words, "--if-exists", "resume")
    assert catalog.load_table((SMALL, "orders")).scan().to_arrow().num_rows == 1000


# Both: stages, errors, lost answers.


@pytest.mark.parametrize("table_format,kind", [("iceberg", "rest"), ("iceberg", "sql"), ("ducklake", "sql")])
def test_plan_work_commit(server, behind, tmp_path, table_format, kind):
    url = behind if kind == "rest" else server.database()
    clear(behind)
    plan = tmp_path / "plan.json"
    done("plan", SMALL, "-r", 1000, "--tables", "orders,stores", "--output", tmp_path / "out", "--table-format", table_format,
         "--output-file", plan, "--quiet")
    refused = run("plan", SMALL, "--catalog", url)
    assert refused.returncode == 2 and "`work` and `commit`" in refused.stderr
    done("work", plan, "--catalog", url, "--quiet")
    done("commit", plan, "--catalog", url, "--quiet")
    done("commit", plan, env={"LAKESEED_CATALOG": url})
    if table_format == "iceberg":
        catalog = rest(url) if kind == "rest" else sql_catalog(url)
        table = catalog.load_table((SMALL, "orders"))
        assert len(table.snapshots()) == 1 and table.scan().to_arrow().num_rows == 1000
    else:
        assert server.sql("SELECT count(*) FROM ducklake_snapshot", url) == [["2"]]


def cut(client: socket.socket, port: int, left: list[int]) -> None:
    """Carry a connection, and lose the answer to a COMMIT."""
    server = socket.create_connection(("127.0.0.1", port))

    def answers():
        with contextlib.suppress(OSError):
            while data := server.recv(1 << 16):
                client.sendall(data)
            client.close()
    threading.Thread(target=answers, daemon=True).start()
    with contextlib.suppress(OSError):
        while data := client.recv(1 << 16):
            if b"COMMIT" in data and left[0] > 0:
                left[0] -= 1
                client.shutdown(socket.SHUT_RDWR)
                server.sendall(data)
                time.sleep(0.3)
                break
            server.sendall(data)
    server.close()


@pytest.mark.parametrize("table_format", ["iceberg", "ducklake"])
def test_a_commit_to_postgresql_whose_answer_is_lost_is_made_once(server, tmp_path, table_format):
    url, left = server.database(), [2]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def serve():
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=cut, args=(listener.accept()[0], server.port, left), daemon=True).start()
        threading.Thread(target=serve, daemon=True).start()
        way = url.replace(f":{server.port}/", f":{listener.getsockname()[1]}/")
        done(*ORDERS, "--output", tmp_path / "out", "--table-format", table_format, "--catalog", f"{way}?sslmode=disable")
    assert left == [1]
    if table_format == "iceberg":
        table = sql_catalog(url).load_table((SMALL, "orders"))
        assert len(table.snapshots()) == 1 and table.scan().to_arrow().num_rows == 1000
    else:
        assert server.sql("SELECT count(*) FROM ducklake_snapshot", url) == [["2"]]


@pytest.mark.parametrize("table_format", ["iceberg", "ducklake"])
def test_an_output_stays_with_its_catalog(server, tmp_path, table_format):
    first, second = server.database(), server.database()
    words = ("generate-series", SERIES, "--output", tmp_path, "--table-format", table_format, "--quiet")
    done(*words, "-s", "2024-01-01", "-e", "2024-01-02", "--catalog", first)
    for other in ((), ("--catalog", second)):
        refused = run(*words, "-s", "2024-01-03", "-e", "2024-01-03", *other)
        assert refused.returncode == 2 and "another catalog has it" in refused.stderr, refused.stderr
    done(*words, "-s", "2024-01-03", "-e", "2024-01-03", "--catalog", first)
    log = b"".join(path.read_bytes() for path in (tmp_path / ".lakeseed").iterdir())
    assert postgres.PASSWORD.encode() not in log and b"postgres:***@" in log
