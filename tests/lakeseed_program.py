"""The program as the tests of the files run it, and where its output lies."""

import functools
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = pathlib.Path(os.environ.get("LAKESEED_PROGRAM", ROOT / "build" / "lakeseed"))
VOCAB = pathlib.Path(os.environ.get("LAKESEED_VOCAB", ROOT / "build" / "vocab"))
ORDERS = 4000


class Output:
    """One finished output: where its files are."""

    def __init__(self, folder: pathlib.Path, dataset: str, suffix: str):
        self.folder = folder
        self.dataset = dataset
        self.suffix = suffix

    def file(self, table: str) -> pathlib.Path:
        return self.folder / "Files" / "synthetic_data" / self.dataset / f"{table}.{self.suffix}"

    @property
    def manifest(self) -> pathlib.Path:
        return self.folder / "_lakeseed" / "manifest.json"


def tables_of(manifest: dict) -> dict[str, dict]:
    """The tables of a manifest by their bare names, when it holds one dataset."""
    return {entry["table"]: entry for entry in manifest["tables"].values()}


def tree_of(folder) -> dict[str, bytes]:
    """Every file below a folder but the state, whose log holds times of the clock."""
    root = pathlib.Path(folder)
    return {str(path.relative_to(root)): path.read_bytes()
            for path in sorted(root.rglob("*")) if path.is_file() and ".lakeseed" not in path.parts}


def data_of(folder) -> dict[str, bytes]:
    """The data files alone."""
    return {path: data for path, data in tree_of(folder).items() if not path.startswith("_lakeseed")}


class Program:
    path = PROGRAM
    vocab = VOCAB
    golden = ROOT / "tests" / "golden" / "datasets"

    @staticmethod
    def environment(**more: str) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LAKESEED_")}
        return clean | {"LAKESEED_VOCAB": str(VOCAB)} | more

    def run(self, *words, env=None) -> subprocess.CompletedProcess:
        return subprocess.run([str(PROGRAM), *map(str, words)], text=True, capture_output=True, timeout=300,
                              stdin=subprocess.DEVNULL, env=self.environment(**(env or {})))

    def generate(self, folder, *words, rows=ORDERS, mode="parquet", dataset="retail_oltp_small", env=None) -> Output:
        size = () if rows is None else ("--target-rows", rows)
        done = self.run("generate", dataset, *size, "--output", folder, "--output-mode", mode, "--quiet", *words,
                        env=env)
        assert done.returncode == 0, done.stderr
        return Output(pathlib.Path(folder), dataset, mode)


@functools.cache
def built_in() -> dict[str, dict]:
    """What `list-datasets` says of every dataset, by its id."""
    return {one["id"]: one for one in json.loads(Program().run("list-datasets", "--json").stdout)["datasets"]}
