"""Declared laws are met: chi-square, Kolmogorov-Smirnov and total variation against the exact law, over 200,000 values each."""

import math

import duckdb
import numpy as np
import pytest

VALUES = 200_000
SPEC = """dataset: laws
window: {{from: 2024-01-01, to: 2024-12-31}}
parameters: {{n: {n}}}
tables:
  things: {{rows: {{fixed: n}}, columns: {{thing_id: {{key: {{}}}}}}}}
  parents:
    rows: {{fixed: 80000}}
    columns:
      parent_id: {{key: {{}}}}
  children:
    per: {{parent: parents, count: {count}}}
    columns: {{child_id: {{key: {{}}}}, parent_id: parent.parent_id}}
  values:
    rows: {{fixed: %d}}
    columns:
      value_id: {{key: {{}}}}
      drawn: {law}
      thing_id: {{foreign_key: {{to: things, popularity: {popularity}}}}}
""" % VALUES


@pytest.fixture
def make(program, tmp_path):
    def made(law="{uniform: [0, 1]}", popularity="{zipf: 1.0}", count="{const: 1}", n=1000):
        file = tmp_path / "laws.yaml"
        file.write_text(SPEC.format(law=law, popularity=popularity, count=count, n=n))
        done = program.run("generate", "--custom-schema", file, "--output", tmp_path / "out", "--output-mode", "parquet", "--quiet")
        assert done.returncode == 0, done.stderr
        (folder,) = (tmp_path / "out").glob("Files/synthetic_data/laws")
        return lambda query: duckdb.sql(query.replace("$", f"{folder}/")).fetchall()
    return made


def chi_square_is_small(counts, shares):
    """Cells of few expected values are taken together; the bound is five deviations above the mean."""
    counts, expected = np.asarray(counts, float), np.asarray(shares) * sum(counts)
    order = np.argsort(-expected)
    counts, expected = counts[order], expected[order]
    whole = int(np.searchsorted(-expected, -8.0, side="right"))
    if whole < len(counts):
        counts = np.append(counts[:whole], counts[whole:].sum())
        expected = np.append(expected[:whole], expected[whole:].sum())
    keep = expected > 0
    assert not counts[~keep].any()
    statistic = ((counts[keep] - expected[keep]) ** 2 / expected[keep]).sum()
    freedom = keep.sum() - 1
    assert statistic < freedom + 5 * math.sqrt(2 * freedom) + 5, (statistic, freedom)


def zipf(s, n, q=0.0):
    weights = (np.arange(1, n + 1) + q) ** -s
    return weights / weights.sum()


@pytest.mark.parametrize("s, n", [(0.5, 1000), (0.8, 50_000), (1.0, 1000), (1.2, 20_000), (1.5, 1000), (2.0, 5000), (2.5, 300), (3.0, 1000)])
def test_zipf_ranks_have_the_exact_law(make, s, n):
    counts = np.zeros(n)
    for rank, count in make(law=f"{{zipf: {{s: {s}, n: {n}}}}}")("select drawn, count(*) from '$values.parquet' group by 1"):
        counts[rank - 1] = count
    chi_square_is_small(counts, zipf(s, n))


@pytest.mark.parametrize("s, q", [(0.5, 0), (0.65, 3), (0.87, 20), (1.0, 0), (1.5, 0), (2.0, 0), (3.0, 0)])
def test_popular_rows_have_the_exact_law(make, s, q):
    """Which row is the first, nobody knows; sorted, their counts are those of the law up to what sorting moves."""
    rows = make(popularity=f"{{zipf: {s}, offset: {q}}}")("select count(*) n from '$values.parquet' group by thing_id order by n desc")
    found = np.zeros(1000)
    found[:len(rows)] = [n for (n,) in rows]
    law = zipf(s, 1000, q)
    distance = np.abs(np.cumsum(found) / VALUES - np.cumsum(law)).max()
    noise = np.sqrt(law / VALUES).sum() / 2
    assert distance < 0.004 + noise, distance


@pytest.mark.parametrize("count, law", [
    ("{uniform: [1, 5]}", dict.fromkeys(range(1, 6), 0.2)),
    ("{choice: {0: 0.18, 1: 0.38, 2: 0.28, 3: 0.16}}", {0: 0.18, 1: 0.38, 2: 0.28, 3: 0.16}),
    ("{const: 3}", {3: 1.0})])
def test_fan_out_has_its_histogram(make, count, law):
    ask = make(count=count)
    found = dict(ask("""select n, count(*) from (select parent_id, count(child_id) n from '$parents.parquet'
                        left join '$children.parquet' using (parent_id) group by 1) group by 1"""))
    assert set(found) == set(law)
    assert sum(abs(found[k] / 80_000 - share) for k, share in law.items()) / 2 < 0.004
    total, mean = sum(k * n for k, n in found.items()), sum(k * share for k, share in law.items())
    assert abs(total / 80_000 / mean - 1) < 1e-4


@pytest.mark.parametrize("law, cdf", [
    ("{uniform: [10.0, 30.0]}", lambda x: (x - 10) / 20),
    ("{normal: {mean: 50, stddev: 8}}", lambda x: 0.5 * (1 + math.erf((x - 50) / 8 / math.sqrt(2)))),
    ("{lognormal: {median: 20, log_sigma: 0.6}}", lambda x: 0.5 * (1 + math.erf(math.log(x / 20) / 0.6 / math.sqrt(2)))),
    ("{lognormal: {mean: 100, stddev: 50}}", lambda x: 0.5 * (1 + math.erf(
        (math.log(x) - math.log(100) + math.log(1.25) / 2) / math.sqrt(math.log(1.25)) / math.sqrt(2)))),
    ("{exponential: {mean: 5}}", lambda x: 1 - math.exp(-x / 5))])
def test_numbers_have_their_law(make, law, cdf):
    values = np.sort([x for (x,) in make(law=law)("select drawn from '$values.parquet'")])
    theory = np.array([cdf(float(x)) for x in values])
    steps = np.arange(VALUES + 1) / VALUES
    distance = max(np.abs(theory - steps[1:]).max(), np.abs(theory - steps[:-1]).max())
    assert distance < 1.95 / math.sqrt(VALUES) + 0.0006, distance      # One in a thousand is further off.


@pytest.mark.parametrize("mean", [0.7, 3, 12])
def test_poisson_counts(make, mean):
    found = dict(make(law=f"{{poisson: {{mean: {mean}}}}}")("select drawn, count(*) from '$values.parquet' group by 1"))
    most = max(found) + 8
    law = {k: math.exp(-mean) * mean ** k / math.factorial(k) for k in range(most)}
    chi_square_is_small([found.get(k, 0) for k in law], list(law.values()))
