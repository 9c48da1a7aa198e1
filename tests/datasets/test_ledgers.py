"""Ledgers of one's own: mistakes are said with a way out, a request by day is that of the whole, year thirty is there at once."""

import re

import duckdb
import pytest

from lakeseed_program import ROOT

GUIDE = (ROOT / "docs" / "language.md").read_text()
BANK = next(text for text in re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.M | re.S) if text.startswith("dataset: bank\n"))

MISTAKES = {
    "balances of group checking drift by": ("takes: {lognormal: {median: 12, log_sigma: 0.3}}, balancing: true",
                                            "takes: {lognormal: {median: 12, log_sigma: 0.3}}"),
    "needs accounts that are made once": ("rows: {fixed: 60}", "population: {size: 60, growth: 0.01 per day}"),
    "needs `brings`": ("savings: 0.4}", "savings: {share: 0.4, opens: [2024-01-05, 2024-02-10]}}"),
    "brings something, but never opens or closes": ("savings: 0.4}", "savings: {share: 0.4, brings: {const: 9.00}}}"),
    "closes before it opens": ("savings: 0.4}", "savings: {share: 0.4, opens: [2024-02-05, 2024-02-10], closes: [2024-01-20, 2024-03-01], brings: {const: 9.00}}}"),
    "opens or closes on the epoch or before": ("savings: 0.4}", "savings: {share: 0.4, opens: [2024-01-01, 2024-02-10], brings: {const: 9.00}}}"),
    "needs two days": ("savings: 0.4}", "savings: {share: 0.4, opens: 2024-01-05, brings: {const: 9.00}}}"),
    "is longer than a cycle: 44 > 30 days": ("mean: 9, min: 2, max: 30", "mean: 44, min: 44, max: 44"),
    "must be from 1 to 366: 0": ("after: {uniform: [2, 10]}", "after: {uniform: [0, 10]}"),
    "must be from 1 to 64": ("length: {uniform: [3, 9]}", "length: {uniform: [3, 90]}"),
    "is the name of another stream: fee": ("as: fraud_credit", "as: fee"),
    "is for postings that come back": ("gift: {every: 30d,", "gift: {every: 30d, share: 0.4,"),
    "is for streams that add or take": ("gift: {every: 30d, of: [checking], scaled: false, adds: {uniform: [1, 6]}, balancing: true}",
                                        "gift: {every: 30d, transfers: {const: 1}, returned: {as: back, after: {const: 3}}}"),
    "moves nothing in the end, so it balances nothing": ("adds: {uniform: [1, 6]}, balancing: true",
                                                         "adds: {uniform: [1, 6]}, balancing: true, returned: {as: back, after: {const: 3}}"),
    "not a duration of a second to a day": ("tries: {uniform: [0.50, 4.99]}", "tries: {uniform: [0.50, 4.99]}, within: 3d"),
    "must be even": ("transfer: {every: 10d,", "transfer: {every: 10d, block: 5,"),
    "amounts must be above 0": ("transfers: {lognormal: {median: 42, log_sigma: 0.8}}", "transfers: {normal: {mean: 1, stddev: 9}}"),
    "no day of a cycle of 14 days has a weight": ("weekday: [0, 0, 0, 0, 1, 0, 0]", "month: {feb: 0}"),
    "needs a table of at most as many rows as there are accounts": ("rows: {fixed: 35}", "rows: {fixed: 90}"),
    "there is nothing that it could balance": ("takes: {const: 3.50}}", "adds: {const: 3.50}}"),
    "is no `ledger:` table": ("{ledger_moved: postings}", "{ledger_moved: cards}"),
    "has other accounts than the rows of this table": ("holder: {ledger_holder: postings}", "holder: {ledger_moved: postings}"),
    "is no integer": ("{link: {to: cards, key: \"if(kind = 'card', account_id.known.holder, null)\", optional: true}}",
                      "{link: {to: cards, key: kind}}"),
    "must be a lognormal law": ("levels: {lognormal: {median: 20, log_sigma: 0.4, min: 5}}", "levels: {normal: {mean: 20, stddev: 4}}"),
    "unknown group: saving": ("of: [savings], adds", "of: [saving], adds"),
}


@pytest.mark.parametrize("reason", MISTAKES)
def test_mistakes_are_said(program, tmp_path, reason):
    before, after = MISTAKES[reason]
    assert BANK.count(before) == 1
    file = tmp_path / "bank.yaml"
    file.write_text(BANK.replace(before, after))
    done = program.run("check", file)
    if reason.startswith("balances of group checking"):
        reason = reason.replace("checking", "savings")
    assert done.returncode == 2
    assert reason in done.stdout + done.stderr


def postings(folder):
    return duckdb.connect().execute(f"""
        select * exclude (filename) replace (posted_at::text as posted_at)
        from read_parquet('{folder}/**/*.parquet', filename = true, union_by_name = true)
        where filename like '%posting%' order by posting_id""").fetchall()


def test_days_are_those_of_the_whole(program, tmp_path):
    file = tmp_path / "bank.yaml"
    file.write_text(BANK)
    whole = program.run("generate", "--custom-schema", file, "--output-mode", "parquet", "--output", tmp_path / "whole")
    assert whole.returncode == 0, whole.stderr
    days = program.run("generate-series", "--custom-schema", file, "--output-mode", "parquet", "--output", tmp_path / "days",
                       "--start-date", "2024-01-01", "--end-date", "2024-03-31", "--path-format", "flat")
    assert days.returncode == 0, days.stderr
    everything = postings(tmp_path / "whole")
    assert len(everything) > 1000
    assert postings(tmp_path / "days") == everything


def test_year_thirty_is_there_at_once(program, tmp_path):
    """One day, thirty years after the first: its balances go on into the next day's."""
    file = tmp_path / "bank.yaml"
    file.write_text(BANK)
    done = program.run("generate-series", "--custom-schema", file, "--output-mode", "parquet", "--output", tmp_path / "late",
                       "--start-date", "2053-12-30", "--end-date", "2053-12-31")
    assert done.returncode == 0, done.stderr
    wrong = duckdb.connect().execute(f"""
        select count(*), sum((gap <> 0)::int) from (
            select balance_after - moved - lag(balance_after) over (partition by account_id order by posting_id) as gap
            from read_parquet('{tmp_path}/late/**/*.parquet', filename = true, union_by_name = true)
            where filename like '%posting%') where gap is not null""").fetchone()
    assert wrong[0] > 5 and wrong[1] == 0
