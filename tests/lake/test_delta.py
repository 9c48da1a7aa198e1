"""Delta tables as other programs read them."""

import decimal
import json
import pathlib
import shutil

import deltalake
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from duckdb_session import Session
from lake import SERIES, TYPES, actions, commits, done, folder, parquet, plain, rows, run, table, types

KEYS = {"customers": ["customer_id"], "products": ["product_id"], "stores": ["store_id"], "orders": ["order_id"],
        "order_items": ["order_item_id"], "inventory": ["product_id", "store_id"]}
DAYS = ("-s", "2024-01-01", "-e", "2024-01-24", "--batch-size", "2", "--quiet")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The same request as tables (which is the default) and as plain files."""
    root = tmp_path_factory.mktemp("whole")
    for output, mode in ((root / "table", ()), (root / "files", ("-o", "parquet"))):
        done("generate", "retail_oltp_small", "-r", "3000", "--output", output, "--file-rows-target", "700", "--quiet",
             *mode)
    return root


@pytest.fixture(scope="module")
def series(tmp_path_factory):
    root = tmp_path_factory.mktemp("series")
    done("generate-series", SERIES, *DAYS, "--output", root / "table", "--table-format", "delta")
    done("generate-series", SERIES, *DAYS, "--output", root / "files")
    return root


@pytest.fixture(scope="module")
def typed(tmp_path_factory):
    root = tmp_path_factory.mktemp("typed")
    assert types(root / "table", "--file-rows-target", 150).returncode == 0
    assert types(root / "files", "-o", "parquet").returncode == 0
    return root


@pytest.mark.parametrize("name", KEYS)
def test_tables_hold_what_plain_files_hold(whole, name):
    read = rows(table(whole / "table", "retail_oltp_small", name), KEYS[name])
    assert read.equals(parquet(whole / "files", "retail_oltp_small", name, KEYS[name]))
    assert read.num_rows > 0


def test_tables_are_valid(whole):
    assert done("validate", whole / "table", "--dataset-id", "retail_oltp_small")


@pytest.mark.parametrize("name", ["orders", "order_items"])
def test_series_with_checkpoints_holds_what_plain_files_hold(series, name):
    delta = table(series / "table", SERIES, name)
    assert delta.version() == 11
    expected = parquet(series / "files", SERIES, name, KEYS[name])
    assert rows(delta, KEYS[name]).equals(expected)
    # A reader that finds no commit before the checkpoint has the same table.
    short = series / f"short_{name}"
    shutil.copytree(folder(series / "table", SERIES, name), short)
    last = json.loads((short / "_delta_log" / "_last_checkpoint").read_text())["version"]
    assert last == 10
    for version in range(last):
        (short / "_delta_log" / f"{version:020}.json").unlink()
    assert rows(deltalake.DeltaTable(str(short)), KEYS[name]).equals(expected)
    polars = pl.scan_delta(str(short)).collect().to_arrow()
    assert polars.num_rows == expected.num_rows


def in_parts(log: pathlib.Path, parts: int) -> None:
    """Put the checkpoint into several files, as writers of large tables do."""
    hint = json.loads((log / "_last_checkpoint").read_text())
    whole = log / f"{hint['version']:020}.checkpoint.parquet"
    actions = pq.read_table(whole)
    for part in range(parts):
        mine = [row for row in range(actions.num_rows) if row % parts == part]
        pq.write_table(actions.take(mine), log / f"{hint['version']:020}.checkpoint.{part + 1:010}.{parts:010}.parquet")
    whole.unlink()
    (log / "_last_checkpoint").write_text(json.dumps(hint | {"parts": parts}))


@pytest.mark.parametrize("parts", [1, 3])
def test_we_go_on_from_a_checkpoint(series, tmp_path, parts):
    output = tmp_path / "out"
    shutil.copytree(series / "table", output)
    for name in KEYS:
        log = pathlib.Path(folder(output, SERIES, name), "_delta_log")
        if not (log / "_last_checkpoint").exists():
            continue
        for version in range(10):
            (log / f"{version:020}.json").unlink()
        if parts > 1:
            in_parts(log, parts)
    words = ("generate-series", SERIES, "-s", "2024-01-25", "-e", "2024-01-28", "--batch-size", "2", "--quiet")
    done(*words, "--output", output, "-o", "table")
    # A file that only the checkpoint knows is replaced.
    done("generate-incremental", SERIES, "--date", "2024-01-03", "--ignore-state", "--if-exists", "overwrite", "--quiet", "--output",
         output, "-o", "table", "--file-rows-target", 10)
    days = pc.unique(table(output, SERIES, "orders").to_pyarrow_table()["order_date"].cast(pa.date32()))
    assert len(days) >= 28 and table(output, SERIES, "orders").version() == 14
    shutil.copytree(series / "files", tmp_path / "files")
    done(*words, "--output", tmp_path / "files")
    assert rows(table(output, SERIES, "orders"), KEYS["orders"]).equals(parquet(tmp_path / "files", SERIES, "orders", KEYS["orders"]))


def boundaries(column: pa.ChunkedArray) -> list:
    """Values to filter by: the ends, the middle, and what begins like them."""
    values = sorted(value for value in column.to_pylist() if value is not None)
    places = {0, 1 % len(values), len(values) // 2, len(values) - 1} if values else ()
    return [values[place] for place in places]


@pytest.mark.parametrize("name", ["events", "kinds"])
def test_filters_find_what_a_full_scan_finds(typed, name):
    """A wrong bound would make a reader skip a file that has rows of the answer."""
    keys = ["event_id"] if name == "events" else ["kind_id"]
    delta = table(typed / "table", "types", name)
    full = parquet(typed / "files", "types", name, keys)
    assert rows(delta, keys).equals(full)
    assert name == "kinds" or len(delta.file_uris()) > 10
    dataset = delta.to_pyarrow_dataset()
    checked = 0
    for column in full.column_names:
        field = pc.field(column)
        lazy = pl.scan_delta(folder(typed / "table", "types", name))
        tests = [(field.is_null(), pl.col(column).is_null()), (field.is_valid(), pl.col(column).is_not_null())]
        for value in boundaries(full[column]):
            scalar = pa.scalar(value, full.schema.field(column).type)
            literal = pl.lit(pl.Series([value], dtype=lazy.collect_schema()[column])).first()
            tests += [(field == scalar, pl.col(column) == literal)]
            if not pa.types.is_boolean(scalar.type):
                tests += [(field >= scalar, pl.col(column) >= literal), (field <= scalar, pl.col(column) <= literal),
                          (field > scalar, pl.col(column) > literal), (field < scalar, pl.col(column) < literal)]
        for arrow, polars in tests:
            expected = full.filter(arrow)
            assert plain(dataset.to_table(filter=arrow), keys).equals(expected), (column, str(arrow))
            found = lazy.filter(polars).select(keys).collect().to_arrow()
            assert sorted(found[keys[0]].to_pylist()) == expected[keys[0]].to_pylist(), (column, str(polars))
            checked += 1
    assert checked > 15


def test_statistics_bound_the_data_and_say_how_tight(typed):
    """Every file's bounds and counts against its rows; where nothing was cut they are the ends."""
    for name in ("events", "kinds"):
        for add in actions(typed / "table", "types", name, "add"):
            file = pathlib.Path(folder(typed / "table", "types", name), add["path"])
            data = pq.ParquetFile(file).read()
            stats = json.loads(add["stats"], parse_float=decimal.Decimal)
            assert stats["numRecords"] == data.num_rows and add["size"] == file.stat().st_size
            for column in data.column_names:
                assert stats["nullCount"][column] == data[column].null_count
                kind = data.schema.field(column).type
                values = [v for v in data[column].to_pylist() if v is not None]
                bounded = column in stats["minValues"], column in stats["maxValues"]
                if not values:
                    assert bounded == (False, False)
                    continue
                assert bounded == (True, True), column
                low, high = stats["minValues"][column], stats["maxValues"][column]
                if pa.types.is_string(kind):
                    least, most = min(v.encode() for v in values), max(v.encode() for v in values)
                    assert low.encode() <= least and most <= high.encode()
                    assert len(low) <= 32 and (len(most.decode()) > 32 or high.encode() == most)
                elif pa.types.is_timestamp(kind):
                    ends = [v.isoformat(timespec="milliseconds").replace("+00:00", "Z") for v in (min(values), max(values))]
                    assert low == ends[0] and high >= ends[1]
                elif pa.types.is_date(kind):
                    assert (low, high) == (str(min(values)), str(max(values)))
                else:
                    to_python = type(values[0])
                    assert (to_python(low), to_python(high)) == (min(values), max(values))


