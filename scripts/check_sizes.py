"""Small files with one noun each: headers up to 150 lines, sources up to 400.

A larger file needs a reason in EXCEPTIONS, granted in review.
"""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIMITS = {".h": 150, ".cc": 400, ".py": 400}
EXCEPTIONS: dict[str, str] = {}
FORBIDDEN = ("utils", "util", "helpers", "helper", "common", "misc")


def main() -> int:
    files = subprocess.run(["git", "ls-files", "src", "scripts", "bench", "vocab", "tests"], cwd=ROOT, text=True,
                           capture_output=True, check=True).stdout.split()
    wrong = []
    for name in files:
        path = ROOT / name
        limit = LIMITS.get(path.suffix)
        if path.stem.removesuffix("_test") in FORBIDDEN:
            wrong.append(f"{name}: name the noun, not a drawer")
        if limit is None or name in EXCEPTIONS or not path.exists():
            continue
        lines = len(path.read_text().splitlines())
        # Tests are tables of cases; they may be twice as long.
        if lines > limit * (2 if path.stem.endswith("_test") else 1):
            wrong.append(f"{name}: {lines} lines, at most {limit}")
    print("\n".join(wrong) if wrong else f"sizes: {len(files)} files within their limits")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
