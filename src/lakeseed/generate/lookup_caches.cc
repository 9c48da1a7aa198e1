#include "lakeseed/generate/lookup_caches.h"

#include <arrow/api.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <vector>

#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/flat_width.h"
#include "lakeseed/generate/lookup_block.h"
#include "lakeseed/generate/plain_values.h"
#include "lakeseed/generate/program.h"

namespace lakeseed {
namespace {

constexpr int kBlockBits = 12;
constexpr int64_t kBlockRows = int64_t{1} << kBlockBits;
/// A block is made once one in so many of its rows has been asked for: few children, such
/// as refunds, of a large table cost less one by one.
constexpr int64_t kWorthIt = 32;
/// All blocks of a small table are made once so many times as many keys were asked for as
/// it has rows: that costs little then, and whole tables are read faster.
constexpr int64_t kWorthAll = 4;
/// The values of so many rows are not all in a cache: they are fetched so far ahead.
constexpr int64_t kManyRows = int64_t{1} << 16, kFarAhead = 200;
/// Of tables with more blocks each request makes those that it needs.
constexpr size_t kMostCounted = size_t{1} << 16;

int64_t BytesOf(const arrow::ArrayData& data) {
  int64_t bytes = 0;
  for (const auto& buffer : data.buffers) bytes += buffer ? buffer->size() : 0;
  for (const auto& child : data.child_data) bytes += BytesOf(*child);
  return bytes;  // The dictionary is shared by all arrays of the column.
}

}  // namespace

class LookupCaches::Column {
 public:
  Column(const BoundDataset& dataset, int table, int node, int64_t num_rows)
      : dataset_(dataset),
        table_(table),
        target_{table, node},
        program_(dataset, std::span(&target_, 1)),
        num_rows_(num_rows),
        blocks_(static_cast<size_t>((num_rows + kBlockRows - 1) >> kBlockBits)) {}

  /// Of the places of a column's blocks.
  static int64_t SlotBytes(int64_t rows) {
    return (rows / kBlockRows + 1) * static_cast<int64_t>(sizeof(Slot));
  }

  /// Compute the first block and say how many bytes the whole column takes.
  arrow::Result<int64_t> Estimate() {
    if (num_rows_ == 0) return 0;
    ARROW_ASSIGN_OR_RAISE(const Slot* first, Filled(0));
    const int64_t plain =
        is_small() && first->array == nullptr ? num_rows_ * int64_t{sizeof(int64_t)} : 0;
    return SlotBytes(num_rows_) + plain +
           first->bytes * num_rows_ / std::min(num_rows_, kBlockRows);
  }

  /// Whether the blocks that these keys need are there, or worth making.
  bool IsWorth(const arrow::Int64Array& keys) {
    if (num_ready_.load() == blocks_.size() || blocks_.size() > kMostCounted) return true;
    std::vector<uint8_t> is_missing(blocks_.size());
    int64_t missing_rows = 0, asked = 0;
    for (int64_t i = 0; i < keys.length(); ++i) {
      if (keys.IsNull(i)) continue;
      const auto b = static_cast<size_t>((keys.Value(i) - 1) >> kBlockBits);
      Slot& slot = blocks_[b];
      if (slot.is_ready.load(std::memory_order_acquire)) continue;
      const int32_t before = slot.asked.fetch_add(1, std::memory_order_relaxed);
      asked += is_missing[b] != 0 ? 1 : before + 1;
      missing_rows += is_missing[b] != 0 ? 0 : RowsOf(static_cast<int64_t>(b)).length();
      is_missing[b] = 1;
    }
    return asked * kWorthIt >= missing_rows;
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Lookup(const arrow::Int64Array& keys,
                                                      arrow::MemoryPool* pool) {
    const std::shared_ptr<arrow::DataType>& type =
        dataset_.table(table_).graph[target_.node].type;
    if (num_rows_ == 0) return arrow::MakeArrayOfNull(type, keys.length(), pool);
    switch (FlatWidth(*type)) {
      case 1:
        return Flat<int8_t>(type, keys, pool);
      case 2:
        return Flat<int16_t>(type, keys, pool);
      case 4:
        return Flat<int32_t>(type, keys, pool);
      case 8:
        return Flat<int64_t>(type, keys, pool);
      default:
        return Appended(type, keys, pool);
    }
  }

 private:
  using Slot = LookupBlock;

  bool is_small() const { return num_rows_ <= PlainValues::kMostRows; }

  RowRange RowsOf(int64_t b) const {
    return {b << kBlockBits, std::min(num_rows_, (b + 1) << kBlockBits)};
  }

  /// Slot of a block, filled.
  arrow::Result<const Slot*> Filled(int64_t b) {
    Slot& slot = blocks_[static_cast<size_t>(b)];
    if (slot.is_ready.load(std::memory_order_acquire)) return &slot;
    std::lock_guard<std::mutex> lock(mutex_);
    if (slot.is_ready.load(std::memory_order_acquire)) return &slot;
    Evaluation evaluation(program_, table_, Rows(RowsOf(b)), nullptr,
                          dataset_.default_as_of(), arrow::default_memory_pool());
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Array> made,
                          evaluation.Get(target_.node));
    ARROW_RETURN_NOT_OK(Fill(std::move(made), &slot));
    slot.is_ready.store(true, std::memory_order_release);
    ++num_ready_;
    return &slot;
  }

