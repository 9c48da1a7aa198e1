#include "lakeseed/generate/day_values.h"

#include <arrow/api.h>
#include <arrow/util/bit_util.h>

#include <algorithm>
#include <utility>

#include "lakeseed/base/large_pages.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/flat_width.h"
#include "lakeseed/generate/version_nodes.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

/// Values are kept once so many keys were asked for on a day as one in so many of the
/// rows: an empty word costs a small part of what making a value does.
constexpr int64_t kWorthIt = 8;
/// The words are more than a cache holds: they are fetched ahead.
constexpr size_t kAhead = 64;
constexpr int64_t kWordBytes = sizeof(uint64_t);

bool IsOneDay(const arrow::Int32Array& days) {
  const int32_t* const all = days.raw_values();
  return days.length() > 0 && std::all_of(all, all + days.length(),
                                          [&](int32_t day) { return day == all[0]; });
}

}  // namespace

class DayValues::Words {
 public:
  /// nullptr: no room in the budget, to which they return when they go, or in memory.
  static std::shared_ptr<Words> Make(int64_t num_rows, int64_t bytes,
                                     ByteBudget* budget) {
    if (!budget->Take(bytes)) return nullptr;
    std::shared_ptr<Words> words(new Words(num_rows, bytes, budget));
    return words->pages_.data() != nullptr ? words : nullptr;
  }
  ~Words() { budget_->Return(bytes_); }
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  /// Those of a node, by row. Who reads the first node's value of a row, and not 0, may
  /// read the other nodes' values too.
  uint64_t* Of(size_t place) const {
    return reinterpret_cast<uint64_t*>(pages_.data()) +
           static_cast<int64_t>(place) * num_rows_;
  }
  static uint64_t Load(uint64_t* word) {
    return std::atomic_ref(*word).load(std::memory_order_acquire);
  }
  static void Store(uint64_t* word, uint64_t value) {
    std::atomic_ref(*word).store(value, std::memory_order_release);
  }

 private:
  Words(int64_t num_rows, int64_t bytes, ByteBudget* budget)
      : num_rows_(num_rows),
        bytes_(bytes),
        budget_(budget),
        pages_(static_cast<size_t>(bytes)) {}

  const int64_t num_rows_, bytes_;
  ByteBudget* const budget_;
  const EmptyPages pages_;
};

std::unique_ptr<DayValues> DayValues::Make(const BoundDataset& dataset, int table,
                                           std::span<const int> nodes,
                                           ByteBudget* budget) {
  const BoundTable& bound = dataset.table(table);
  for (const int node : nodes) {
    const GraphNode& n = bound.graph[static_cast<size_t>(node)];
    if (!IsOfVersion(bound, node) || n.shape.nullable || WordWidth(*n.type) == 0 ||
        n.type->id() == arrow::Type::DICTIONARY) {
      return nullptr;
    }
  }
  std::unique_ptr<DayValues> values(new DayValues(dataset, table, nodes, budget));
  return budget->Has(values->BytesOfDay()) ? std::move(values) : nullptr;
}

DayValues::DayValues(const BoundDataset& dataset, int table, std::span<const int> nodes,
                     ByteBudget* budget)
    : dataset_(dataset),
      table_(table),
      nodes_(nodes.begin(), nodes.end()),
      program_(dataset, TargetsOf(table, nodes)),
      num_rows_(dataset.referable_rows(table)),
      budget_(budget) {}

DayValues::~DayValues() = default;

int64_t DayValues::BytesOfDay() const {
  return num_rows_ * std::ssize(nodes_) * kWordBytes;
}

std::shared_ptr<DayValues::Words> DayValues::WordsOf(int32_t day, int64_t wanted) {
  const std::lock_guard lock(mutex_);
  auto of_day = std::find_if(days_.begin(), days_.end(),
                             [&](const Day& one) { return one.day == day; });
  if (of_day == days_.end()) {
    if (days_.size() == kMostDays) {
      const auto oldest =
          std::min_element(days_.begin(), days_.end(),
                           [](const Day& a, const Day& b) { return a.day < b.day; });
      // Days mostly come in order: who is late would drop what is still asked for.
      if (day < oldest->day) return nullptr;
      days_.erase(oldest);
    }
    of_day = days_.insert(days_.end(), Day{day});
  }
  of_day->asked += wanted;
  if (of_day->words != nullptr || of_day->asked * kWorthIt < num_rows_) {
    return of_day->words;
  }
  of_day->words = Words::Make(num_rows_, BytesOfDay(), budget_);
  for (Day& earlier : days_) {  // They give up their room, as they end sooner.
    if (of_day->words != nullptr || earlier.day >= day) continue;
    earlier.words = nullptr;
    of_day->words = Words::Make(num_rows_, BytesOfDay(), budget_);
  }
  return of_day->words;
}

