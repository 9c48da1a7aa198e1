"""The stars of a bank and of a web shop agree with the datasets that they use, posting by posting and visit by visit."""

import datetime
import decimal
import json
import pathlib
import sys

import duckdb
import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from lakeseed_program import tables_of  # noqa: E402
from mutation import breaks_its_rule, plus  # noqa: E402

LINES = 20_000


class Pair:
    """A star and the dataset it uses, at one identity, as views: s_<table> and o_<table>."""

    def __init__(self, program, folder, star, oltp, rows):
        self.connection = duckdb.connect()
        self.connection.execute("set timezone = 'UTC'")
        self.star = program.generate(folder / "star", rows=rows, dataset=star)
        other = program.generate(folder / "oltp", rows=rows, dataset=oltp)
        for prefix, output in (("s", self.star), ("o", other)):
            for table in tables_of(json.loads(output.manifest.read_text())):
                self.connection.execute(f"create view {prefix}_{table} as select * from read_parquet('{output.file(table)}')")

    def ask(self, query):
        return self.connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def bank(program, tmp_path_factory):
    return Pair(program, tmp_path_factory.mktemp("bank"), "finance_star_small", "finance_oltp_small", rows=LINES)


def test_every_posting_is_a_fact(bank):
    assert bank.ask("""
        select count(*) from s_fact_transactions s full join o_transactions t using (transaction_id)
        where s.amount is distinct from t.amount or s.balance_after is distinct from t.balance_after
           or s.account_key is distinct from t.account_id or s.merchant_key is distinct from t.merchant_id
           or s.channel is distinct from t.channel or s.is_fraud is distinct from t.is_fraud""") == [(0,)]
    assert bank.ask("select count(*), sum(amount) from s_fact_transactions") == \
        bank.ask("select count(*), sum(amount) from o_transactions")


def test_signed_amounts_make_the_balances(bank):
    """Each balance is the one before it and what the posting moves; the last is that of the account."""
    assert bank.ask("""
        select count(*) from (select *, lag(balance_after) over (partition by account_key order by transaction_fact_key) before
                              from s_fact_transactions) where before + signed_amount != balance_after""") == [(0,)]
    assert bank.ask("""
        select count(*) from o_accounts a join (select account_key, arg_max(balance_after, transaction_fact_key) last
            from s_fact_transactions group by 1) s on s.account_key = a.account_id where s.last != a.balance""") == [(0,)]


def test_facts_of_the_bank_hit_their_dimensions(bank):
    assert bank.ask("""
        select count(*) from s_fact_transactions f join o_transactions t using (transaction_id)
        left join s_dim_date d on d.date_key = f.date_key left join s_dim_date p on p.date_key = f.posted_date_key
        left join s_dim_time m on m.time_key = f.time_key left join s_dim_account a on a.account_key = f.account_key
        left join s_dim_customer c on c.customer_key = f.customer_key
        left join s_dim_transaction_type y using (transaction_type_key)
        where d.full_date is distinct from cast(t.transaction_timestamp at time zone 'America/New_York' as date)
           or m.hour is distinct from hour(t.transaction_timestamp at time zone 'America/New_York')
           or p.full_date is distinct from t.posted_date or not coalesce(p.is_business_day, true)
           or a.account_id is null or c.customer_id is distinct from a.customer_id or f.customer_id is distinct from a.customer_id
           or not (d.full_date >= c.effective_date and d.full_date < c.expiry_date)
           or y.direction is distinct from t.direction""") == [(0,)]