  arrow::Status Fill(std::shared_ptr<arrow::Array> made, Slot* slot) {
    switch (FlatWidth(*made->type())) {
      case 1:
        return Pack<int8_t>(*made, slot);
      case 2:
        return Pack<int16_t>(*made, slot);
      case 4:
        return Pack<int32_t>(*made, slot);
      case 8:
        return Pack<int64_t>(*made, slot);
      default:
        slot->bytes = BytesOf(*made->data());
        slot->array = std::move(made);
        slot->span = std::make_unique<arrow::ArraySpan>(*slot->array->data());
        return arrow::Status::OK();
    }
  }

  template <typename T>
  arrow::Status Pack(const arrow::Array& made, Slot* slot) {
    const arrow::ArrayData& data = *made.data();
    const std::span values(data.GetValues<T>(1), static_cast<size_t>(data.length));
    slot->values = PackedIntegers(values, [&](size_t i) { return made.IsValid(i); });
    slot->bytes = slot->values.bytes();
    if (dictionary_ == nullptr) dictionary_ = data.dictionary;
    if (made.null_count() == 0) return arrow::Status::OK();
    has_nulls_ = true;
    ARROW_ASSIGN_OR_RAISE(
        slot->valid,
        arrow::internal::CopyBitmap(arrow::default_memory_pool(), made.null_bitmap_data(),
                                    data.offset, data.length));
    slot->bytes += slot->valid->size();
    return arrow::Status::OK();
  }

