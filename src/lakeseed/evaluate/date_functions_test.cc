// DateFunctions: each expression over the five rows of expression_case.h.

#include <gtest/gtest.h>

#include "lakeseed/evaluate/expression_case.h"

namespace lakeseed {
namespace {

constexpr ExpressionCase kCases[] = {
    {"date(z)", "date: 2024-02-29 1969-12-31 null 2023-01-01 2024-12-30"},
    {"date(v)", "date: 2024-02-29 null 1970-01-01 2023-01-01 1970-01-01"},
    {"date(d)", "date: 2024-02-29 1969-12-31 null 2023-01-01 2024-12-30"},
    {"year(d)", "int64: 2024 1969 null 2023 2024"},
    {"month(d)", "int64: 2 12 null 1 12"},
    {"day(z)", "int64: 29 31 null 1 30"},
    {"quarter(d)", "int64: 1 4 null 1 4"},
    {"weekday(d)", "int64: 4 3 null 7 1"},
    {"iso_week(d)", "int64: 9 1 null 52 1"},
    {"iso_year(d)", "int64: 2024 1970 null 2022 2025"},
    {"day_name(d)", "text: 'Thursday' 'Wednesday' null 'Sunday' 'Monday'"},
    {"month_name(z)", "text: 'February' 'December' null 'January' 'December'"},
    {"is_holiday(d)", "bool: false false null true false"},
    {"holiday_name(d)", "text: null null null 'New Year's Day' null"},
    {"coalesce(holiday_name(d + 2), '-')", "text: '-' '-' '-' '-' 'New Year's Day'"},
    {"is_holiday(date '2024-11-28')", "bool: true true true true true"},
    {"holiday_name(date '2024-06-19') = 'Juneteenth'", "bool: true true true true true"},
    {"holiday_name(date '2024-07-05') is null", "bool: true true true true true"},
    {"day_of_year(d)", "int64: 60 365 null 1 365"},
    {"date_key(d)", "int64: 20240229 19691231 null 20230101 20241230"},
    {"time_key(z)", "int64: 2330 2359 null 0 1200"},
    {"time_key(z, 'America/New_York')", "int64: 1830 1859 null 1900 700"},
    {"is_business_day(d)", "bool: true true null false true"},
    {"add_business_days(d, 1)", "date: 2024-03-01 1970-01-02 null 2023-01-03 2024-12-31"},
    {"add_business_days(d, 0)", "date: 2024-02-29 1969-12-31 null 2023-01-03 2024-12-30"},
    {"add_business_days(d, -1)",
     "date: 2024-02-28 1969-12-30 null 2022-12-30 2024-12-27"},
    {"hour(z)", "int64: 23 23 null 0 12"},
    {"minute(z)", "int64: 30 59 null 0 0"},
    {"last_day(d)", "date: 2024-02-29 1969-12-31 null 2023-01-31 2024-12-31"},
    {"first_day(d)", "date: 2024-02-01 1969-12-01 null 2023-01-01 2024-12-01"},
    {"add_months(d, 1)", "date: 2024-03-29 1970-01-31 null 2023-02-01 2025-01-30"},
    {"add_months(d, -12)", "date: 2023-02-28 1968-12-31 null 2022-01-01 2023-12-30"},
    {"d + 1", "date: 2024-03-01 1970-01-01 null 2023-01-02 2024-12-31"},
    {"1 + d", "date: 2024-03-01 1970-01-01 null 2023-01-02 2024-12-31"},
    {"d - n", "date: 2024-02-28 1969-12-29 null null 2024-12-25"},
    {"d - e", "int64: 12418 -1 null null 1087"},
    {"d + days(2)", "date: 2024-03-02 1970-01-02 null 2023-01-03 2025-01-01"},
    {"d + weeks(1)", "date: 2024-03-07 1970-01-07 null 2023-01-08 2025-01-06"},
    {"d + hours(5)",
     "timestamp_us: 2024-02-29T05:00:00 1969-12-31T05:00:00 null 2023-01-01T05:00:00 "
     "2024-12-30T05:00:00"},
    {"z + days(1)",
     "timestamp_us: 2024-03-01T23:30:00 1970-01-01T23:59:59.500000 null "
     "2023-01-02T00:00:00 2024-12-31T12:00:00"},
    {"z - hours(n)",
     "timestamp_us: 2024-02-29T22:30:00 1969-12-31T21:59:59.500000 null null "
     "2024-12-30T07:00:00"},
    {"z + minutes(90)",
     "timestamp_us: 2024-03-01T01:00:00 1970-01-01T01:29:59.500000 null "
     "2023-01-01T01:30:00 2024-12-30T13:30:00"},
    {"z - v > hours(0)", "bool: false null null false true"},
    {"z - d >= hours(12)", "bool: true true null false true"},
    {"days(1) = hours(24)", "bool: true true true true true"},
    {"z + 2 * days(1)",
     "timestamp_us: 2024-03-02T23:30:00 1970-01-02T23:59:59.500000 null "
     "2023-01-03T00:00:00 2025-01-01T12:00:00"},
    {"timestamp(d)",
     "timestamp_us: 2024-02-29T00:00:00 1969-12-31T00:00:00 null 2023-01-01T00:00:00 "
     "2024-12-30T00:00:00"},
    {"date_diff_days(e, d)", "int64: 12418 -1 null null 1087"},
    {"date_diff_days(d, z)", "int64: 0 0 null 0 0"},
    {"age_years(e, d)", "int64: 33 -1 null null 2"},
    {"age_years(date '2000-02-29', date '2024-02-28')", "int64: 23 23 23 23 23"},
    {"seconds_between(d, z)", "int64: 84600 86399 null 0 43200"},
    {"date(z) >= d", "bool: true true null true true"},
    {"date '2024-03-01' - date '2024-02-01'", "int64: 29 29 29 29 29"},
};

TEST(DateFunctions, GivesTheValuesOfTheTable) { ExpectCases(kCases); }

}  // namespace
}  // namespace lakeseed