def test_banking_days(bank):
    """Neighbours and settlement are those of a list of open days."""
    days = bank.ask("select full_date, date_key, is_business_day, previous_business_date_key, next_business_date_key, "
                    "settlement_date from s_dim_date order by full_date")
    number = lambda day: int(day.strftime("%Y%m%d"))  # noqa: E731
    is_open = [row[2] for row in days]
    assert 0.67 < sum(is_open) / len(days) < 0.70
    for i in range(10, len(days) - 10):
        before = next(j for j in range(i - 1, 0, -1) if is_open[j])
        after = next(j for j in range(i + 1, len(days)) if is_open[j])
        assert days[i][3:] == (number(days[before][0]), number(days[after][0]), days[after][0]), days[i]
    closed = {row[0] for row in days if not row[2] and row[0].weekday() < 5 and row[0].year == 2023}
    assert closed == {datetime.date(2023, *day) for day in [(1, 2), (1, 16), (2, 20), (5, 29), (6, 19), (7, 4), (9, 4),
                                                            (10, 9), (11, 23), (12, 25)]}, "the Federal Reserve's of 2023"


@pytest.fixture(scope="module")
def web(program, tmp_path_factory):
    return Pair(program, tmp_path_factory.mktemp("web"), "ecommerce_star_large", "ecommerce_dw_web", rows=LINES)


def test_views_of_a_visit(web):
    """Places in a visit are 1 to n, times ascend, entry and exit are its ends, and its counts are theirs."""
    assert web.ask("""
        select count(*) from (select session_key, count(*) n, max(sequence_in_session) top, sum(is_entry::int) first,
            sum(is_exit::int) last, min(view_timestamp) a, max(view_timestamp) b, sum(time_on_page_seconds) spent,
            count(distinct user_key) users from s_fact_page_views group by 1) v
        full join s_dim_session s using (session_key)
        where n is distinct from page_view_count or top != n or first != 1 or last != 1 or a < session_start
           or b > session_end or is_bounce != (n = 1) or users > 1
           or coalesce(spent, 0) != date_diff('second', a, b)""") == [(0,)]


def test_every_order_has_its_visit_and_no_visit_two(web):
    assert web.ask("""
        select count(*) from (select order_id, min(session_key) session_key, count(distinct session_key) n, min(user_key) user_key,
            min(order_timestamp) done from s_fact_orders group by 1) o full join (select * from s_dim_session where is_converted) s
        using (session_key) where o.n is distinct from 1 or s.session_end is distinct from o.done or s.user_key is distinct from o.user_key
        """) == [(0,)]
    purchases = "select count(*) from s_fact_page_views where page_type = 'confirmation'"
    assert web.ask(purchases) == web.ask("select count(distinct order_id) from s_fact_orders")
    stages = [web.ask(f"select count(distinct session_key) from s_fact_page_views where page_type in ({pages})")[0][0]
              for pages in ("'product', 'cart', 'checkout', 'confirmation'", "'cart', 'checkout', 'confirmation'",
                            "'checkout', 'confirmation'", "'confirmation'")]
    assert stages == sorted(stages, reverse=True) and stages[-1] > 0


def test_line_numbers_of_an_order(web):
    assert web.ask("""select count(*) from (select order_id, count(*) n, min(order_line_number) a, max(order_line_number) b,
                      count(distinct order_line_number) d, sum(shipping_amount > 0) shipped from s_fact_orders group by 1)
                      where a != 1 or b != n or d != n or shipped > 1""") == [(0,)]


def test_many_visits_see_one_page(web):
    """Benchmarks of shops say a third to a half of them."""
    bounces, pages = web.ask("select avg(is_bounce::int), avg(page_view_count) filter (not is_bounce) from s_dim_session")[0]
    assert 0.25 < bounces < 0.5 and 5 < pages < 7.5


def test_sessions_without_a_user_and_devices(web):
    anonymous, mobile, desktop = web.ask("""select avg((user_key is null)::int), avg((device_type = 'mobile')::int),
                                            avg((device_type = 'desktop')::int) from s_dim_session""")[0]
    assert 0.36 < anonymous < 0.42 and 0.5 < mobile < 0.62 and 0.3 < desktop < 0.45