arrow::Result<bool> DayValues::Add(const std::vector<int64_t>& rows, int32_t day,
                                   Words* words, arrow::MemoryPool* pool) const {
  ARROW_ASSIGN_OR_RAISE(auto days, ColumnMemory<int32_t>::Make(std::ssize(rows), pool));
  std::fill_n(days.data(), rows.size(), day);
  Evaluation evaluation(
      program_, table_, Rows(rows),
      std::static_pointer_cast<arrow::Int32Array>(std::move(days).Finish(arrow::int32())),
      dataset_.default_as_of(), pool);
  // Those of the first node come last, as they say that the others are there.
  for (size_t place = nodes_.size(); place-- > 0;) {
    ARROW_ASSIGN_OR_RAISE(const ArrayPtr made, evaluation.Get(nodes_[place]));
    if (made->null_count() > 0) return false;
    uint64_t* const known = words->Of(place);
    const auto keep = [&](const auto* values) {
      for (size_t i = 0; i < rows.size(); ++i) {
        if (i + kAhead < rows.size()) __builtin_prefetch(known + rows[i + kAhead], 1);
        Words::Store(known + rows[i], values[i]);
      }
    };
    WordWidth(*made->type()) == 4 ? keep(made->data()->GetValues<uint32_t>(1))
                                  : keep(made->data()->GetValues<uint64_t>(1));
  }
  return true;
}

template <typename Value>
arrow::Result<bool> DayValues::Read(size_t place, std::span<const int64_t> keys,
                                    int32_t day, Words* words, Value* values,
                                    arrow::MemoryPool* pool) const {
  uint64_t *const first = words->Of(0), *const known = words->Of(place);
  ARROW_ASSIGN_OR_RAISE(auto places,
                        ColumnMemory<int32_t>::Make(std::ssize(keys) + 1, pool));
  int32_t* const unknown = places.data();
  size_t num_unknown = 0;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (i + kAhead < keys.size()) __builtin_prefetch(first + keys[i + kAhead] - 1);
    const int64_t row = keys[i] - 1;
    unknown[num_unknown] = static_cast<int32_t>(i);
    num_unknown += Words::Load(first + row) == 0 ? 1 : 0;
    values[i] = static_cast<Value>(Words::Load(known + row));
  }
  if (num_unknown == 0) return true;
  // Each row once, in the order in which they are asked for.
  ARROW_ASSIGN_OR_RAISE(const auto seen, arrow::AllocateEmptyBitmap(num_rows_, pool));
  std::vector<int64_t> rows(num_unknown + 1);
  size_t num_rows = 0;
  for (size_t k = 0; k < num_unknown; ++k) {
    const int64_t row = keys[static_cast<size_t>(unknown[k])] - 1;
    rows[num_rows] = row;
    num_rows += arrow::bit_util::GetBit(seen->data(), row) ? 0 : 1;
    arrow::bit_util::SetBit(seen->mutable_data(), row);
  }
  rows.resize(num_rows);
  ARROW_ASSIGN_OR_RAISE(const bool are_kept, Add(rows, day, words, pool));
  for (size_t k = 0; k < num_unknown; ++k) {
    const auto i = static_cast<size_t>(unknown[k]);
    values[i] = static_cast<Value>(Words::Load(known + keys[i] - 1));
  }
  return are_kept;
}

arrow::Result<ArrayPtr> DayValues::ValuesOf(int node, const arrow::Int64Array& keys,
                                            const arrow::Int32Array& days,
                                            arrow::MemoryPool* pool) {
  if (!IsOneDay(days)) return nullptr;
  const int32_t day = days.Value(0);
  const std::shared_ptr<Words> words = WordsOf(day, keys.length());
  if (words == nullptr) return nullptr;
  const std::shared_ptr<arrow::DataType>& type =
      dataset_.table(table_).graph[static_cast<size_t>(node)].type;
  const int width = WordWidth(*type);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values,
                        arrow::AllocateBuffer(keys.length() * width, pool));
  const auto at = std::find(nodes_.begin(), nodes_.end(), node);
  const auto read = [&](auto* out) {
    return Read(static_cast<size_t>(at - nodes_.begin()),
                {keys.raw_values(), static_cast<size_t>(keys.length())}, day, words.get(),
                out, pool);
  };
  ARROW_ASSIGN_OR_RAISE(const bool are_kept,
                        width == 4 ? read(values->mutable_data_as<uint32_t>())
                                   : read(values->mutable_data_as<uint64_t>()));
  if (!are_kept) return nullptr;
  return arrow::MakeArray(
      arrow::ArrayData::Make(type, keys.length(), {nullptr, std::move(values)}, 0));
}

}  // namespace lakeseed
