// NumberInput: a parameter of a generator that is a number, or an expression over the
// row: `sigma: 0.02`, `sigma: 0.02 per day`, `start: symbols.base_price`.
//
// Thread safety: immutable.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <string_view>

#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {

class NumberInput {
 public:
  /// The numbers of the rows of one request.
  class Values {
   public:
    double operator[](int64_t i) const {
      if (nulls_ != nullptr && IsNull(i)) return fallback_;
      if (doubles_ != nullptr) return doubles_[i];
      if (narrow_ != nullptr) return narrow_[i];
      return wide_ == nullptr ? fallback_ : static_cast<double>(wide_[i]) / scale_;
    }

   private:
    friend class NumberInput;
    bool IsNull(int64_t i) const;

    const arrow::Array* nulls_ = nullptr;  ///< The array, if any of it is null.
    const double* doubles_ = nullptr;
    const int64_t* wide_ = nullptr;
    const int32_t* narrow_ = nullptr;
    double scale_ = 1;     ///< 10^scale of decimals.
    double fallback_ = 0;  ///< The constant, and what null counts as.
  };

  NumberInput() = default;

  /// `unit` may stand after a constant ("per day").
  static arrow::Result<NumberInput> Read(Params& params, BindContext& context,
                                         std::string_view key, double fallback,
                                         std::string_view unit = "");

  Values Of(const GenerateRequest& request) const;
  bool is_constant() const { return input_ < 0; }
  /// The constant, or what null counts as.
  double constant() const { return constant_; }

 private:
  int input_ = -1;
  double constant_ = 0;
};

}  // namespace lakeseed
