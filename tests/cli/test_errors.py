"""What is wrong with a request is said in one line, with the valid names and the nearest; exit code 2."""

import pathlib
import subprocess
import textwrap

import pytest
from program import DATASET, PROGRAM, clean_environment, generate, run

GENERATE = ["generate", DATASET, "-o", "parquet"]

UNKNOWN = [
    (["generat", DATASET], "error: unknown command: generat", "did you mean `generate`?"),
    (["generate", "retail_oltp_smal"], "error: unknown dataset: retail_oltp_smal", "did you mean `retail_oltp_small`?"),
    ([*GENERATE, "--target-row", "5"], "error: unknown option of generate: --target-row", "did you mean `--target-rows`?"),
    ([*GENERATE, "--custmers", "5"], "error: unknown option of generate: --custmers", "did you mean `--customers`?"),
    (["generate", DATASET, "-o", "parqet"], "error: unknown output-mode: parqet", "did you mean `parquet`?"),
    ([*GENERATE, "--tables", "orders,costumers"], "error: unknown table of retail_oltp_small: costumers", "did you mean `customers`?"),
    ([*GENERATE, "--compression", "snapy"], "error: unknown compression: snapy", "snappy"),
    ([*GENERATE, "--if-exists", "overwite"], "error: unknown if-exists: overwite", "did you mean `overwrite`?"),
    (["preview", DATASET, "--table", "order"], "error: unknown table of retail_oltp_small: order", "did you mean `orders`?"),
    (["preview", DATASET, "--format", "cvs"], "error: unknown format: cvs", "did you mean `csv`?"),
    (["docs", "generator"], "error: unknown argument of docs: generator", "did you mean `generators`?"),
    (["list", "dataset"], "error: unknown command: list-dataset", "did you mean `list-datasets`?"),
    (["--hlep"], "error: unknown option: --hlep", "did you mean `--help`?"),
    (["status", "--hlp"], "error: unknown option of status: --hlp", "did you mean `--help`?"),
    (["generate", DATASET, "-x"], "error: unknown option of generate: -x", "valid: --dataset-id"),
    (["generate", "ecommerce_dw", "--environment", "stagin"], "error: unknown environment of ecommerce_dw: stagin",
     "did you mean `staging`?"),
    ([*GENERATE, "--bloom-filters", "customerid"], "error: no table has the column of --bloom-filters: customerid",
     "did you mean `customer_id`?"),
    ([*GENERATE, "--format", "csv"], "error: option cannot be used here: --format", "`--output-mode`"),
    (["compile", "--dataset-id", DATASET], "error: notebooks are not available yet: compile", "`lakeseed generate DATASET_ID`"),
    (["serve", "transactions"], "error: servers are not available yet: serve", "`lakeseed generate transactions"),
]


@pytest.mark.parametrize("words,reason,hint", UNKNOWN, ids=[w[-1] for w, _, _ in UNKNOWN])
def test_unknown_names(words, reason, hint):
    done = run(*words)
    assert done.code == 2 and done.out == ""
    first, blank, second = done.err.rstrip("\n").split("\n")
    assert first == reason and blank == "" and second.startswith("hint: ") and hint in second


BAD = [
    ["--target-rows", "0"], ["--target-rows", "-5"], ["--target-rows", "10000000000001"], ["--target-rows", "1e3"],
    ["--target-rows", ""], ["--scale-factor", "0"], ["--scale-factor", "-1"], ["--scale-factor", "nan"],
    ["--scale-factor", "inf"], ["--seed", "x"], ["--seed", "99999999999999999999"], ["--as-of", "2024-13-01"],
    ["--as-of", "yesterday"], ["--as-of", "1999-01-01"], ["--file-size", "0"], ["--file-size", "12XB"],
    ["--file-rows-target", "0"], ["--chunk-size", "0"], ["--parallel-workers", "0"], ["--memory-limit", "1kB"],
    ["--memory-fraction", "1.5"], ["--memory-limit", "1GB", "--memory-fraction", "0.5"],
    ["--file-size", "1MB", "--file-rows-target", "10"], ["--set", "customers"], ["--set", "custmers=5"],
    ["--customers", "-3"], ["--customers"], ["--tables", ","], ["--compression", "zstd:99"], ["--output", ""],
    ["--output", "s3://"],
    ["-e", "warehouse"], ["--no-execute"], ["--table-format", "delta"], ["--catalog", "sqlite:///x"],
    ["--path-format", "nested"], ["-p", "flat"], ["--partition-by", "yeer"], ["--environment", "dev"],
    ["--start-date", "2024-01-01"], ["another"], ["--dataset-id", "retail_oltp_large"], ["--quiet=maybe"],
    ["--customers", "5", "--set", "customers=6"], ["--compress-all", "--compression", "none"], ["--bloom-filters", "no_such"],
]


