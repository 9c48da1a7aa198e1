"""Plain files and Delta tables in an object store: whole, once, and with clear errors."""

import collections
import io
import json
import time

import deltalake
import pyarrow as pa
import pyarrow.fs
import pyarrow.parquet as pq
import pytest
from duckdb_session import Session
from lake import SERIES, TYPES, done, parquet, plain, rows, run, types
from pyiceberg.catalog.sql import SqlCatalog
from store import KEYS as ACCESS
from server_process import free_port
from store import HANGS_UP, gated, losing_answers
from test_ducklake import differences
from test_iceberg import comparable
from test_iceberg import rows as iceberg_rows

ORDERS = ("generate", "retail_oltp_small", "-r", 3000, "--quiet", "--file-rows-target", 700)
KEYS = {"customers": "customer_id", "orders": "order_id", "order_items": "order_item_id"}


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    root = tmp_path_factory.mktemp("local")
    done(*ORDERS, "--output", root / "files", "-o", "parquet")
    done(*ORDERS, "--output", root / "table")
    return root


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The state of runs into a store is kept where the program runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def delta(store, bucket: str, name: str, dataset="retail_oltp_small") -> deltalake.DeltaTable:
    return deltalake.DeltaTable(f"s3://{bucket}/out/Tables/{dataset}/{name}", storage_options=store.options)


def test_plain_files_are_those_of_a_directory(store, local, home):
    bucket = store.bucket()
    done(*ORDERS, "--output", f"s3://{bucket}/a b/out", "-o", "parquet", env=store.environment)
    files = {str(path.relative_to(local / "files")): path.read_bytes()
             for path in sorted((local / "files").rglob("*")) if path.is_file() and ".lakeseed" not in path.parts}
    assert {key: store.bytes(bucket, "a b/out/" + key) for key in files} == files
    assert set(store.keys(bucket)) == {"a b/out/" + path for path in files}  # No markers, nothing staged.


def test_tables_are_those_of_a_directory(store, local, home):
    bucket = store.bucket()
    done(*ORDERS, "--output", f"s3://{bucket}/out", env=store.environment)
    for name, key in KEYS.items():
        table = delta(store, bucket, name)
        assert table.version() == 0
        assert rows(table, [key]).equals(parquet(local / "files", "retail_oltp_small", name, [key]))
    logs = sorted(path for path in (local / "table").rglob("*.json") if "_delta_log" in path.parts)
    assert logs
    for log in logs:
        assert store.bytes(bucket, f"out/{log.relative_to(local / 'table')}") == log.read_bytes()


def iceberg(store, home, bucket: str) -> SqlCatalog:
    return SqlCatalog("lakeseed", uri=f"sqlite:///{home}/catalog.sqlite", warehouse=f"s3://{bucket}/out/Tables",
                      **{"s3.endpoint": store.url, "s3.access-key-id": ACCESS["AWS_ACCESS_KEY_ID"],
                         "s3.secret-access-key": ACCESS["AWS_SECRET_ACCESS_KEY"], "s3.region": "us-east-1"})


@pytest.mark.parametrize("named", [False, True], ids=["plain", "with_parameters"])
def test_iceberg_tables_with_a_catalog_here(store, local, home, named):
    bucket = store.bucket()
    host = store.url.removeprefix("http://").replace(":", "%3A")
    output = f"s3://{bucket}/out" + (f"?scheme=http&endpoint_override={host}" if named else "")
    words = ("--output", output, "--table-format", "iceberg", "--catalog", "sqlite:///catalog.sqlite")
    done(*ORDERS, *words, env=store.environment)
    catalog = iceberg(store, home, bucket)
    for name, key in KEYS.items():
        read = catalog.load_table(("retail_oltp_small", name))
        expected = comparable(parquet(local / "files", "retail_oltp_small", name, [key]))
        assert comparable(iceberg_rows(read, [key])).equals(expected)
        assert read.metadata.location == f"s3://{bucket}/out/Tables/retail_oltp_small/{name}"
    table = catalog.load_table(("retail_oltp_small", "orders"))
    table.append(table.scan().to_arrow().slice(0, 5))
    done(*ORDERS, *words, "--if-exists", "overwrite", "--seed", 7, "--tables", "orders", env=store.environment)
    table = catalog.load_table(("retail_oltp_small", "orders"))
    assert len(table.snapshots()) == 3 and table.scan().to_arrow().num_rows == 3000
    assert store.uploads(bucket) == []


