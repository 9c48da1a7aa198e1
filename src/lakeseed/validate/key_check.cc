// key: the key column counts the rows. unique: columns, and groups of columns,
// that have no duplicates.

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/cell.h"
#include "lakeseed/spec/frequency.h"
#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/relations.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

// Keys are row numbers counted from 1; a copy of a population has those of the living
// in their order, a day of late rows those of the rows that arrive on it.
class KeyCheck final : public TableCheck {
 public:
  KeyCheck(Check check, int64_t max_examples, std::string column, int slot, bool has_gaps)
      : TableCheck(std::move(check), max_examples),
        column_(std::move(column)),
        slot_(slot),
        has_gaps_(has_gaps) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    const auto& keys = *block.slots[static_cast<size_t>(slot_)];
    ReadIntegers(keys, &values_);
    if (block.file->day != day_) last_ = 0;
    day_ = block.file->day;
    for (int64_t i = 0; i < block.length; ++i) {
      const int64_t key = values_[static_cast<size_t>(i)];
      const int64_t expected = has_gaps_ ? last_ + 1 : block.table_row + i + 1;
      const bool is_right = has_gaps_ ? key >= expected : key == expected;
      if (keys.IsValid(i)) last_ = std::max(last_, key);
      if (keys.IsValid(i) && is_right) continue;
      Found(block, i, column_,
            fmt::format("{}{}", has_gaps_ ? "at least " : "", expected),
            HasRoom() ? CellText(keys, i) : "");
    }
    return arrow::Status::OK();
  }

 private:
  const std::string column_;
  const int slot_;
  const bool has_gaps_;
  std::optional<int32_t> day_;
  int64_t last_ = 0;
  std::vector<int64_t> values_;
};

constexpr int64_t kMostReserved = 100'000'000;

// 128 bits of a cell or a group of cells, and where it stands.
struct Fingerprint {
  uint64_t a = 0x9AE16A3B2F90404F, b = 0xC949D7C7509E6557;
  uint32_t block = 0, row = 0;

  void Mix(uint64_t word) {
    a = (a ^ word) * 0x9E3779B97F4A7C15;
    a ^= a >> 32;
    b = (b + word) * 0xD6E8FEB86659FD93;
    b ^= b >> 29;
  }
  void Mix(std::string_view text) {
    Mix(text.size());
    while (!text.empty()) {
      const size_t size = std::min<size_t>(text.size(), 8);
      uint64_t word = 0;
      for (size_t i = 0; i < size; ++i) {
        word |= static_cast<uint64_t>(static_cast<unsigned char>(text[i])) << (8 * i);
      }
      Mix(word);
      text.remove_prefix(size);
    }
  }
  bool SameValue(const Fingerprint& other) const { return a == other.a && b == other.b; }
};

