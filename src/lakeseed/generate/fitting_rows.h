// FittingRows: rows of a vocabulary table that fit a row of ours: its age lies in their
// range, its code is theirs, its sex has a weight of its own.
//
// Law: among the rows that fit, each is drawn in proportion to its weight; if `prefer`
// leaves none, as if it were not said; if none fits at all, there is no row.
//
// Thread safety: immutable after Read().

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {

class FittingRows {
 public:
  /// Read `where`, `between`, `prefer`, `weight` and `weight_by`.
  /// \retval Invalid  a mistake in them (SpecErrors with the place)
  static arrow::Result<FittingRows> Read(Params& params, BindContext& context,
                                         const VocabularyTable& table);

  /// Whether any row of ours may find none.
  bool may_fail() const { return has_conditions_; }

  /// Row of the table for each wanted row, or -1.
  arrow::Result<std::vector<int64_t>> Pick(const Key& key,
                                           const GenerateRequest& request) const;

 private:
  using Numbers = std::map<std::string, int32_t, std::less<>>;
  struct Law {
    std::vector<int32_t> rows;
    AliasTable table;
  };
  /// A column of the table that a value of the row must be equal to.
  struct Match {
    int input = -1;           ///< -1: not said.
    Numbers numbers;          ///< Of the column's texts.
    std::vector<int32_t> of;  ///< Number of each row of the table.
    int64_t size() const { return input < 0 ? 1 : static_cast<int64_t>(numbers.size()); }
  };

  arrow::Result<Match> ReadMatch(Params& params, BindContext& context,
                                 const VocabularyTable& table, std::string_view key);
  arrow::Status ReadRange(Params& params, BindContext& context,
                          const VocabularyTable& table);
  arrow::Status ReadWeights(Params& params, BindContext& context,
                            const VocabularyTable& table);
  arrow::Status MakeLaws();
  /// Number of a law of these rows, made if it is new; -1 if there are none.
  arrow::Result<int32_t> LawOf(
      size_t weights, std::vector<int32_t> rows,
      std::map<std::pair<size_t, std::vector<int32_t>>, int32_t>* known);
  size_t PlaceOf(int64_t weights, int64_t where, int64_t prefer, int64_t value) const;

  int64_t num_rows_ = 0;
  bool has_conditions_ = false;
  Match where_, prefer_;
  int value_ = -1, by_ = -1;  ///< Inputs of `between` and of `weight_by`.
  Numbers weight_numbers_;
  std::vector<int64_t> low_, high_;
  int64_t least_ = 0, values_ = 1;  ///< Values between the least low and greatest high.
  std::vector<std::vector<double>> weights_;
  std::vector<Law> laws_;
  std::vector<int32_t> law_of_;  ///< By weights, where, prefer and value.
};

}  // namespace lakeseed