def test_time_travel(tmp_path):
    output = tmp_path / "out"
    assert types(output, "--seed", 1).returncode == 0
    first = rows(table(output, "types", "events"), ["event_id"])
    assert types(output, "--seed", 2, "--if-exists", "overwrite").returncode == 0
    second = rows(table(output, "types", "events"), ["event_id"])
    assert not first.equals(second)
    assert rows(table(output, "types", "events", version=0), ["event_id"]).equals(first)
    # And back: the files of the first run get into the table again.
    assert types(output, "--seed", 1, "--if-exists", "overwrite").returncode == 0
    delta = table(output, "types", "events")
    assert delta.version() == 2 and rows(delta, ["event_id"]).equals(first)
    assert rows(table(output, "types", "events", version=1), ["event_id"]).equals(second)


def test_the_same_run_again_changes_nothing(tmp_path):
    output = tmp_path / "out"
    assert types(output).returncode == 0
    before = commits(output, "types", "events")
    refused = types(output)
    assert refused.returncode == 2 and "output exists" in refused.stderr and "table events" in refused.stderr
    for what in ("append", "resume", "overwrite"):
        assert types(output, "--if-exists", what).returncode == 0
        assert commits(output, "types", "events") == before
    refused = types(output, "--seed", 5, "--if-exists", "append")
    assert refused.returncode == 2 and "seed is 42 there, 5 here" in refused.stderr