  template <typename T>
  arrow::Result<std::shared_ptr<arrow::Array>> Flat(
      const std::shared_ptr<arrow::DataType>& type, const arrow::Int64Array& keys,
      arrow::MemoryPool* pool) {
    const int64_t n = keys.length();
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> values,
                          arrow::AllocateBuffer(n * sizeof(T), pool));
    T* out = values->mutable_data_as<T>();
    const int64_t* key = keys.raw_values();
    std::shared_ptr<arrow::Buffer> valid;
    const bool has_null_keys = keys.null_count() != 0;
    int64_t nulls = keys.null_count();
    if (is_small() && num_ready_.load() < blocks_.size() &&
        num_asked_.fetch_add(n) >= kWorthAll * num_rows_) {
      for (int64_t b = 0; b < std::ssize(blocks_); ++b) {
        ARROW_RETURN_NOT_OK(Filled(b).status());
      }
    }
    if (is_small() && num_ready_.load() == blocks_.size() && !has_nulls_) {
      const auto at = [&](int64_t row) {
        return blocks_[static_cast<size_t>(row >> kBlockBits)].values.At(
            row & (kBlockRows - 1));
      };
      plain_.Read<T>(num_rows_, at, [&](const auto* plain) {
        int64_t there = has_null_keys ? n : 0;
        for (; num_rows_ > kManyRows && there + kFarAhead < n; ++there) {
          __builtin_prefetch(plain + key[there + kFarAhead] - 1);
          out[there] = plain[key[there] - 1];
        }
        for (; there < n; ++there) out[there] = plain[key[there] - 1];
        // Nobody says what the key of a null is: if that of no row, the first is read.
        for (int64_t i = 0; i < n && has_null_keys; ++i) {
          const int64_t row = key[i] - 1;
          out[i] = plain[row >= 0 && row < num_rows_ ? row : 0];
        }
      });
      if (has_null_keys) {
        ARROW_ASSIGN_OR_RAISE(
            valid,
            arrow::internal::CopyBitmap(pool, keys.null_bitmap_data(), keys.offset(), n));
      }
    } else {
      ARROW_ASSIGN_OR_RAISE(valid, arrow::AllocateBitmap(n, pool));
      uint8_t* const bits = valid->mutable_data();
      if (has_null_keys) {
        arrow::internal::CopyBitmap(keys.null_bitmap_data(), keys.offset(), n, bits, 0);
      } else {
        arrow::bit_util::SetBitsTo(bits, 0, n, true);
      }
      for (int64_t i = 0; i < n; ++i) {
        // A null key reads the first row, as nobody can guess which keys are null.
        const int64_t there = !has_null_keys || arrow::bit_util::GetBit(bits, i) ? -1 : 0;
        const int64_t row = (key[i] - 1) & there, at = row & (kBlockRows - 1);
        const Slot* slot = &blocks_[static_cast<size_t>(row >> kBlockBits)];
        if (!slot->is_ready.load(std::memory_order_acquire)) [[unlikely]] {
          ARROW_ASSIGN_OR_RAISE(slot, Filled(row >> kBlockBits));
        }
        out[i] = static_cast<T>(slot->values.At(at));
        if (slot->valid != nullptr && there != 0 &&
            !arrow::bit_util::GetBit(slot->valid->data(), at)) {
          arrow::bit_util::ClearBit(bits, i);
          ++nulls;
        }
      }
    }
    if (nulls == 0) valid = nullptr;
    auto data = arrow::ArrayData::Make(type, n, {valid, std::move(values)}, nulls);
    data->dictionary = dictionary_;
    return arrow::MakeArray(std::move(data));
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Texts(const arrow::Int64Array& keys,
                                                     arrow::MemoryPool* pool) {
    const int64_t n = keys.length();
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> offsets,
                          arrow::AllocateBuffer((n + 1) * 4, pool));
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> valid,
                          arrow::AllocateBitmap(n, pool));
    arrow::bit_util::SetBitsTo(valid->mutable_data(), 0, n, true);
    std::vector<TextPlace> places(static_cast<size_t>(n));
    auto* offset = offsets->mutable_data_as<int32_t>();
    int64_t bytes = 0, nulls = 0;
    for (int64_t i = 0; i < n; ++i) {
      offset[i] = static_cast<int32_t>(bytes);
      TextPlace& place = places[static_cast<size_t>(i)];
      if (keys.IsValid(i)) {
        ARROW_ASSIGN_OR_RAISE(place, PlaceOf(keys.Value(i) - 1));
      }
      bytes += place.size;
      if (place.text == nullptr) {
        arrow::bit_util::ClearBit(valid->mutable_data(), i);
        ++nulls;
      }
    }
    if (bytes > INT32_MAX) {
      return arrow::Status::CapacityError("more than 2 GiB of text in one batch");
    }
    offset[n] = static_cast<int32_t>(bytes);
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> whole,
                          arrow::AllocateBuffer(bytes + kCopied, pool));
    auto* out = whole->mutable_data_as<char>();
    for (int64_t i = 0; i < n; ++i) {
      const TextPlace& place = places[static_cast<size_t>(i)];
      if (i + kAhead < n)
        __builtin_prefetch(places[static_cast<size_t>(i + kAhead)].text);
      // Short texts are copied by a known width: the next one overwrites the rest.
      if (place.slack >= kCopied && place.size <= kCopied) {
        std::memcpy(out + offset[i], place.text, kCopied);
      } else if (place.size > 0) {
        std::memcpy(out + offset[i], place.text, static_cast<size_t>(place.size));
      }
    }
    return std::make_shared<arrow::StringArray>(
        n, std::move(offsets), arrow::SliceBuffer(std::move(whole), 0, bytes),
        nulls == 0 ? nullptr : std::move(valid), nulls);
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Bits(const arrow::Int64Array& keys,
                                                    arrow::MemoryPool* pool) {
    const int64_t n = keys.length();
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> bits,
                          arrow::AllocateEmptyBitmap(n, pool));
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> valid,
                          arrow::AllocateEmptyBitmap(n, pool));
    int64_t nulls = 0;
    for (int64_t i = 0; i < n; ++i) {
      if (keys.IsNull(i)) {
        ++nulls;
        continue;
      }
      const int64_t row = keys.Value(i) - 1, at = row & (kBlockRows - 1);
      ARROW_ASSIGN_OR_RAISE(const Slot* slot, Filled(row >> kBlockBits));
      const auto& block = static_cast<const arrow::BooleanArray&>(*slot->array);
      const bool is_null = block.IsNull(at);
      nulls += is_null ? 1 : 0;
      arrow::bit_util::SetBitTo(valid->mutable_data(), i, !is_null);
      arrow::bit_util::SetBitTo(bits->mutable_data(), i, block.Value(at));
    }
    return std::make_shared<arrow::BooleanArray>(
        n, std::move(bits), nulls == 0 ? nullptr : std::move(valid), nulls);
  }

  /// A text in a block, and how many bytes may be read from its begin on.
  struct TextPlace {
    const char* text = nullptr;  ///< nullptr: null.
    int32_t size = 0;
    int32_t slack = 0;
  };
  static constexpr int64_t kCopied = 64, kAhead = 12;

  arrow::Result<TextPlace> PlaceOf(int64_t row) {
    const Slot* slot = &blocks_[static_cast<size_t>(row >> kBlockBits)];
    if (!slot->is_ready.load(std::memory_order_acquire)) [[unlikely]] {
      ARROW_ASSIGN_OR_RAISE(slot, Filled(row >> kBlockBits));
    }
    const auto& block = static_cast<const arrow::StringArray&>(*slot->array);
    const int64_t at = row & (kBlockRows - 1);
    if (block.IsNull(at)) return TextPlace{};
    const int32_t begin = block.raw_value_offsets()[at];
    return TextPlace{reinterpret_cast<const char*>(block.raw_data()) + begin,
                     block.raw_value_offsets()[at + 1] - begin,
                     static_cast<int32_t>(block.value_data()->size() - begin)};
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Appended(
      const std::shared_ptr<arrow::DataType>& type, const arrow::Int64Array& keys,
      arrow::MemoryPool* pool) {
    if (type->id() == arrow::Type::STRING) return Texts(keys, pool);
    if (type->id() == arrow::Type::BOOL) return Bits(keys, pool);
    ARROW_ASSIGN_OR_RAISE(std::unique_ptr<arrow::ArrayBuilder> builder,
                          arrow::MakeBuilder(type, pool));
    ARROW_RETURN_NOT_OK(builder->Reserve(keys.length()));
    for (int64_t i = 0; i < keys.length(); ++i) {
      if (keys.IsNull(i)) {
        ARROW_RETURN_NOT_OK(builder->AppendNull());
        continue;
      }
      const int64_t row = keys.Value(i) - 1;
      ARROW_ASSIGN_OR_RAISE(const Slot* slot, Filled(row >> kBlockBits));
      const int64_t at = row & (kBlockRows - 1);
      ARROW_RETURN_NOT_OK(builder->AppendArraySlice(*slot->span, at, 1));
    }
    return builder->Finish();
  }

  const BoundDataset& dataset_;
  const int table_;
  const Program::Target target_;
  const Program program_;
  const int64_t num_rows_;
  std::vector<Slot> blocks_;
  std::atomic<size_t> num_ready_ = 0;
  std::atomic<int64_t> num_asked_ = 0;   ///< Keys, of a small table.
  std::atomic<bool> has_nulls_ = false;  ///< Of a flat type, in any block so far.
  PlainValues plain_;                    ///< Of a small table, if no value is null.
  std::shared_ptr<arrow::ArrayData> dictionary_;  ///< The first block's, which all have.
  std::mutex mutex_;
};

