"""What happened last stays when it happened, until it happens again: dates of the past do not move with the day of the run."""

import duckdb
import pytest

CASES = [("retail_oltp_small_incremental", "inventory", "inventory_id", "last_restocked_date"),
         ("retail_oltp_small_incremental", "inventory", "inventory_id", "last_counted_date"),
         ("ecommerce_dw_dev_incremental", "customers", "customer_id", "last_login_date"),
         ("ecommerce_dw_incremental", "products", "product_id", "updated_at")]
FIRST, SECOND = "2024-06-10", "2024-06-20"


@pytest.mark.parametrize("dataset, table, key, column", CASES, ids=lambda word: word)
def test_it_is_later_only_if_it_happened_since(program, tmp_path, dataset, table, key, column):
    files = [program.generate(tmp_path / day, "--tables", table, "--as-of", day, rows=None, dataset=dataset).file(table)
             for day in (FIRST, SECOND)]
    # Members who come after the second day have no past yet: their dates are those of their first day in both.
    same, since, other = duckdb.sql(f"""
        select count(*) filter (a.{column} = b.{column}), count(*) filter (b.{column}::date between '{FIRST}' and '{SECOND}'),
               count(*) filter (a.{column} != b.{column} and b.{column}::date not between '{FIRST}' and '{SECOND}')
        from '{files[0]}' a join '{files[1]}' b using ({key})""").fetchall()[0]
    assert other == 0 and same > 100 and since > 20