def test_log_says_who_wrote_and_why(whole):
    (commit,) = commits(whole / "table", "retail_oltp_small", "orders")
    kinds = [next(iter(line)) for line in commit]
    assert kinds[:4] == ["commitInfo", "protocol", "metaData", "txn"] and set(kinds[4:]) == {"add"}
    assert commit[1]["protocol"] == {"minReaderVersion": 1, "minWriterVersion": 2}
    manifest = json.loads((whole / "table" / "_lakeseed" / "manifest.json").read_text())
    delta = table(whole / "table", "retail_oltp_small", "orders")
    assert json.loads(delta.metadata().configuration["lakeseed.identity"]) == manifest["identity"]
    assert delta.transaction_version(f"lakeseed/{manifest['run_id']}") == 1
    assert commit[0]["commitInfo"]["lakeseed.run"] == manifest["run_id"]
    fields = {field.name: field.nullable for field in delta.schema().fields}
    assert not fields["order_id"] and fields["notes"]
    paths = {file["path"] for file in manifest["tables"]["retail_oltp_small.orders"]["files"]}
    assert paths == {f"Tables/retail_oltp_small/orders/{line['add']['path']}" for line in commit[4:]}


def test_naive_timestamps_need_their_feature_and_no_other(tmp_path):
    output = tmp_path / "out"
    assert types(output, "--naive-timestamps").returncode == 0
    protocol = table(output, "types", "events").protocol()
    assert (protocol.min_reader_version, protocol.min_writer_version) == (3, 7)
    assert protocol.reader_features == ["timestampNtz"]
    assert sorted(protocol.writer_features) == ["appendOnly", "invariants", "timestampNtz"]
    read = table(output, "types", "events").to_pyarrow_table()
    assert read.schema.field("at").type == pa.timestamp("us") and read.num_rows == 2000
    found = pl.scan_delta(folder(output, "types", "events")).filter(pl.col("at") >= read["at"][0].as_py()).collect()
    assert found.height == read.filter(pc.field("at") >= read["at"][0]).num_rows
    assert table(output, "types", "kinds").protocol().min_reader_version == 1


def test_days_are_replaced_alone(series, tmp_path):
    """A day made again with other files goes for the old one; the others stay as they are."""
    output = tmp_path / "out"
    shutil.copytree(series / "table", output)
    before = rows(table(output, SERIES, "order_items"), KEYS["order_items"])
    version = table(output, SERIES, "order_items").version()
    day = ("generate-incremental", SERIES, "--date", "2024-01-05", "--output", output, "-o", "table", "--quiet")
    done(*day, "--ignore-state")
    assert table(output, SERIES, "order_items").version() == version  # The same bytes.
    done(*day, "--ignore-state", "--compression", "zstd")
    delta = table(output, SERIES, "order_items")
    assert delta.version() == version + 1
    assert rows(delta, KEYS["order_items"]).equals(before)
    last = commits(output, SERIES, "order_items")[-1]
    assert [next(iter(line)) for line in last] == ["commitInfo", "txn", "add", "remove"]
    assert last[2]["add"]["tags"]["lakeseed.day"] == "2024-01-05"


