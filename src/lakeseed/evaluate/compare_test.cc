// Compare: each expression over the five rows of expression_case.h.

#include <gtest/gtest.h>

#include "lakeseed/evaluate/expression_case.h"

namespace lakeseed {
namespace {

constexpr ExpressionCase kCases[] = {
    {"a > 0", "bool: true false null false true"},
    {"a = 7", "bool: true false null false false"},
    {"a == 7.00", "bool: true false null false false"},
    {"p > q", "bool: true true null null true"},
    {"p >= 10.5", "bool: true false null false true"},
    {"p != 0", "bool: true true null false true"},
    {"p <> 0", "bool: true true null false true"},
    {"x < y", "bool: true true null null false"},
    {"x < 1", "bool: true true null true false"},
    {"a < x", "bool: false true null true false"},
    {"t < 'b'", "bool: true false true null true"},
    {"t = u", "bool: false false false null null"},
    {"t = 'Ann'", "bool: true false false null false"},
    {"s = 'CA'", "bool: true false null false true"},
    {"'CA' = s", "bool: true false null false true"},
    {"s != 'CA'", "bool: false true null true false"},
    {"s < 'NY'", "bool: true false null false true"},
    {"s = u", "bool: false false null true null"},
    {"s = k", "bool: false null null false false"},
    {"k = null", "bool: null null null null null"},
    {"d > e", "bool: true false null null true"},
    {"d = date '2024-02-29'", "bool: true false null false false"},
    {"z > d", "bool: true true null false true"},
    {"z >= d", "bool: true true null true true"},
    {"f = g", "bool: null false null false true"},
    {"f != true", "bool: false true null false true"},
    {"null = null", "bool: null null null null null"},
    {"f and g", "bool: null false null false false"},
    {"f or g", "bool: true true null true false"},
    {"not f", "bool: false true null false true"},
    {"not (f and g)", "bool: null true null true true"},
    {"f and true", "bool: true false null true false"},
    {"f and false", "bool: false false false false false"},
    {"f or true", "bool: true true true true true"},
    {"f and null", "bool: null false null null false"},
    {"g or null", "bool: null true null null null"},
    {"null and false", "bool: false false false false false"},
    {"a in (7, 0)", "bool: true false null true false"},
    {"a not in (7, 0)", "bool: false true null false true"},
    {"a in (7, null)", "bool: true null null null null"},
    {"a not in (7, null)", "bool: false null null null null"},
    {"a in (7.0, 0.5)", "bool: true false null false false"},
    {"s in ('CA', 'TX')", "bool: true false null true true"},
    {"s not in ('CA')", "bool: false true null true false"},
    {"t in ('Ann', 'Zoë-Éva')", "bool: true false false null true"},
    {"a in (b, 7)", "bool: true false null null false"},
    {"a in (1,2,3,4,5,6,7,8,9)", "bool: true false null false false"},
    {"d in (date '2024-02-29', date '2000-01-01')", "bool: true false null false false"},
    {"a between 0 and 10", "bool: true false null true false"},
    {"a not between 0 and 10", "bool: false true null false true"},
    {"p between -1 and 20", "bool: true true null true false"},
    {"d between e and date '2024-06-01'", "bool: true false null null false"},
    {"a is null", "bool: false false true false false"},
    {"a is not null", "bool: true true false true true"},
    {"f is null", "bool: false false true false false"},
    {"null is null", "bool: true true true true true"},
    {"s is null", "bool: false false true false false"},
    {"t like 'A%'", "bool: true false false null false"},
    {"t like '%o%'", "bool: false true false null true"},
    {"t like '___'", "bool: true false false null false"},
    {"t like 'Zo_-%'", "bool: false false false null true"},
    {"t not like '%n'", "bool: false true true null true"},
    {"s like 'C%'", "bool: true false null false true"},
    {"u like 'a%%b'", "bool: false false true false null"},
};

TEST(Compare, GivesTheValuesOfTheTable) { ExpectCases(kCases); }

}  // namespace
}  // namespace lakeseed
