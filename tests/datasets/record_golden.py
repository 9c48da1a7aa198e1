"""Records the golden fingerprint of every dataset, or of those named; run it when a law was changed on purpose."""

import json
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import fingerprint  # noqa: E402
from lakeseed_program import Program, built_in  # noqa: E402


def main() -> None:
    program = Program()
    program.golden.mkdir(parents=True, exist_ok=True)
    unknown = set(sys.argv[1:]) - set(built_in())
    assert not unknown, unknown
    for name, dataset in built_in().items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            output = fingerprint.generate(program, folder, dataset)
            found = fingerprint.of_dataset(output, dataset["tables"])
        size = fingerprint.size_of(program, dataset)
        text = json.dumps(size | {"seed": fingerprint.SEED, "tables": found}, indent=1)
        (program.golden / f"{name}.json").write_text(text + "\n")
        print(name)


if __name__ == "__main__":
    main()