def test_plan_work_commit(tmp_path, typed):
    output, plan = tmp_path / "out", tmp_path / "plan.json"
    done("plan", "--custom-schema", TYPES, "-r", "2000", "--file-rows-target", "150", "--output", output,
         "--output-file", plan, "--quiet")
    done("work", plan, "--task", "2/2", "--quiet")
    assert not (output / "Tables").exists()
    done("work", plan, "--task", "1/2", "--quiet")
    done("commit", plan, "--quiet")
    done("commit", plan, "--quiet")
    delta = table(output, "types", "events")
    assert delta.version() == 0
    assert rows(delta, ["event_id"]).equals(rows(table(typed / "table", "types", "events"), ["event_id"]))
    assert actions(output, "types", "events", "add") == actions(typed / "table", "types", "events", "add")


@pytest.mark.parametrize("words,reason", [
    (("--output-mode", "csv", "--table-format", "delta"), "writes no tables"),
    (("--path-format", "{table}/x"), "tables have no path format"),
    (("--catalog", "sqlite:///x"), "delta needs no catalog"),
    (("--table-format", "delat"), "delta"),
])
def test_what_tables_cannot_be_asked_for(tmp_path, words, reason):
    refused = types(tmp_path / "out", *words)
    assert refused.returncode == 2 and reason in refused.stderr, refused.stderr
    assert not (tmp_path / "out").exists()


def test_duckdb_reads_the_same(typed, series):
    """Counts of rows by filters at each column's ends, in DuckDB, with pruning by statistics."""
    delta, full = folder(typed / "table", "types", "events"), parquet(typed / "files", "types", "events", ["event_id"])
    queries, expected = [], []
    for column in full.column_names:
        for end in ("min", "max"):
            inner = f"(SELECT {end}(\"{column}\") FROM delta_scan('{delta}'))"
            queries.append(f"SELECT count(*) FROM delta_scan('{delta}') WHERE \"{column}\" = {inner}")
            value = getattr(pc, end)(full[column]) if not pa.types.is_string(full[column].type) else pa.scalar(
                {"min": min, "max": max}[end](v for v in full[column].to_pylist() if v is not None))
            expected.append(full.filter(pc.field(column) == value).num_rows if value.is_valid else 0)
    queries.append(f"SELECT count(*) FROM delta_scan('{folder(series / 'table', SERIES, 'orders')}')")
    expected.append(parquet(series / "files", SERIES, "orders", ["order_id"]).num_rows)
    session = Session()
    try:
        assert [session.sql(query)[0][0] for query in queries] == expected
    finally:
        session.close()


@pytest.mark.parametrize("words,dictionary,keys", [
    (("--table-statistics", "rows"), None, {"numRecords"}),
    (("--table-statistics", "none"), None, None),
    ((), {"data_skipping": False}, {"numRecords"}),
    ((), {"data_skipping": False, "stats_collection": False}, None),
    ((), {"data_skipping": True}, {"numRecords", "minValues", "maxValues", "nullCount"}),
])
def test_statistics_can_be_left_out(tmp_path, words, dictionary, keys):
    output = tmp_path / "out"
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"dataset_id": "retail_oltp_small", "delta_config": dictionary or {}}))
    source = ("retail_oltp_small",) if dictionary is None else ("--custom-schema", settings)
    done("generate", *source, "-r", 1000, "--tables", "orders", "--quiet", "--output", output, *words)
    for add in actions(output, "retail_oltp_small", "orders", "add"):
        assert (set(json.loads(add["stats"])) if "stats" in add else None) == keys
    read = table(output, "retail_oltp_small", "orders")
    assert read.to_pyarrow_table().num_rows == 1000
    assert pl.scan_delta(folder(output, "retail_oltp_small", "orders")).filter(pl.col("order_id") == 5).collect().height == 1


def test_validate_checks_tables(tmp_path):
    """Files of earlier versions, and the log, are no foreign files; a damaged one is found."""
    output = tmp_path / "out"
    words = ("generate", "retail_oltp_small", "-r", 500, "--output", output, "--quiet", "--validate")
    done(*words)
    done(*words, "--seed", 3, "--if-exists", "overwrite")
    done("validate", output)
    newest = pathlib.Path(folder(output, "retail_oltp_small", "orders"),
                          actions(output, "retail_oltp_small", "orders", "add")[-1]["path"])
    newest.write_bytes(newest.read_bytes()[:-9])
    broken = run("validate", output, "--no-recompute")
    assert broken.returncode == 4 and "file_size" in broken.stdout
