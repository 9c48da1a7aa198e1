"""The bytes are those of the request alone: not of threads, chunks, subsets, tasks, zones or languages."""

import pytest
from program import DATASET, TABLES, data_below, files_below, generate, run

ROWS = 20_000
WORDS = ("--file-rows-target", 6000)


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    folder = tmp_path_factory.mktemp("expected")
    assert generate(folder, *WORDS, rows=ROWS).code == 0
    files = files_below(folder)
    assert sum("/orders/" in path for path in files) > 3
    return files


@pytest.mark.parametrize("words", [
    ("--parallel-workers", 1), ("--parallel-workers", 2), ("--parallel-workers", 7),
    ("--chunk-size", 1000), ("--chunk-size", 65_536), ("--chunk-size", 1_000_000), ("--chunk-size", 777),
    ("--parallel-workers", 7, "--chunk-size", 1000), ("--memory-limit", "400MB"), ("--memory-fraction", 0.5),
    ("--enable-spill",), ("--generation-mode", "python"), ("--execute",)], ids=lambda w: " ".join(map(str, w)))
def test_how_it_runs(tmp_path, expected, words):
    done = generate(tmp_path, *WORDS, *words, rows=ROWS)
    assert done.code == 0, done.err
    assert files_below(tmp_path) == expected


@pytest.mark.parametrize("environment", [
    {"TZ": "Asia/Tokyo", "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8"},
    {"TZ": "America/New_York", "LC_ALL": "tr_TR.UTF-8"}, {"LANG": "C", "LC_ALL": "C", "TZ": "UTC"}], ids=str)
def test_where_it_runs(tmp_path, expected, environment):
    assert generate(tmp_path, *WORDS, rows=ROWS, env=environment).code == 0
    assert files_below(tmp_path) == expected


LEVELS = ("baseline", "avx2", "avx512")


@pytest.mark.parametrize("words", [
    ("retail_oltp_small", "-r", 20_000), ("finance_star_small", "-r", 2_000), ("people", "-r", 5_000),
    ("ecommerce_star_small", "-r", 5_000), ("weather",), ("sensors",), ("market_quotes", "--set", "window.to=2023-01-04"),
    ("market_ohlcv_m15", "--set", "window.to=2023-01-15")], ids=lambda words: words[0])
def test_vectors_it_uses(tmp_path, words):
    made = {}
    for level in LEVELS:
        done = run("generate", *words, "-o", "parquet", "--output", tmp_path / level, env={"LAKESEED_SIMD": level})
        if level != "baseline" and done.code == 2 and "this machine does not have it" in done.err:
            continue
        assert done.code == 0, done.err
        made[level] = files_below(tmp_path / level)
    if len(made) == 1:
        pytest.skip("a machine without AVX2")
    assert any(path.endswith(".parquet") for path in made["baseline"])
    assert all(files == made["baseline"] for files in made.values())


def test_unknown_vectors(tmp_path):
    done = generate(tmp_path / "out", env={"LAKESEED_SIMD": "avx"})
    assert done.code == 2 and "LAKESEED_SIMD: no such level: avx" in done.err and "did you mean `avx2`?" in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("tables", [(table,) for table in TABLES] + [("order_items", "customers"), ("inventory", "stores", "orders")],
                         ids=",".join)
def test_tables_alone(tmp_path, expected, tables):
    assert generate(tmp_path, *WORDS, "--tables", ",".join(tables), rows=ROWS).code == 0
    wanted = {path: digest for path, digest in expected.items()
              if any(f"/{table}/" in path or f"/{table}." in path for table in tables)}
    assert data_below(tmp_path) == wanted


@pytest.mark.parametrize("shares", [1, 2, 5])
def test_split_into_tasks(tmp_path, expected, shares):
    plan = tmp_path / "plan.json"
    done = run("plan", DATASET, "-r", ROWS, "-o", "parquet", "--output", tmp_path / "d", *WORDS, "--output-file", plan)
    assert done.code == 0, done.err
    for share in reversed(range(1, shares + 1)):
        if shares > 1:
            early = run("commit", plan)
            assert early.code == 2 and "error: " in early.err
        assert run("work", plan, "--task", f"{share}/{shares}").code == 0
        assert data_below(tmp_path / "d") == {}
    assert run("commit", plan).code == 0
    assert files_below(tmp_path / "d") == expected
    assert run("commit", plan).code in (0, 2) and files_below(tmp_path / "d") == expected


def test_plan_is_the_same_text_every_time(tmp_path):
    words = ("plan", DATASET, "-o", "parquet", "--output", "d")
    assert run(*words).out == run(*words, env={"TZ": "Asia/Tokyo"}).out != ""


def test_resume_makes_the_same(tmp_path, expected):
    assert generate(tmp_path, *WORDS, "--tables", "orders,customers", rows=ROWS).code == 0
    done = generate(tmp_path, *WORDS, "--if-exists", "resume", rows=ROWS)
    assert done.code == 0 and "were there already" in done.out
    assert data_below(tmp_path) == {p: d for p, d in expected.items() if not p.startswith("_lakeseed/")}


@pytest.mark.parametrize("mode", ["csv", "json", "arrow"])
def test_other_formats(tmp_path, mode):
    for name, words in (("a", ("--parallel-workers", 1)), ("b", ("--parallel-workers", 7, "--chunk-size", 1000))):
        assert generate(tmp_path / name, *words, rows=2000, mode=mode).code == 0
    assert files_below(tmp_path / "a") == files_below(tmp_path / "b")
