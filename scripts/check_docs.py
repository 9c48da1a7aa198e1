"""The documentation says what the program does.

    check_docs.py            compare docs/reference with what the program prints now
    check_docs.py --write    write docs/reference anew

Also: links of hand-written pages lead to files, and every generator in the code is in the table of generators.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
PROGRAM = ROOT / "build" / "lakeseed"
PAGES = {f"{topic}.md": topic for topic in ("generators", "functions", "formats", "commands", "datasets", "spec",
                                               "dictionaries")}
PAGES["dataset.schema.json"] = "schema"
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def printed(topic: str) -> str:
    done = subprocess.run([PROGRAM, "docs", topic], text=True, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"lakeseed docs {topic}: {done.stderr.strip()}")
    return done.stdout


def check_reference(write: bool) -> list[str]:
    wrong = []
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, topic in PAGES.items():
        path, text = REFERENCE / name, printed(topic)
        if write:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            wrong.append(f"docs/reference/{name}: differs from `lakeseed docs {topic}`; `make docs` writes it")
    for path in REFERENCE.iterdir():
        if path.name not in PAGES:
            wrong.append(f"docs/reference/{path.name}: nothing prints it")
    return wrong


def check_links() -> list[str]:
    wrong = []
    pages = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, text=True, capture_output=True, check=True).stdout
    for name in pages.split():
        page = ROOT / name
        if not page.exists():
            continue
        for target in LINK.findall(page.read_text()):
            if "://" in target or target.startswith("mailto:"):
                continue
            if not (page.parent / target).exists():
                wrong.append(f"{name}: links to {target}, which is not there")
    return wrong


def check_generators() -> list[str]:
    folder = ROOT / "src" / "lakeseed" / "generate"
    table = (folder / "builtin.cc").read_text()
    listed = set(re.findall(r"&(k\w+)", table))
    wrong = []
    for path in sorted(folder.glob("*.cc")):
        if path.name == "builtin.cc" or path.stem.endswith("_test"):
            continue
        for name in re.findall(r"^(?:extern )?const GeneratorDef (k\w+)\s*(?:=\s*)?\{", path.read_text(), re.M):
            if name not in listed:
                wrong.append(f"generate/{path.name}: {name} is not in generate/builtin.cc")
    return wrong


def main() -> int:
    if not PROGRAM.exists():
        sys.exit("build/lakeseed is missing: run `make build`")
    wrong = check_reference("--write" in sys.argv[1:]) + check_links() + check_generators()
    print("\n".join(wrong) if wrong else f"docs: {len(PAGES)} pages of reference equal the program, links lead somewhere")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
