"""The program as these tests run it: no terminal, no stdin, a clean environment."""

import hashlib
import pathlib
import subprocess
from dataclasses import dataclass

from lakeseed_program import PROGRAM, ROOT, Program  # noqa: F401

clean_environment = Program.environment
DATASET = "retail_oltp_small"
TINY = pathlib.Path(__file__).with_name("tiny.yaml")
TABLES = ("customers", "products", "stores", "orders", "order_items", "inventory")


@dataclass
class Ended:
    code: int
    out: str
    err: str


def run(*words, cwd=None, env=None, **more) -> Ended:
    done = subprocess.run([str(PROGRAM), *map(str, words)], cwd=cwd, text=True, capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=120, env=clean_environment(**(env or {})), **more)
    return Ended(done.returncode, done.stdout, done.stderr)


def generate(output, *words, rows=300, mode="parquet", env=None) -> Ended:
    return run("generate", DATASET, "-r", rows, "-o", mode, "--output", output, *words, env=env)


def files_below(folder) -> dict[str, str]:
    """Path to digest of every file, hidden ones too."""
    root = pathlib.Path(folder)
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(root.rglob("*")) if p.is_file()}


def data_below(folder) -> dict[str, str]:
    """The same for files under final names: what a reader of the directory sees."""
    return {p: d for p, d in files_below(folder).items() if not p.startswith("_lakeseed/")}


def generate_tiny(output, *words, mode="csv", env=None) -> Ended:
    """In CSV: two files of orders, two of their items, one of stores."""
    return run("generate", "--custom-schema", TINY, "-o", mode, "--output", output, "--file-rows-target", 200, *words,
               env=env)
