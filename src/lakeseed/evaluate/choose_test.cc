// Choose: each expression over the five rows of expression_case.h.

#include <gtest/gtest.h>

#include "lakeseed/evaluate/expression_case.h"

namespace lakeseed {
namespace {

constexpr ExpressionCase kCases[] = {
    {"coalesce(a, 0)", "int64: 7 -7 0 0 2000000000"},
    {"coalesce(a, b, 1)", "int64: 7 -7 5 0 2000000000"},
    {"coalesce(p, 0)", "decimal(12,2): 10.50 -0.05 0.00 0.00 9999999999.99"},
    {"coalesce(p, q)", "decimal(14,4): 10.5000 -0.0500 0.5000 0.0000 9999999999.9900"},
    {"coalesce(p * 2, 0) - coalesce(n, -1)",
     "decimal(13,2): 20.00 -2.10 -3.00 1.00 19999999994.98"},
    {"coalesce(a, null)", "int64: 7 -7 null 0 2000000000"},
    {"coalesce(null, a)", "int64: 7 -7 null 0 2000000000"},
    {"coalesce(x, 0)", "float64: 0.5 -1.25 0 0.1 1000000.25"},
    {"coalesce(t, 'none')", "text: 'Ann' 'bob smith' '' 'none' 'Zoë-Éva'"},
    {"coalesce(s, 'none')", "codes: 'CA' 'NY' 'none' 'TX' 'CA'"},
    {"coalesce(s, k, 'none')", "codes: 'CA' 'NY' 'shop' 'TX' 'CA'"},
    {"coalesce(s, t)", "text: 'CA' 'NY' '' 'TX' 'CA'"},
    {"coalesce(f, g)", "bool: true false null true false"},
    {"coalesce(f, false)", "bool: true false false true false"},
    {"coalesce(d, e)", "date: 2024-02-29 1969-12-31 1970-01-02 2023-01-01 2024-12-30"},
    {"coalesce(d, z)",
     "timestamp_us: 2024-02-29T00:00:00 1969-12-31T00:00:00 null 2023-01-01T00:00:00 "
     "2024-12-30T00:00:00"},
    {"coalesce(null, null)", "null: null null null null null"},
    {"nullif(a, 0)", "int64: 7 -7 null null 2000000000"},
    {"nullif(p, 10.5)", "decimal(12,2): null -0.05 null 0.00 9999999999.99"},
    {"nullif(s, 'CA')", "codes: null 'NY' null 'TX' null"},
    {"nullif(t, u)", "text: 'Ann' 'bob smith' '' null 'Zoë-Éva'"},
    {"case when a > 0 then 'plus' when a < 0 then 'minus' else 'zero' end",
     "codes: 'plus' 'minus' 'zero' 'zero' 'plus'"},
    {"case when a > 0 then 'plus' end", "codes: 'plus' null null null 'plus'"},
    {"case when f then p else q end",
     "decimal(14,4): 10.5000 -1.2345 0.5000 0.0000 0.0001"},
    {"case when f then s when g then k end", "codes: 'CA' null null 'TX' null"},
    {"case when f then s else 'none' end", "codes: 'CA' 'none' 'none' 'TX' 'none'"},
    {"case when f then t else s end", "text: 'Ann' 'NY' null null 'CA'"},
    {"case when f then 1 else 2.50 end", "decimal(3,2): 1.00 2.50 2.50 1.00 2.50"},
    {"case when null then 1 else 2 end", "int64: 2 2 2 2 2"},
    {"case when a <> 0 then 100 % a else 0 end", "int64: 2 2 0 0 100"},
    {"case when f then f else g end", "bool: true true null true false"},
    {"case when a is null then null else d end",
     "date: 2024-02-29 1969-12-31 null 2023-01-01 2024-12-30"},
    {"if(f, 'yes', 'no')", "codes: 'yes' 'no' 'no' 'yes' 'no'"},
    {"if(a > 0, a, null)", "int64: 7 null null null 2000000000"},
    {"'web'", "codes: 'web' 'web' 'web' 'web' 'web'"},
    {"null", "null: null null null null null"},
    {"true", "bool: true true true true true"},
    {"date '2024-01-31'", "date: 2024-01-31 2024-01-31 2024-01-31 2024-01-31 2024-01-31"},
    {"12.50", "decimal(4,2): 12.50 12.50 12.50 12.50 12.50"},
    {"case when x < 1 then x else y end", "float64: 0.5 -1.25 8 0.1 3"},
    {"greatest(a, b, n)", "int64: 7 3 null null 9223372036854775807"},
    {"case when b > 3 then b else n * 2 end", "int64: 2 4 5 null 9223372036854775807"},
};

TEST(Choose, GivesTheValuesOfTheTable) { ExpectCases(kCases); }

}  // namespace
}  // namespace lakeseed
