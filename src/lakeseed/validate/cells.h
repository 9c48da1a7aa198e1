// Cells of arrays: as integers, as texts, for people; and where two arrays differ.
//
// Thread safety: pure functions.

#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lakeseed {

/// Integers, decimals of 18 digits, dates, times, booleans: one integer each.
bool HoldsIntegers(const arrow::DataType& type);

/// The integers of an array; some value under nulls. REQUIRES: HoldsIntegers(type)
/// or boolean.
void ReadIntegers(const arrow::Array& array, std::vector<int64_t>* out);

/// Texts: utf8 or a dictionary of it.
bool IsTextLike(const arrow::DataType& type);
/// REQUIRES: IsTextLike, not null.
std::string_view TextAt(const arrow::Array& array, int64_t i);

/// One cell for people; "null" for null.
std::string CellText(const arrow::Array& array, int64_t i);
/// An integer as a value of the type: a date, an amount.
std::string IntegerText(int64_t value, const arrow::DataType& type);

/// Call `differ` for each row where the two are not equal; nulls equal nulls. With
/// `nulls_pass` rows where `found` is null are left out. REQUIRES: equal lengths,
/// types equal but for dictionaries.
void ForEachDifference(const arrow::Array& expected, const arrow::Array& found,
                       bool nulls_pass, const std::function<void(int64_t)>& differ);

}  // namespace lakeseed
