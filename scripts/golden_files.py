"""What the exporters of golden vectors share: the command line, and how a vector becomes a file."""
import argparse
import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden"


def export(description, vectors):
    """Write OUT/<name>.json for each name and the function that makes its vector; the folder OUT is returned."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--refmodel", required=True, help="folder that holds the package refmodel")
    parser.add_argument("--out", default=FOLDER, type=pathlib.Path)
    arguments = parser.parse_args()
    sys.path.insert(0, arguments.refmodel)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, make in vectors.items():
        text = json.dumps(make(), separators=(",", ":"), ensure_ascii=False)
        (arguments.out / f"{name}.json").write_text(text.replace("},{", "},\n{") + "\n", encoding="utf-8")
    return arguments.out