LookupCaches::LookupCaches(const BoundDataset& dataset) : dataset_(dataset) {}

LookupCaches::~LookupCaches() = default;

arrow::Result<LookupCaches::Column*> LookupCaches::ColumnOf(int table, int node) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    auto found = columns_.find({table, node});
    if (found != columns_.end()) return found->second.get();
  }
  // What has no room even for its blocks' places is not begun.
  const int64_t rows = dataset_.referable_rows(table);
  if (!budget_.Has(Column::SlotBytes(rows))) return nullptr;
  // Made outside the lock: a column's first block may look up other columns.
  auto column = std::make_unique<Column>(dataset_, table, node, rows);
  ARROW_ASSIGN_OR_RAISE(const int64_t bytes, column->Estimate());
  std::lock_guard<std::mutex> lock(mutex_);
  auto [at, added] = columns_.try_emplace({table, node});
  if (added && budget_.Take(bytes)) at->second = std::move(column);
  return at->second.get();  // nullptr is remembered as "not cached"
}

arrow::Result<std::shared_ptr<arrow::Array>> LookupCaches::Lookup(
    int table, int node, const arrow::Int64Array& keys, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(Column * column, ColumnOf(table, node));
  if (column == nullptr || !column->IsWorth(keys)) return std::shared_ptr<arrow::Array>();
  return column->Lookup(keys, pool);
}

}  // namespace lakeseed
