"""Reads `vocab/data`: our own parameters, as CSV or as YAML.

The YAML files use one narrow form, so that no YAML package is needed and no
YAML trap (`no` is false, `1e3` is text) can bite: block mappings indented by
two blanks, keys quoted if they hold a colon, every leaf a JSON value on its line. Numbers are
read as `Decimal` or `int`, never as float. A key that appears twice is an error.
"""

import csv
import json
from decimal import Decimal
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"


def read_csv(name: str) -> list[dict[str, str]]:
    with open(DATA / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def read_yaml(name: str) -> dict:
    root: dict = {}
    open_mappings = [root]
    for number, line in enumerate((DATA / name).read_text(encoding="utf-8").splitlines(), 1):
        body = line.strip()
        if not body or body.startswith("#"):
            continue
        depth = (len(line) - len(line.lstrip(" "))) // 2
        key, value = _split(body, f"{name}:{number}")
        if depth >= len(open_mappings):
            raise ValueError(f"{name}:{number}: indented deeper than any open mapping")
        del open_mappings[depth + 1 :]
        mapping = open_mappings[-1]
        if key in mapping:
            raise ValueError(f"{name}:{number}: key given twice: {key}")
        if value:
            mapping[key] = json.loads(value, parse_float=Decimal)
        else:
            mapping[key] = {}
            open_mappings.append(mapping[key])
    return root


def _split(body: str, where: str) -> tuple[str, str]:
    if body.startswith('"'):
        key, end = json.JSONDecoder().raw_decode(body)
        rest = body[end:]
    else:
        key, colon, rest = body.partition(":")
        rest = colon + rest
    if not rest.startswith(":"):
        raise ValueError(f"{where}: no colon after the key")
    return key, rest[1:].strip()
