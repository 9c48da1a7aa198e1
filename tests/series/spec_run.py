"""The program on a dataset of the tests' own."""


def run_of(spec):
    """A call that must end with `code`."""
    def run(program, *words, code=0):
        done = program.run(*words, "--custom-schema", spec)
        assert done.returncode == code, done.stdout[-3000:] + done.stderr
        return done

    return run