def test_a_ducklake_with_a_catalog_here(store, local, home):
    bucket = store.bucket()
    series = ("generate-series", SERIES, "--tables", "orders", "--quiet", "--output", f"s3://{bucket}/out", "--table-format",
              "ducklake", "--catalog", "sqlite:///catalog.sqlite")
    done(*series, "-s", "2024-01-01", "-e", "2024-01-03", env=store.environment)
    duckdb = Session()
    duckdb.sql(f"CREATE SECRET (TYPE s3, KEY_ID '{ACCESS['AWS_ACCESS_KEY_ID']}', SECRET '{ACCESS['AWS_SECRET_ACCESS_KEY']}', "
               f"ENDPOINT '{store.url.removeprefix('http://')}', USE_SSL false, URL_STYLE 'path', REGION 'us-east-1')",
               f"ATTACH 'ducklake:sqlite:{home}/catalog.sqlite' AS lake",
               f"CREATE TABLE added AS FROM lake.{SERIES}.orders ORDER BY order_id LIMIT 2",
               "UPDATE added SET order_id = order_id + 1000000000", f"INSERT INTO lake.{SERIES}.orders FROM added")
    done(*series, "-s", "2024-01-04", "-e", "2024-01-05", env=store.environment)
    done("generate-series", SERIES, "--tables", "orders", "--quiet", "--output", home / "files", "-s", "2024-01-01", "-e",
         "2024-01-05")
    files = f"{home}/files/Files/synthetic_data/{SERIES}/*/*/*/orders.parquet"
    assert differences(duckdb, f"(FROM lake.{SERIES}.orders WHERE order_id < 1000000000)", f"read_parquet('{files}')") == 0
    assert duckdb.sql(f"SELECT count(*) FROM lake.{SERIES}.orders WHERE order_id >= 1000000000") == [(2,)]
    duckdb.close()


@pytest.mark.parametrize("form", ["iceberg", "ducklake"])
def test_a_store_holds_no_catalog(store, home, form):
    ended = types(f"s3://{store.bucket()}/out", "--table-format", form, env=store.environment)
    assert ended.returncode == 2 and "an object store cannot hold a catalog" in ended.stderr


@pytest.mark.parametrize("mode", ["table", "parquet"])
def test_what_is_there_is_refused_kept_or_replaced(store, home, mode):
    bucket = store.bucket()
    output = f"s3://{bucket}/out"
    assert types(output, "-o", mode, env=store.environment).returncode == 0
    before = store.keys(bucket)
    refused = types(output, "-o", mode, env=store.environment)
    assert refused.returncode == 2 and "output exists" in refused.stderr
    assert types(output, "-o", mode, "--if-exists", "resume", env=store.environment).returncode == 0
    assert store.keys(bucket) == before
    assert types(output, "-o", mode, "--if-exists", "overwrite", "--seed", 5, env=store.environment).returncode == 0
    if mode == "table":
        table = delta(store, bucket, "events", "types")
        assert table.version() == 1 and table.to_pyarrow_table().num_rows == 2000
    else:
        assert set(store.keys(bucket)) == set(before)


