"""Includes point one way: compare every #include with the table in ARCHITECTURE.md.

The table is the rule; this script reads it there, so that the page cannot rot.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "lakeseed"
ROW = re.compile(r"^\| `(\w+)/` \|[^|]*\| (.*?) \|$", re.M)
INCLUDE = re.compile(r'^#include "lakeseed/(\w+)/([\w/]+)\.h"', re.M)
# One library may know YAML, one command line parser stays in the program.
HOMES = {"yaml-cpp": {"spec"}, "CLI": {"cli"}, "parquet": {"write", "commit", "validate", "run"}, "curl": {"write"}, "sqlite3.h": {"sql"}}


def allowed() -> dict[str, set[str]]:
    rows = ROW.findall((ROOT / "ARCHITECTURE.md").read_text())
    return {name: set(re.findall(r"`(\w+)`", may)) | {name} for name, may in rows}


def main() -> int:
    rule, wrong = allowed(), []
    folders = {p.name for p in SOURCES.iterdir() if p.is_dir()}
    for folder in sorted(folders ^ set(rule)):
        wrong.append(f"{folder}: is in only one of src/lakeseed and the table in ARCHITECTURE.md")
    for path in sorted(SOURCES.rglob("*")):
        if path.suffix not in (".h", ".cc"):
            continue
        own = path.relative_to(SOURCES)
        text = path.read_text()
        for folder, rest in INCLUDE.findall(text):
            here = f"{own}: includes {folder}/{rest}.h"
            if folder not in rule.get(own.parts[0], set()):
                wrong.append(f"{here}, which {own.parts[0]} may not know")
            # Inside a family one variant does not know another.
            inner = rest.split("/")
            if folder == own.parts[0] and len(inner) > 1 and len(own.parts) > 2 and inner[0] != own.parts[1]:
                wrong.append(f"{here}: what two variants share moves up into {folder}/")
        for library, homes in HOMES.items():
            if re.search(rf"^#include <{re.escape(library)}[/>]", text, re.M) and own.parts[0] not in homes:
                wrong.append(f"{own}: includes <{library}>, which lives in {', '.join(sorted(homes))}")
    print("\n".join(wrong) if wrong else f"layers: {len(folders)} folders, all includes point one way")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