def test_every_line_of_the_shop_is_a_fact(web):
    """Line by line and to the cent; and so the sums."""
    assert web.ask("""
        select count(*) from s_fact_orders s full join o_order_items i on i.order_item_id = s.order_fact_key
        left join o_orders o on o.order_id = i.order_id
        left join s_dim_user u using (user_key) left join s_dim_product p using (product_key) left join s_dim_date d using (date_key)
        where i.order_id is distinct from s.order_id or i.quantity is distinct from s.quantity
           or i.line_total is distinct from s.gross_amount or i.unit_price is distinct from p.list_price
           or o.customer_id is distinct from u.user_id or i.product_id is distinct from p.product_id
           or o.order_date is distinct from s.order_timestamp
           or d.full_date < u.effective_date or d.full_date >= u.expiry_date
           or d.full_date < p.effective_date or d.full_date >= p.expiry_date""") == [(0,)]
    assert web.ask("select sum(gross_amount) from s_fact_orders") == web.ask("select sum(subtotal) from o_orders")


def test_every_event_of_the_shop_is_a_fact_and_a_view(web):
    assert web.ask("""
        select count(*) from s_fact_web_events s full join o_web_events e on e.event_id = s.event_key
        full join s_fact_page_views v on v.page_view_key = s.event_key
        left join o_orders o on o.order_id = e.order_id left join s_dim_user u on u.user_key = s.customer_key
        where s.event_type is distinct from e.event_type or s.event_timestamp is distinct from e.event_timestamp
           or s.session_key is distinct from e.session_key or s.session_key is distinct from v.session_key
           or s.sequence_in_session is distinct from e.sequence_in_session or v.view_timestamp is distinct from s.event_timestamp
           or u.user_id is distinct from e.customer_id or s.product_key is distinct from v.product_key
           or s.revenue is distinct from o.subtotal - o.discount_amount""") == [(0,)]
    assert web.ask("select count(*), sum(revenue) from s_fact_web_events where revenue is not null") == \
        web.ask("select count(*), sum(subtotal - discount_amount) from o_orders")


def test_places_are_rows_of_the_vocabulary(web, program):
    assert web.ask(f"""
        select count(*), count(v.zip), count(*) filter (v.city != g.city or v.state != g.state or v.time_zone != g.timezone
               or v.county != g.county or v.latitude != g.latitude or v.longitude != g.longitude)
        from s_dim_geography g full join read_csv('{program.vocab}/us_places.csv', all_varchar = true, normalize_names = true) as v
        on v.zip = g.postal_code""".replace("v.latitude != g.latitude or v.longitude != g.longitude",
                                            "v.latitudedouble::double != g.latitude or v.longitudedouble::double != g.longitude")
                   ) == [(29670, 29670, 0)]


def test_users_are_versions_of_the_day(web):
    assert web.ask("""
        select count(*) from s_fact_page_views f join s_dim_date d using (date_key) join s_dim_user u using (user_key)
        where d.full_date < u.effective_date or d.full_date >= u.expiry_date""") == [(0,)]


