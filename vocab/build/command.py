"""The command line: builds every table, compares its SHA-256 with the recorded one, stamps.

The files appear one by one by rename, so that a reader never sees half of one.
The stamp holds the hash of everything a table depends on. While it is right and
the files still have the recorded sums, a run is a no-op.
"""

import argparse
import hashlib
import os
import sys
from pathlib import Path

from vocab.build import packages

VOCAB = Path(__file__).resolve().parent.parent
SUMS = VOCAB / "SHA256SUMS"
STAMP = ".stamp"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="build_vocab", description="Build the vocabulary tables.")
    parser.add_argument("out_dir", type=Path, help="directory for <table>.csv")
    parser.add_argument("--record", action="store_true", help="rewrite vocab/SHA256SUMS from what was built")
    options = parser.parse_args(arguments)

    errors = packages.version_errors()
    if errors:
        return _fail(errors + ["install them with: pip install -r vocab/requirements.txt"])
    recorded = {} if options.record else _read_sums()
    if recorded and _is_up_to_date(options.out_dir, recorded):
        return 0
    built = _build(options.out_dir)
    if options.record:
        SUMS.write_text("".join(f"{built[name]}  {name}.csv\n" for name in sorted(built)), encoding="utf-8")
    else:
        errors = _differences(built, recorded)
        if errors:
            return _fail(errors + ["if the change is meant, record it with: scripts/build_vocab --record OUT_DIR"])
    _replace(options.out_dir / STAMP, _source_hash().encode())
    return 0


def _build(out_dir: Path) -> dict[str, str]:
    # Imported here: a run that finds everything up to date does not pay for the packages.
    from vocab.build.tables import TABLES

    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / STAMP).unlink(missing_ok=True)
    sums = {}
    for table in TABLES:
        content = table.encode()
        sums[table.name] = hashlib.sha256(content).hexdigest()
        _replace(out_dir / f"{table.name}.csv", content)
        rows = content.count(b"\n") - 1  # no cell holds a line break
        print(f"{table.name}: {rows} rows, {len(content)} bytes")
    return sums


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def _read_sums() -> dict[str, str]:
    if not SUMS.exists():
        return {}
    pairs = (line.split() for line in SUMS.read_text(encoding="utf-8").splitlines())
    return {file.removesuffix(".csv"): digest for digest, file in pairs}


def _differences(built: dict[str, str], recorded: dict[str, str]) -> list[str]:
    errors = []
    for name in sorted(built.keys() | recorded.keys()):
        ours, theirs = built.get(name, "not built"), recorded.get(name, "not recorded")
        if ours != theirs:
            errors.append(f"table {name}: SHA-256 differs: built {ours}, recorded in vocab/SHA256SUMS {theirs}")
    return errors


def _is_up_to_date(out_dir: Path, recorded: dict[str, str]) -> bool:
    stamp = out_dir / STAMP
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != _source_hash():
        return False
    for name, digest in recorded.items():
        file = out_dir / f"{name}.csv"
        if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            return False
    return True


def _source_hash() -> str:
    """Hash of the builder, of our data, of the pins (which are the installed versions) and of the sums."""
    digest = hashlib.sha256()
    sources = [*VOCAB.glob("build/*.py"), *VOCAB.glob("data/*"), packages.REQUIREMENTS, SUMS]
    for path in sorted(path for path in sources if path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(VOCAB).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _fail(errors: list[str]) -> int:
    for error in errors:
        print(f"build_vocab: {error}", file=sys.stderr)
    return 1