@pytest.mark.parametrize("words", BAD, ids=" ".join)
def test_bad_values_write_nothing(tmp_path, words):
    done = run(*GENERATE, *words, cwd=tmp_path)
    assert done.code == 2, done.err
    assert done.out == "" and done.err.startswith("error: ") and "terminate" not in done.err
    assert len(done.err.strip().split("\n")) <= 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["--tables", "", "--quiet"], ["--seed="], ["--sort-by", ""]], ids=" ".join)
def test_an_empty_value_takes_no_other_word(tmp_path, words):
    done = run(*GENERATE, *words, cwd=tmp_path)
    option = words[0].rstrip("=")
    assert done.code == 2 and done.err.startswith(f"error: option needs a value: {option}\n"), done.err
    assert list(tmp_path.iterdir()) == []


def test_a_number_with_too_many_digits_is_out_of_range():
    done = run(*GENERATE, "--target-rows", "9" * 30)
    assert done.code == 2 and "must be between 1 and 10000000000000" in done.err


def test_a_dry_run_says_the_form_and_makes_nothing_to_check(tmp_path):
    done = run("generate", DATASET, "--output", tmp_path / "lake", "--dry-run")
    assert done.code == 0 and f", delta to {tmp_path}/lake (" in done.out
    assert f", csv to {tmp_path}/lake (" in run("generate", DATASET, "-o", "csv", "--output", tmp_path / "lake", "--dry-run").out
    checked = run("generate", DATASET, "--output", tmp_path / "lake", "--dry-run", "--validate")
    assert checked.code == 2 and "--validate" in checked.err and checked.out == "" and not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", [["preview", DATASET], ["describe", DATASET]], ids=lambda words: words[0])
def test_a_result_has_one_form(words):
    done = run(*words, "--json", "--format", "markdown")
    assert done.code == 2 and done.out == "" and "--json and --format markdown" in done.err


def test_a_dataset_without_a_size_names_those_that_have_one():
    for words in (["preview", "retail_oltp"], ["describe", "--custom-schema", '{"dataset_id": "mine", "domain": "retail"}']):
        done = run(*words)
        assert done.code == 2 and done.err.startswith("error: dataset does not say how many rows of orders it has: "), done.err
        assert done.err.count("error: ") == 1 and "--target-rows N" in done.err
    assert "retail_oltp_small" in run("preview", "retail_oltp").err
    assert run("preview", "retail_oltp", "--target-rows", 100).code == 0


def test_a_dictionary_of_an_unknown_dataset():
    done = run("describe", "--custom-schema", '{"dataset_id": "retail_oltp_smal", "target_rows": 50}')
    assert done.code == 2 and "dataset_id: unknown dataset: retail_oltp_smal\n" in done.err
    assert "did you mean `retail_oltp_small`?" in done.err


def test_seed_zero_and_negative_seeds_are_seeds():
    rows = {run("preview", DATASET, "--rows", 1, "--table", "customers", "--seed", s, "--format", "csv").out
            for s in (0, -1, 42)}
    assert len(rows) == 3


def test_table_mode_is_the_default_and_other_tables_are_formats(tmp_path):
    done = run("generate", DATASET, cwd=tmp_path)
    assert done.code == 0, done.err
    assert list(tmp_path.glob("data/Tables/*/*/_delta_log/00000000000000000000.json"))
    done = run("generate", DATASET, "--table-format", "icebreg", cwd=tmp_path / "data")
    assert done.code == 2 and "`iceberg`" in done.err


def test_compression_that_a_format_cannot_use(tmp_path):
    done = run("generate", DATASET, "-o", "csv", "--compression", "snappy", cwd=tmp_path)
    assert done.code == 2 and "snappy" in done.err and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["--compress-all"], ["--parquet-profile", "compat"], ["--page-checksums"],
                                   ["--bloom-filters", "order_id"]], ids=" ".join)
def test_options_of_a_format_that_is_not_written(tmp_path, words):
    done = run("generate", DATASET, "-o", "csv", *words, cwd=tmp_path)
    assert done.code == 2 and f"{words[0]} is for parquet files, and none are written: csv" in done.err
    assert list(tmp_path.iterdir()) == []
    both = ["generate", DATASET, "-o", "csv", "--also", "parquet:other", "--dry-run", *words]
    assert run(*both, cwd=tmp_path).code == 0 and list(tmp_path.iterdir()) == []


def test_no_command_and_no_dataset():
    assert run().code == 2 and "--help" in run().err
    assert run("generate", "-o", "parquet").code == 2
    assert run("validate").code == 2 and run("work", "nowhere.json").code == 2


