// TestContext: a bind context for tests of generators, with made-up rows and inputs.
//
//   TestContext context;
//   context.set_stated_type(arrow::decimal64(12, 2));
//   context.AddText("channel", {"online", "in_store"});
//   auto generator = context.Bind("{uniform: [1, 6]}");
//   auto values = context.Generate(**generator, Rows(RowRange{0, 1000}));
//
// Inputs known from the start: $row, $day, $time, $as_of, channel (text of two
// values), first, last (text). An unknown one is an error.
//
// Thread safety: Generate() may be called from many threads after binding.

#pragma once

#include <arrow/api.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/day_totals.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/row_space.h"
#include "lakeseed/spec/node.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {

/// Rows as tests want them: static (no day) or so many a day.
class TestRowSpace final : public RowSpace {
 public:
  /// `per_day` == 0: static rows, `count` of them (-1: a million, but not fixed).
  explicit TestRowSpace(int64_t count = -1, int64_t per_day = 0)
      : count_(count), per_day_(per_day) {}

  RowRange Extent(DaySpan days) const override {
    if (per_day_ == 0) return {0, count_ < 0 ? 1'000'000 : count_};
    return {days.first * per_day_, (days.last + 1) * per_day_};
  }
  void DaysOf(const Rows& rows, int32_t* days) const override {
    for (int64_t i = 0; i < rows.length(); ++i) {
      days[i] = per_day_ == 0 ? -1 : static_cast<int32_t>(rows[i] / per_day_);
    }
  }
  bool has_times() const override { return per_day_ > 0; }
  void TimesOf(const Rows& rows, int64_t* times) const override {
    for (int64_t i = 0; i < rows.length(); ++i) {
      const int64_t day = rows[i] / per_day_;
      times[i] =
          DayStart(static_cast<int32_t>(day)) + (rows[i] % per_day_) * (kDay / per_day_);
    }
  }
  int64_t DayStart(int32_t day) const override { return (kEpoch + int64_t{day}) * kDay; }
  int64_t fixed_count() const override { return per_day_ == 0 ? count_ : -1; }

  static constexpr int32_t kEpoch = 19358;  ///< 2023-01-01.
  static constexpr int64_t kDay = 86'400'000'000;

 private:
  int64_t count_, per_day_;
};

/// On day d the things 0, 1, …, 4095 have totals of UnitsOf(thing, d).
class EvenTotals final : public DayTotals {
 public:
  static constexpr int64_t kThings = 4096;
  static int64_t UnitsOf(int64_t i, int32_t day) { return (i * 7 + day * 3) % 11; }
  arrow::Result<TotalsPtr> Of(DaySpan days) const override;
  arrow::Result<TotalsPtr> OfAll(DaySpan days) const override { return Of(days); }
};

class TestContext final : public BindContext {
 public:
  using Values = std::function<std::shared_ptr<arrow::Array>(const Rows&)>;

  explicit TestContext(int64_t seed = 42) : seed_(seed) { AddKnownInputs(); }

  void set_stated_type(std::shared_ptr<arrow::DataType> type) { type_ = std::move(type); }
  void set_rows(const RowSpace* rows) { rows_ = rows; }
  void set_column(std::string column) { column_ = std::move(column); }
  /// Let an expression be asked for; later calls replace earlier ones.
  void AddInput(const std::string& name, std::shared_ptr<arrow::DataType> type,
                Values values);
  /// Texts drawn evenly, as utf8 or as dictionary codes.
  void AddText(const std::string& name, std::vector<std::string> texts);
  void AddCategory(const std::string& name, std::vector<std::string> texts);
  /// Integers as int64, date32 or timestamp[us, UTC], from the row number.
  void AddInt64(const std::string& name, std::function<int64_t(int64_t)> value,
                std::shared_ptr<arrow::DataType> type = arrow::int64());
  /// A struct of inputs already added; its field names are theirs.
  void AddStruct(const std::string& name, std::vector<std::string> inputs);
  void AddTable(const std::string& name, const RowSpace* rows) { tables_[name] = rows; }

  /// Bind `yaml`, a mapping whose one key is the generator's name.
  arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(const GeneratorDef& def,
                                                       std::string_view yaml);
  arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(std::string_view yaml);

  /// All fields of a struct generator, or those wanted.
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(const ColumnGenerator& generator,
                                                        const Rows& rows) const;
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(const ColumnGenerator& generator,
                                                        const Rows& rows,
                                                        std::vector<int> fields) const;
  arrow::ArrayVector InputsOf(const Rows& rows) const;

  Key key(std::string_view purpose) const override {
    return StreamKey(seed_, {"1", "test", "table", column_, purpose});
  }
  const std::shared_ptr<arrow::DataType>& stated_type() const override { return type_; }
  const RowSpace& rows() const override { return *rows_; }
  int32_t epoch() const override { return TestRowSpace::kEpoch; }
  DateRange window() const override { return {epoch(), epoch() + 729}; }
  const DirtSpec* dirt() const override { return nullptr; }
  Key column_key(std::string_view column, std::string_view purpose) const override {
    return StreamKey(seed_, {column, purpose});
  }
  arrow::Result<BoundInput> Input(const SpecNode& expression) override;
  arrow::Result<BoundInput> Input(std::string_view expression) override;
  arrow::Result<ReferencedTable> Table(const std::string& name,
                                       const Place& place) override;
  /// Of any table: what EvenTotals says.
  arrow::Result<std::shared_ptr<const DayTotals>> Totals(
      const std::string& table, const Place& place, const SpecNode& value,
      std::span<const KeyMatch> keys) override;

 private:
  struct Column {
    std::shared_ptr<arrow::DataType> type;
    Values values;
  };
  void AddKnownInputs();

  int64_t seed_;
  std::string column_ = "column";
  std::shared_ptr<arrow::DataType> type_;
  TestRowSpace static_rows_;
  const RowSpace* rows_ = &static_rows_;
  std::map<std::string, const RowSpace*, std::less<>> tables_;
  std::map<std::string, Column, std::less<>> columns_;
  std::vector<std::string> asked_;  ///< In the order of their indices.
};

}  // namespace lakeseed