def test_series_partitions_checkpoint_and_deltalake_beside_it(store, home):
    bucket = store.bucket()
    words = ("generate-series", SERIES, "--tables", "orders", "--batch-size", "1", "--quiet", "--output-mode", "table",
             "--partition-by", "year,month", "--output", f"s3://{bucket}/out")
    done(*words, "-s", "2024-01-25", "-e", "2024-02-05", env=store.environment)
    table = delta(store, bucket, "orders", SERIES)
    assert table.version() == 11
    assert any(key.endswith(".checkpoint.parquet") for key in store.keys(bucket))
    other = table.to_pyarrow_table().slice(0, 2)
    place = other.schema.get_field_index("order_id")
    other = other.set_column(place, other.schema.field(place), pa.array([-1, -2], pa.int64()))
    deltalake.write_deltalake(table, other, mode="append")
    done(*words, "-s", "2024-02-06", "-e", "2024-02-06", env=store.environment)
    done("generate-series", SERIES, "--tables", "orders", "--quiet", "--output", home / "files", "-s", "2024-01-25", "-e",
         "2024-02-06")
    read = rows(delta(store, bucket, "orders", SERIES), ["order_id"])
    expected = parquet(home / "files", SERIES, "orders", ["order_id"])
    assert read.slice(2).select(expected.column_names).equals(expected)


def test_large_files_go_in_parts_with_little_memory(store, home):
    bucket = store.bucket()
    words = ("generate", "retail_oltp_small", "-r", 900_000, "--tables", "order_items", "--output-mode", "parquet",
             "--compression", "none", "--json", "--parallel-workers", 1)
    there = json.loads(done(*words, "--output", f"s3://{bucket}/out", env=store.environment))
    here = json.loads(done(*words, "--output", home / "local"))
    assert there["peak_rss_bytes"] < here["peak_rss_bytes"] + (64 << 20)
    [(key, size)] = [(k, s) for k, s in store.keys(bucket, "out/Files").items()]
    assert size > 12 << 20
    assert store.client.head_object(Bucket=bucket, Key=key)["ETag"].strip('"')
    local = next((home / "local").rglob("order_items.parquet"))
    assert store.bytes(bucket, key) == local.read_bytes()
    assert store.uploads(bucket) == []


BIG = ("generate", "retail_oltp_small", "-r", 900_000, "--tables", "order_items", "-o", "parquet", "--compression", "none", "--quiet")
ANSWERS = {"slow_down": (503, b"<Error><Code>SlowDown</Code><Message>slow down</Message></Error>"),
           "internal": (500, b"<Error><Code>InternalError</Code><Message>try again</Message></Error>"), "hangs_up": HANGS_UP}


def refusing(what: str, answer, times: int):
    """Requests whose line has that are answered so, the first times each."""
    asked = collections.Counter()

    def refuses(request):
        if what not in request.requestline:
            return None
        asked[request.path] += 1
        return answer if asked[request.path] <= times else None
    return refuses, asked


@pytest.mark.parametrize("answer", list(ANSWERS))
@pytest.mark.parametrize("what", ["partNumber=2", "POST /bucket"])
def test_requests_that_fail_for_a_while_are_sent_again(store, home, what, answer):
    """Parts of an upload, and what begins and ends it."""
    bucket = store.bucket()
    refuses, asked = refusing(what, ANSWERS[answer], 4)
    with gated(store, refuses) as url:
        done(*BIG, "--output", f"s3://{bucket}/out", env=store.environment | {"S3_ENDPOINT_URL": url})
    assert asked and min(asked.values()) == 5
    [key] = store.keys(bucket, "out/Files")
    done(*BIG, "--output", home / "local")
    assert store.bytes(bucket, key) == next((home / "local").rglob("order_items.parquet")).read_bytes()
    assert store.uploads(bucket) == []


