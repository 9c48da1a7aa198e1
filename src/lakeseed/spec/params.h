// Typed access to the parameters of one generator, with places on every error.
//
// A generator reads its parameters by name; what it did not read is an unknown
// key, reported with the nearest valid name by Finish(). Errors are collected,
// so all of a file's mistakes show at once.
//
// Thread safety: none; used while binding, on one thread.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeseed/spec/dataset_spec.h"

namespace lakeseed {

/// A decimal number as written: value = unscaled / 10^scale.
struct DecimalValue {
  int64_t unscaled = 0;
  int32_t scale = 0;
  double ToDouble() const;
};

class Params {
 public:
  /// `path` is the dotted path for errors ("orders.customer_id").
  /// `constant` evaluates a constant expression (a parameter, `main`) to a
  /// number's text; nullptr means that only literals are allowed.
  using ConstantEvaluator = std::function<arrow::Result<std::string>(const SpecNode&)>;
  Params(const GeneratorCall& call, std::string path,
         ConstantEvaluator constant = nullptr);

  const std::string& generator() const;
  const std::string& path() const;

  /// True if the call gave a mapping (or a null); false: one scalar or list.
  bool is_mapping() const;
  /// The whole value: {uniform: [1, 5]} -> the sequence. Does not count as reading
  /// the keys of a mapping; Find("") and GetWeights("") do.
  const SpecNode& value() const;
  bool Has(std::string_view key) const;
  /// Value of `key`, marked as read; nullptr when absent. With an empty key: the
  /// value itself with all its keys; nullptr when it is null.
  const SpecNode* Find(std::string_view key);

  /// Read a required value. With an empty key: the value itself.
  arrow::Result<int64_t> GetInt64(std::string_view key);
  arrow::Result<double> GetDouble(std::string_view key);
  arrow::Result<DecimalValue> GetDecimal(std::string_view key);
  arrow::Result<bool> GetBool(std::string_view key);
  arrow::Result<std::string> GetText(std::string_view key);
  arrow::Result<int32_t> GetDate(std::string_view key);
  /// "2h", "3d", "30m", "45s", "2w" -> microseconds.
  arrow::Result<int64_t> GetDuration(std::string_view key);
  /// {USD: 0.9, EUR: 0.1} or [a, b, c] (equal weights), in file order.
  arrow::Result<std::vector<std::pair<SpecNode, double>>> GetWeights(
      std::string_view key);

  arrow::Result<int64_t> GetInt64Or(std::string_view key, int64_t fallback);
  arrow::Result<double> GetDoubleOr(std::string_view key, double fallback);
  arrow::Result<bool> GetBoolOr(std::string_view key, bool fallback);
  arrow::Result<std::string> GetTextOr(std::string_view key, std::string fallback);

  /// An error at `key` (or at the call, when the key is absent or empty).
  arrow::Status Error(std::string_view key, std::string reason,
                      std::optional<std::string> value = std::nullopt,
                      std::string hint = "") const;

  /// Errors for all keys nobody read, each with the nearest name that was asked
  /// for; and for a plain value that nobody read.
  arrow::Status Finish() const;

 private:
  /// Value of a required key, or why there is none.
  arrow::Result<const SpecNode*> Require(std::string_view key);
  /// Text of a scalar that must be a number; expressions go to constant_.
  arrow::Result<std::string> NumberText(std::string_view key);
  std::string PathOf(std::string_view key) const;

  GeneratorCall call_;
  std::string path_;
  ConstantEvaluator constant_;
  std::set<std::string, std::less<>> asked_;
  mutable bool value_read_ = false;
};

}  // namespace lakeseed