SECOND = datetime.timedelta(seconds=1)
ANY = lambda row: True  # noqa: E731
# Pair; table and named rule; the row that is broken, and how: that rule finds it, and no other but those named last.
MUTATIONS = [
    ("bank", ("fact_transactions", "declined_moves_nothing"), lambda row: row["is_declined"],
     {"signed_amount": decimal.Decimal("-0.01")}, ()),
    ("bank", ("fact_transactions", "sign_follows_direction"), lambda row: row["signed_amount"] > 0,
     {"signed_amount": lambda row: -row["signed_amount"]}, ()),
    ("bank", ("fact_transactions", "customer_owns_the_account"), lambda row: row["customer_id"] > 1, {"customer_id": 1}, ()),
    ("bank", ("fact_transactions", "posted_not_before"), lambda row: row["posted_date_key"] is not None,
     {"posted_date_key": 20200102}, ()),
    ("bank", ("fact_transactions", "fee_has_its_type"), lambda row: row["fee_amount"] == 0,
     {"fee_amount": decimal.Decimal("0.01")}, ()),
    ("bank", ("fact_transactions", "dollars_are_dollars"), ANY, {"amount_usd": plus("amount_usd", "0.01")}, ()),
    ("bank", ("dim_account", "number_is_masked"), ANY, {"account_number_masked": "123456789012"}, ()),
    ("bank", ("dim_date", "bank_holidays_have_names"), lambda row: row["is_bank_holiday"], {"bank_holiday_name": None}, ()),
    ("web", ("fact_page_views", "inside_the_session"), lambda row: row["is_entry"],
     {"view_timestamp": plus("view_timestamp", -SECOND)}, ()),
    ("web", ("fact_page_views", "user_is_the_sessions"), lambda row: (row["user_key"] or 0) > 1, {"user_key": 1}, ()),
    ("web", ("fact_page_views", "confirmation_is_a_conversion"), lambda row: row["page_type"] == "category" and not row["is_entry"],
     {"page_type": "confirmation"}, ()),
    ("web", ("fact_page_views", "one_place_a_session"), lambda row: row["sequence_in_session"] == 2 and not row["is_exit"],
     {"sequence_in_session": 1}, ()),
    ("web", ("dim_session", "campaign_runs"), lambda row: row["traffic_source"] == "social" and row["campaign_key"] > 40,
     {"campaign_key": 4}, {("fact_page_views", "campaign_is_the_sessions")}),
    ("web", ("dim_session", "browser_fits_system"), lambda row: row["browser"] == "Safari" and row["device_type"] == "desktop",
     {"os": "Windows"}, ()),
    ("web", ("fact_orders", "net_adds_up"), ANY, {"net_amount": plus("net_amount", "0.01")}, ()),
    ("web", ("fact_orders", "ordered_at_the_end_of_the_session"), ANY,
     {"order_timestamp": plus("order_timestamp", -SECOND)}, ()),
    ("web", ("fact_orders", "price_is_the_products"), ANY, {"unit_price": plus("unit_price", "0.01")},
     {("fact_orders", "gross_is_quantity_times_price")}),
    ("web", ("fact_orders", "sent_to_the_user"), lambda row: row["geography_key"] > 1, {"geography_key": 1}, ()),
    ("web", ("dim_campaign", "budget_of_paid_channels"), lambda row: row["channel"] == "email", {"budget": None}, ()),
    ("web", ("dim_user", "lives_there"), ANY, {"city": "Atlantis"}, ()),
    ("web", ("dim_geography", "place_is_known"), 0, {"city": None}, ()),
    ("web", ("dim_geography", "inside_the_states"), 0, {"latitude": plus("latitude", 45.0)}, ()),
    ("web", ("dim_geography", "state_has_its_region"), 0, {"region": "West"}, ()),
    ("web", ("fact_web_events", "inside_the_session"), lambda row: row["sequence_in_session"] == 1,
     {"event_timestamp": plus("event_timestamp", -SECOND)}, ()),
    ("web", ("fact_web_events", "customer_is_the_sessions"), lambda row: (row["customer_key"] or 0) > 1, {"customer_key": 1}, ()),
    ("web", ("fact_web_events", "revenue_of_purchases"), lambda row: row["event_type"] == "purchase", {"revenue": None}, ()),
    ("web", ("fact_web_events", "revenue_positive"), lambda row: row["revenue"] is not None,
     {"revenue": decimal.Decimal("0.00")}, ()),
    ("web", ("fact_web_events", "purchase_is_a_conversion"), lambda row: row["event_type"] == "page_view",
     {"event_type": "purchase", "revenue": decimal.Decimal("9.99")}, ()),
    ("web", ("fact_web_events", "products_of_product_events"), lambda row: row["event_type"] == "product_view",
     {"product_key": None}, ()),
    ("web", ("fact_web_events", "known_event"), lambda row: row["event_type"] == "search", {"event_type": "hover"}, ()),
    ("web", ("fact_web_events", "one_place_a_session"), lambda row: row["sequence_in_session"] == 2,
     {"sequence_in_session": 1}, ()),
]


@pytest.mark.parametrize("pair, rule, where, values, also", MUTATIONS, ids=[".".join(m[1]) for m in MUTATIONS])
def test_one_broken_row_breaks_that_rule(program, request, tmp_path, pair, rule, where, values, also):
    breaks_its_rule(program, request.getfixturevalue(pair).star, tmp_path, rule, (where, values), also)