def test_two_that_begin_at_once_do_not_publish_both(store, home):
    """As in a store that looks for the journal first and writes it then: after ours was written, another's is in its place."""
    bucket = store.bucket()
    journal = {"Bucket": bucket, "Key": "out/_lakeseed/commit.json"}
    seen = collections.Counter()
    published_under_another = []

    def refuses(request):
        is_journal = "commit.json" in request.path
        if seen["ours"] == 1 and not seen["other"]:
            other = json.loads(store.client.get_object(**journal)["Body"].read())
            other["manifest"]["run_id"] = "f" * len(other["manifest"]["run_id"])
            store.client.put_object(**journal, Body=json.dumps(other).encode())
            seen["other"] += 1
        elif seen["other"] and not seen["gone"]:
            if "manifest.json" in request.path and request.command == "PUT":
                published_under_another.append(request.requestline)
            seen["looks"] += is_journal and request.command == "HEAD"
            if seen["looks"] == 3:
                store.client.delete_object(**journal)
                seen["gone"] += 1
        seen["ours"] += is_journal and request.command == "PUT"

    with gated(store, refuses) as url:
        done("generate", "retail_oltp_small", "-r", 100, "--quiet", "--tables", "orders", "--output", f"s3://{bucket}/out",
             env=store.environment | {"S3_ENDPOINT_URL": url})
    assert seen["gone"] == 1 and published_under_another == []
    assert seen["ours"] == 2 and delta(store, bucket, "orders").version() == 0


@pytest.mark.parametrize("part", [1, 2])
def test_an_upload_that_fails_leaves_no_parts(store, home, part):
    bucket = store.bucket()
    refuses, _ = refusing(f"partNumber={part}", ANSWERS["internal"], 100)
    begin = time.monotonic()
    with gated(store, refuses) as url:
        ended = run(*BIG, "--output", f"s3://{bucket}/out", env=store.environment | {"S3_ENDPOINT_URL": url})
    assert ended.returncode == 1 and "try again" in ended.stderr, ended.stderr
    assert time.monotonic() - begin < 30
    assert store.uploads(bucket) == [] and store.keys(bucket, "out/Files") == {}


def test_parts_of_a_run_that_was_killed_go_when_it_is_done_again(store, home):
    """Killed in the middle of its file's upload."""
    bucket = store.bucket()
    words = (*BIG, "--output", f"s3://{bucket}/out")
    for call in range(150, 400, 50):
        ended = run(*words, "--if-exists", "overwrite", env=store.environment | {"LAKESEED_FAULT": f"kill:{call}"})
        if store.uploads(bucket):
            break
    assert store.uploads(bucket) and ended.returncode < 0
    done(*words, "--if-exists", "overwrite", env=store.environment)
    assert store.uploads(bucket) == [] and len(store.keys(bucket, "out/Files")) == 1


@pytest.mark.parametrize("kind", ["kill", "fail"])
def test_a_crash_at_any_call_leaves_all_or_nothing(store, home, kind):
    reference = store.bucket()
    assert types(f"s3://{reference}/out", rows=200, env=store.environment).returncode == 0
    whole = {key: store.bytes(reference, key) for key in store.keys(reference)}
    for call in range(1, 200, 2):
        bucket = store.bucket()
        output = f"s3://{bucket}/out"
        ended = types(output, env=store.environment | {"LAKESEED_FAULT": f"{kind}:{call}"}, rows=200)
        keys = store.keys(bucket)
        for key in keys:
            assert not key.endswith(".parquet") or pq.ParquetFile(io.BytesIO(store.bytes(bucket, key))).metadata.num_rows > 0
        for name in ("events", "kinds"):
            if f"out/Tables/types/{name}/_delta_log/00000000000000000000.json" in keys:
                assert delta(store, bucket, name, "types").to_pyarrow_table().num_rows == {"events": 200, "kinds": 7}[name]
        if ended.returncode == 0:
            break
        assert types(output, "--if-exists", "resume", rows=200, env=store.environment).returncode == 0, call
        assert {key: store.bytes(bucket, key) for key in store.keys(bucket)} == whole, call
        assert store.uploads(bucket) == []
    assert call > 10