// Equal values have equal fingerprints; two different ones of 10^9 rows meet with a
// probability of 10^-20.
class UniqueCheck final : public TableCheck {
 public:
  UniqueCheck(Check check, int64_t max_examples, std::vector<std::string> columns,
              std::vector<int> slots, int64_t rows)
      : TableCheck(std::move(check), max_examples),
        columns_(std::move(columns)),
        slots_(std::move(slots)),
        rows_(rows) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    if (StaysDense(block)) return arrow::Status::OK();
    std::vector<Fingerprint> marks(static_cast<size_t>(block.length));
    std::vector<uint8_t> null(static_cast<size_t>(block.length), 0);
    // A manifest may lie, so not more than is sane.
    if (seen_.empty())
      seen_.reserve(static_cast<size_t>(std::clamp<int64_t>(rows_, 0, kMostReserved)));
    for (const int slot : slots_)
      Mix(*block.slots[static_cast<size_t>(slot)], &marks, &null);
    for (int64_t i = 0; i < block.length; ++i) {
      Fingerprint& mark = marks[static_cast<size_t>(i)];
      // As in SQL, nulls are no duplicates.
      if (null[static_cast<size_t>(i)] || block.IsDirty(i)) continue;
      mark.block = static_cast<uint32_t>(places_.size());
      mark.row = static_cast<uint32_t>(i);
      seen_.push_back(mark);
    }
    places_.push_back({block.file->path, block.row_in_file, block.length});
    return arrow::Status::OK();
  }

  arrow::Status End() override {
    std::sort(seen_.begin(), seen_.end(), [](const Fingerprint& x, const Fingerprint& y) {
      return std::tie(x.a, x.b, x.block, x.row) < std::tie(y.a, y.b, y.block, y.row);
    });
    for (size_t i = 1; i < seen_.size(); ++i) {
      if (!seen_[i].SameValue(seen_[i - 1])) continue;
      ++check_.violations;
      if (!HasRoom()) continue;
      const auto& [file, row, length] = places_[seen_[i].block];
      const auto& [first_file, first_row, first_length] = places_[seen_[i - 1].block];
      check_.examples.push_back({file, row + seen_[i].row, Names(), "a value of its own",
                                 fmt::format("the same as {} row {}", first_file,
                                             first_row + seen_[i - 1].row)});
    }
    seen_ = {};
    return arrow::Status::OK();
  }

 private:
  void Mix(const arrow::Array& array, std::vector<Fingerprint>* marks,
           std::vector<uint8_t>* null) {
    const bool text = IsTextLike(*array.type());
    const bool integer =
        HoldsIntegers(*array.type()) || array.type_id() == arrow::Type::BOOL;
    if (integer) ReadIntegers(array, &values_);
    for (int64_t i = 0; i < array.length(); ++i) {
      const auto at = static_cast<size_t>(i);
      if (array.IsNull(i)) {
        (*null)[at] = 1;
      } else if (text) {
        (*marks)[at].Mix(TextAt(array, i));
      } else if (integer) {
        (*marks)[at].Mix(static_cast<uint64_t>(values_[at]));
      } else {
        (*marks)[at].Mix(CellText(array, i));
      }
    }
  }
  std::string Names() const {
    std::string text;
    for (const std::string& name : columns_) text += (text.empty() ? "" : ", ") + name;
    return text;
  }

  struct Place {
    std::string file;
    int64_t row, length;
  };

  // A column that counts up by one needs no memory; true while it does.
  bool StaysDense(const RowBlock& block) {
    if (!dense_) return false;
    const arrow::Array& array = *block.slots[static_cast<size_t>(slots_[0])];
    dense_ =
        slots_.size() == 1 && HoldsIntegers(*array.type()) && array.null_count() == 0;
    if (dense_) ReadIntegers(array, &values_);
    if (dense_ && places_.empty()) first_ = next_ = values_[0];
    for (int64_t i = 0; dense_ && i < block.length; ++i) {
      dense_ = values_[static_cast<size_t>(i)] == next_ + i;
    }
    if (dense_) {
      next_ += block.length;
      places_.push_back({block.file->path, block.row_in_file, block.length});
    } else {
      Spread();
    }
    return dense_;
  }

  // Remember the rows that were passed while the column was dense.
  void Spread() {
    int64_t value = first_;
    for (size_t b = 0; b < places_.size(); ++b) {
      for (int64_t i = 0; i < places_[b].length; ++i) {
        Fingerprint mark;
        mark.Mix(static_cast<uint64_t>(value++));
        mark.block = static_cast<uint32_t>(b);
        mark.row = static_cast<uint32_t>(i);
        seen_.push_back(mark);
      }
    }
  }

  const std::vector<std::string> columns_;
  const std::vector<int> slots_;
  const int64_t rows_;  ///< Of the table, as stated.
  bool dense_ = true;
  int64_t first_ = 0, next_ = 0;
  std::vector<Fingerprint> seen_;
  std::vector<Place> places_;
  std::vector<int64_t> values_;
};

void AddUnique(CheckBuilder& builder, const std::string& name,
               const std::vector<std::string>& columns) {
  std::vector<int> slots;
  for (const std::string& column : columns) {
    const auto slot = builder.scope().Column(column);
    if (!slot.ok()) return builder.Skip("unique", name, slot.status());
    slots.push_back(slot->index);
  }
  builder.Add(std::make_unique<UniqueCheck>(builder.Start("unique", name),
                                            builder.max_examples(), columns, slots,
                                            builder.scope().own().facts->num_rows));
}

}  // namespace

void MakeKeyChecks(CheckBuilder& builder) {
  const std::string key = KeyColumn(builder.table());
  if (key.empty()) return;
  const auto slot = builder.scope().Column(key);
  if (!slot.ok()) return builder.Skip("key", key, slot.status());
  if (!HoldsIntegers(*slot->type)) {
    return builder.Skip("key", key, arrow::Status::NotImplemented("is not an integer"));
  }
  const TableSpec& root = RootOf(builder.dataset(), builder.table());
  const DayKind kind = builder.scope().own().kind;
  const bool has_gaps = kind == DayKind::kArrivals ||
                        (kind == DayKind::kCopies && !root.rows && !root.history);
  builder.Add(std::make_unique<KeyCheck>(
      builder.Start("key", key), builder.max_examples(), key, slot->index, has_gaps));
}

void MakeUniqueChecks(CheckBuilder& builder) {
  for (const ColumnSpec& column : builder.table().columns) {
    const bool code = column.generator && column.generator->name == "unique_code";
    if (column.unique || code || (column.generator && column.generator->name == "key")) {
      AddUnique(builder, column.name, {column.name});
    }
  }
  for (const RuleSpec& rule : builder.table().rules) {
    if (!rule.unique.empty()) AddUnique(builder, rule.name, rule.unique);
  }
}

}  // namespace lakeseed