def test_what_is_there_is_kept(tmp_path):
    assert generate(tmp_path).code == 0
    again = generate(tmp_path)
    assert again.code == 2 and "--if-exists" in again.err
    assert generate(tmp_path, "--if-exists", "overwrite").code == 0
    assert generate(tmp_path, "--if-exists", "resume").code == 0
    other = generate(tmp_path, "--if-exists", "append", "--seed", 1)
    assert other.code == 2, other.err
    more = generate(tmp_path, "--if-exists", "append", rows=400)
    assert more.code == 2 and "target_rows is 300 there, 400 here" in more.err
    elsewhere = generate(tmp_path, "--if-exists", "append", "--path-format", "other/{table}")
    assert elsewhere.code == 2 and "are there already, in another place: " in elsewhere.err
    assert "path format" in elsewhere.err and not (tmp_path / "other").exists()


FIVE = """\
dataset: shop
doc: Five mistakes of meaning
window: {from: 2024-01-01, to: 2024-12-31}
main: orders
target_rows: 100
tables:
  customers:
    rows: 10
    columns:
      customer_id: {key: {}}
      name: {persn: {}}
      age: {uniform: {min: 1, max: 5, mxa: 7}}
  orders:
    events: {per_day: main}
    columns:
      order_id: {key: {}}
      customer_id: {foreign_key: {to: custmers}}
      total: customr_id * 2
      label: uper('a')
"""


def test_five_mistakes_of_meaning_with_places_and_hints(tmp_path):
    (tmp_path / "shop.yaml").write_text(FIVE)
    done = run("generate", "--custom-schema", "shop.yaml", "-o", "parquet", cwd=tmp_path)
    assert done.code == 2 and done.out == ""
    said = [part.split("\n\nhint: ") for part in done.err.strip().split("error: ")[1:]]
    assert [(text, hint.strip()) for text, hint in said] == [
        ("shop.yaml:11:14: customers.name: unknown generator: persn", "did you mean `person`?"),
        ("shop.yaml:12:39: customers.age: unknown parameter: mxa", "did you mean `max`?"),
        ("shop.yaml:17:39: orders.customer_id: unknown table: custmers", "did you mean `customers`?"),
        ("shop.yaml:18:14: orders: unknown name: customr_id", "did you mean `customer_id`?"),
        ("shop.yaml:19:14: orders.label: unknown function: uper", "did you mean `upper`?"),
    ]
    assert not (tmp_path / "data").exists()


SHIRTS = """\
dataset: shirts
window: {from: 2024-01-01, to: 2024-12-31}
tables:
  shirts:
    rows: 40
    partition_by: [colour]
    columns:
      shirt_id: {key: {}}
      size: {uniform: [1, 500], type: int8}
"""


def test_partitions_of_the_file_that_are_no_columns_have_their_place(tmp_path):
    (tmp_path / "shirts.yaml").write_text(SHIRTS)
    for words in (["check", "shirts.yaml"], ["generate", "--custom-schema", "shirts.yaml"]):
        done = run(*words, cwd=tmp_path)
        assert done.code == 2 and done.err.startswith(
            "error: shirts.yaml:4:3: shirts.partition_by: shirts has no such column: colour\n"), done.err
    assert not (tmp_path / "data").exists()


def test_a_value_that_its_type_cannot_hold_names_its_column(tmp_path):
    (tmp_path / "shirts.yaml").write_text(SHIRTS.replace("[colour]", "[shirt_id]"))
    done = run("preview", "--custom-schema", "shirts.yaml", "--table", "shirts", cwd=tmp_path)
    assert done.code == 2 and done.err.startswith("error: shirts.size: does not fit int8: "), done.err


def test_mistakes_of_form_come_with_places(tmp_path):
    text = textwrap.dedent("""\
        dataset: shop
        doc: Five mistakes of form
        windw: {from: 2024-01-01, to: 2024-12-31}
        window: {from: 2024-01-01, to: 2023-12-31}
        tables:
          customers:
            rws: 10
            columns:
              customer_id: {key: {}}
              age: {uniform: [1, 5], null_fraction: 7}
              total: quantity * * 2
        """)
    (tmp_path / "shop.yaml").write_text(text)
    done = run("describe", "--custom-schema", "shop.yaml", cwd=tmp_path)
    assert done.code == 2
    lines = {int(line.split(":")[2]) for line in done.err.split("\n") if line.startswith("error: shop.yaml:")}
    assert {3, 4, 7, 10, 11} <= lines, done.err


def test_malformed_yaml(tmp_path):
    (tmp_path / "shop.yaml").write_text("dataset: shop\ntables: {a: [1, 2\nwindow: }\n  x: - y\n\t- z\n")
    done = run("describe", "--custom-schema", "shop.yaml", cwd=tmp_path)
    assert done.code == 2 and done.err.startswith("error: shop.yaml:")
    assert run("describe", "--custom-schema", "none.yaml", cwd=tmp_path).code == 2
    assert run("describe", "--custom-schema", "{not json", cwd=tmp_path).code == 2
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 10)
    done = run("describe", "--custom-schema", "binary", cwd=tmp_path)
    assert done.code == 2 and "terminate" not in done.err