@pytest.mark.parametrize("suffix", ["_delta_log/00000000000000000000.json", "_lakeseed/commit.json"])
def test_a_lost_answer_is_settled_by_what_is_there(store, home, suffix):
    """The store has made the commit, and nobody hears of it."""
    bucket = store.bucket()
    with losing_answers(store, suffix) as (url, lost):
        ended = types(f"s3://{bucket}/out", env=store.environment | {"S3_ENDPOINT_URL": url})
    assert ended.returncode == 0, ended.stderr
    assert len(lost) == (2 if "_delta_log" in suffix else 1)
    for name, count in (("events", 2000), ("kinds", 7)):
        table = delta(store, bucket, name, "types")
        assert table.version() == 0 and table.to_pyarrow_table().num_rows == count
    assert not store.keys(bucket, "out/_lakeseed/commit") and not store.keys(bucket, "out/_lakeseed/staging")


@pytest.mark.parametrize("change,code,reason", [
    ({"S3_ENDPOINT_URL": None}, 1, "cannot reach the store of bucket"),
    ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, 2, "no credentials for s3://"),
], ids=["unreachable", "no_credentials"])
def test_clear_errors_within_seconds(store, home, change, code, reason):
    bucket = store.bucket()
    environment = store.environment | {key: f"http://127.0.0.1:{free_port()}" if value is None else value
                                       for key, value in change.items()}
    environment |= {"HOME": str(home), "AWS_SHARED_CREDENTIALS_FILE": str(home / "none")}
    begin = time.monotonic()
    ended = types(f"s3://{bucket}/out", env=environment)
    assert ended.returncode == code and reason in ended.stderr, ended.stderr
    assert time.monotonic() - begin < 10
    assert store.keys(bucket) == {}


def test_a_missing_bucket_is_named_and_made_when_asked(store, home):
    ended = types("s3://not-there/out", env=store.environment)
    assert ended.returncode == 2 and "there is no such bucket: not-there" in ended.stderr
    ended = types("s3://made-here/out?allow_bucket_creation=true", "-o", "parquet", env=store.environment)
    assert ended.returncode == 0, ended.stderr
    assert any(key.endswith("events.parquet") for key in store.keys("made-here", "out/Files"))


@pytest.mark.parametrize("output,reason", [
    ("s3://key:secret@bucket/out", "an output's name must not hold credentials"),
    ("s3://", "output is no bucket"),
])
def test_outputs_that_are_none(store, home, output, reason):
    ended = types(output, env=store.environment)
    assert ended.returncode == 2 and reason in ended.stderr, ended.stderr
    assert "secret@" not in ended.stderr


def test_the_endpoint_in_the_name(store, home):
    bucket = store.bucket()
    environment = {key: value for key, value in store.environment.items() if key != "S3_ENDPOINT_URL"}
    host = store.url.removeprefix("http://")
    output = f"s3://{bucket}/out?scheme=http&endpoint_override={host.replace(':', '%3A')}"
    ended = types(output, "--validate", env=environment)
    assert ended.returncode == 0, ended.stderr
    assert run("validate", output, "--custom-schema", TYPES, env=environment).returncode == 0


def test_plain_reads_the_same(store, local, home):
    """What pyarrow's own file system reads is what was made."""
    bucket = store.bucket()
    done(*ORDERS, "--output", f"s3://{bucket}/out", "-o", "parquet", env=store.environment)
    fs = pa.fs.S3FileSystem(endpoint_override=store.url.removeprefix("http://"), scheme="http", access_key="test",
                            secret_key="test-secret", region="us-east-1")
    read = pq.read_table(f"{bucket}/out/Files/synthetic_data/retail_oltp_small/orders", filesystem=fs)
    assert plain(read, ["order_id"]).equals(parquet(local / "files", "retail_oltp_small", "orders", ["order_id"]))
