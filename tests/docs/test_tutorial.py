"""The tutorial works: its steps are done in order, and every output is the one it shows.

Run as a program, this file writes the outputs of the page anew; `…` stands for what differs between machines.
"""

import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE = ROOT / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(yaml|python|csv|console)\n(.*?)^```$", re.M | re.S)
def verb_of(before: str) -> tuple[str, str | None]:
    """What the text before a block says is to be done with it, and with which file."""
    sentence = re.sub(r"\s+", " ", before).strip()
    for verb, pattern in (("save", r"Save this as `(\S+)`:$"), ("append", r"Add this to the end of `(\S+)`:$"),
                          ("old", r"In `(\S+)`, replace this$"), ("new", r"(by) this$")):
        found = re.search(pattern, sentence)
        if found:
            return verb, found[1]
    raise AssertionError(f"a block without a step: {sentence[-80:]}")


def without_clock(text: str) -> str:
    """Speeds and times as `…`, whatever their width."""
    lines, cut = [], None
    for line in text.splitlines():
        if line.endswith("rows/s"):
            cut = len(line.removesuffix("rows/s").rstrip())
        if not line:
            cut = None
        if cut is not None:
            line = "-" * (cut + 3) if set(line) == {"-"} else line[:cut].rstrip() + "  …"
        lines.append(re.sub(r"\bin [\d.]+ s$", "in …", line.rstrip()))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def run(command: str, folder: pathlib.Path, program) -> str:
    words = shlex.split(command)
    words[0] = {"lakeseed": str(program.path), "python": sys.executable}[words[0]]
    done = subprocess.run(words, cwd=folder, text=True, capture_output=True, stdin=subprocess.DEVNULL,
                          env=program.environment(PATH=os.environ["PATH"]))
    assert done.returncode in (0, 2, 4), done.stderr
    shown = without_clock(done.stdout + done.stderr)
    return f"$ {command}\n" + (shown + "\n" if shown else "")


def steps(text: str, folder: pathlib.Path, program):
    """Do every step; yields the span of each console block, what it shows and what came out."""
    old, end = None, 0
    for block in BLOCK.finditer(text):
        before, end = text[end:block.start()], block.end()
        if block[1] == "console":
            commands = re.findall(r"^\$ (.*)$", block[2], re.M)
            assert commands
            yield block.span(2), block[2], "".join(run(command, folder, program) for command in commands)
            continue
        verb, name = verb_of(before)
        if verb == "save":
            (folder / name).write_text(block[2])
        elif verb == "append":
            with (folder / name).open("a") as file:
                file.write(block[2])
        elif verb == "old":
            old = (folder / name, block[2])
        else:
            path, part = old
            assert path.read_text().count(part) == 1, part
            path.write_text(path.read_text().replace(part, block[2]))


def test_every_output_is_the_one_shown(program, tmp_path):
    done = list(steps(FILE.read_text(), tmp_path, program))
    assert len(done) >= 9
    for _, shown, came in done:
        assert came == shown
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["genres.csv", "library.yaml", "library.html", "library.sql", "library", "first", "large", "week", "report.py"])
    final = program.run("check", tmp_path / "library.yaml", "--strict")
    assert final.returncode == 0, final.stdout


if __name__ == "__main__":
    import tempfile

    sys.path.insert(0, str(ROOT / "tests"))
    from lakeseed_program import Program

    page = FILE.read_text()
    with tempfile.TemporaryDirectory() as made:
        for (start, stop), _, came in reversed(list(steps(page, pathlib.Path(made), Program()))):
            page = page[:start] + came + page[stop:]
    FILE.write_text(page)