@pytest.mark.parametrize("text", ["", "nonsense", "{}", "[1]"])
def test_a_damaged_manifest(tmp_path, text):
    assert generate(tmp_path, rows=50).code == 0
    (tmp_path / "_lakeseed" / "manifest.json").write_text(text)
    for done in (run("validate", tmp_path), generate(tmp_path, "--if-exists", "overwrite", rows=50)):
        assert done.code == 1 and done.err.startswith("error: manifest _lakeseed/manifest.json is damaged: "), done.err
        assert "json.exception" not in done.err and "hint: " in done.err


def test_damaged_plans(tmp_path):
    plan = tmp_path / "plan.json"
    for text in ("", "{}", "[1]", "nonsense", '{"format_version": 99}'):
        plan.write_text(text)
        for command in ("work", "commit"):
            done = run(command, plan)
            assert done.code == 2 and done.err.startswith("error: "), (command, text, done.err)
    assert run("plan", DATASET, "-o", "parquet", "--output-file", plan, "--output", tmp_path / "d").code == 0
    for share in ("0/2", "3/2", "x", "1/0", "1"):
        assert run("work", plan, "--task", share).code == 2
    missing = run("commit", plan)
    assert missing.code == 2 and "error: " in missing.err


def test_errors_have_no_colour_without_a_terminal():
    assert "\x1b" not in run("generate", "x", env={"TERM": "xterm"}).err


def test_colour_on_a_terminal_and_no_color():
    import pty
    import os
    for extra, colour in (({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False)):
        ours, theirs = pty.openpty()
        subprocess.run([PROGRAM, "generate", "x", "-o", "parquet"], stderr=theirs, stdout=subprocess.DEVNULL,
                       env=clean_environment(**extra))
        os.close(theirs)
        text = os.read(ours, 10000).decode()
        os.close(ours)
        assert "unknown dataset: x" in text and ("\x1b[1;31m" in text) == colour


def test_unwritable_output(tmp_path):
    (tmp_path / "file").write_text("x")
    done = generate(tmp_path / "file" / "below")
    assert done.code == 2 and "cannot be written" in done.err
    done = generate(tmp_path / "file")
    assert done.code == 2 and (tmp_path / "file").read_text() == "x"


@pytest.mark.parametrize("words,reason,hint", [
    ([DATASET, "-r", "10000000000000"], "has only 100000000 codes for", "ask for fewer rows (--target-rows, --scale-factor"),
    ([f"{DATASET}_incremental", "--scale-factor", "1e12"], "is out of range: 1000 * scale factor 1000000000000\n", "lower it, or --scale-factor"),
    ([f"{DATASET}_incremental", "--scale-factor", "1e300"], "scale factor must be above 0 and at most 1e13: 1e+300\n", "")],
    ids=["rows", "factor", "absurd"])
def test_too_much_is_told_what_to_ask_for_less_of(tmp_path, words, reason, hint):
    done = run("generate", *words, "-o", "parquet", "--output", tmp_path / "d")
    assert done.code == 2 and reason in done.err and hint in done.err, done.err
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize("words", [["generate", DATASET, "-o", "parquet"],
                                   ["generate-series", f"{DATASET}_incremental", "--start-date", "2024-01-01", "--end-date", "2024-01-01"]],
                         ids=["whole", "series"])
def test_output_that_the_system_does_not_make(words):
    """Whatever the modes of /proc say, nobody makes a directory in it."""
    done = run(*words, "--output", "/proc/lakeseed_output")
    assert done.code == 2 and "/proc/lakeseed_output" in done.err, done.err
    assert done.err.endswith("hint: choose a directory you may write to\n"), done.err


def test_unwritable_output_as_an_unprivileged_user(tmp_path):
    import os
    if os.geteuid() != 0:
        pytest.skip("not root: cannot become another user")
    if not all(os.stat(p).st_mode & 0o005 == 0o005 for p in [PROGRAM, *PROGRAM.parents]):
        pytest.skip(f"another user cannot run {PROGRAM}: a directory above it is closed to others")
    locked = pathlib.Path("/") / "var" / "tmp" / f"lakeseed_locked_{os.getpid()}"
    locked.mkdir(mode=0o755)
    try:
        done = subprocess.run([PROGRAM, *GENERATE, "--output", locked / "d"], text=True, capture_output=True,
                              env=clean_environment(), cwd="/", user=65534, group=65534, extra_groups=[])
        assert done.returncode == 2 and "Permission denied" in done.stderr, done.stderr
        assert list(locked.iterdir()) == []
    finally:
        locked.rmdir()
