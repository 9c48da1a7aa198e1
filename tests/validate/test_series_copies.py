"""Copies that are rare, of members who live short: no false alarm, and who had left is still found."""

import json

import pytest

from test_series import SPEC, Series

MIXED = SPEC.with_name("mixed_copies.yaml")


@pytest.mark.parametrize("words", [
    ("-s", "2023-12-20", "-e", "2024-01-25"), ("-s", "2024-02-14", "-e", "2024-02-14"),
    ("-s", "2024-01-01", "-e", "2024-03-31", "--seed", "2"),
    ("-s", "2024-02-25", "-e", "2024-03-20", "--file-rows-target", "100")],
    ids=lambda w: "_".join(w))
def test_no_false_alarm_where_copies_are_rare_and_members_leave(program, tmp_path, words):
    done = program.run("generate-series", "--custom-schema", MIXED, *words, "--output", tmp_path, "--quiet")
    assert done.returncode == 0, done.stderr
    done = program.run("validate", tmp_path, "--custom-schema", MIXED, "--json")
    assert done.returncode == 0, [c for c in json.loads(done.stdout)["checks"] if c["violations"]]


def test_weekly_copy_shows_who_had_left(program, tmp_path):
    """An order of a Wednesday names someone whom the copies of two Mondays before lack and have."""
    done = program.run("generate-series", "--custom-schema", MIXED, "-s", "2024-02-05", "-e", "2024-02-16",
                       "--output", tmp_path, "--quiet")
    assert done.returncode == 0, done.stderr
    series = Series(tmp_path)
    members = [series.read(e) for e in series.entries("members")]
    keys = [m["member_id"].to_pylist() for m in members]
    gone = min(set(keys[0]) - set(keys[1]))
    joined = members[0]["joined"][keys[0].index(gone)].as_py()
    entry = series.entry("orders", "2024-02-14")
    series.change(entry, "member_id", 0, gone)
    series.change(entry, "joined", 0, joined)
    series.save()
    done = program.run("validate", tmp_path, "--custom-schema", MIXED, "--json", "--no-recompute")
    broken = {(c["table"], c["rule"]) for c in json.loads(done.stdout)["checks"] if c["violations"]}
    assert ("orders", "reference:member_id") in broken
    # Before the first copy after it, the same is no fault: the member may still have lived.
    assert broken <= {("orders", "reference:member_id"), ("orders", "expression:joined")}
