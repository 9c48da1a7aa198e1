#include "lakeseed/write/row_order.h"

#include <arrow/api.h>
#include <arrow/compute/api_vector.h>

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>
#include <string_view>

#include "lakeseed/write/integer_values.h"

namespace lakeseed {
namespace {

/// A number per row that orders as the values do; 0: null.
using Codes = std::vector<uint64_t>;

constexpr int kZBits = 16;

/// Ascending, NaN last.
uint64_t OrderedBits(double value) {
  if (value != value) return UINT64_MAX;
  const auto bits = std::bit_cast<uint64_t>(value == 0 ? 0.0 : value);
  constexpr uint64_t kSign = uint64_t{1} << 63;
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

arrow::Result<Codes> CodesOf(const arrow::Array& array) {
  Codes codes(static_cast<size_t>(array.length()), 0);
  if (array.type_id() == arrow::Type::DICTIONARY) {
    const auto& coded = static_cast<const arrow::DictionaryArray&>(array);
    ARROW_ASSIGN_OR_RAISE(const Codes values, CodesOf(*coded.dictionary()));
    for (int64_t i = 0; i < array.length(); ++i) {
      if (coded.IsNull(i)) continue;
      codes[static_cast<size_t>(i)] = values[static_cast<size_t>(coded.GetValueIndex(i))];
    }
    return codes;
  }
  if (array.type_id() == arrow::Type::STRING) {
    const auto& texts = static_cast<const arrow::StringArray&>(array);
    std::map<std::string_view, uint64_t> ranks;
    for (int64_t i = 0; i < texts.length(); ++i) {
      if (!texts.IsNull(i)) ranks[texts.GetView(i)] = 0;
    }
    uint64_t next = 0;
    for (auto& [text, rank] : ranks) rank = ++next;
    for (int64_t i = 0; i < texts.length(); ++i) {
      if (!texts.IsNull(i)) codes[static_cast<size_t>(i)] = ranks[texts.GetView(i)];
    }
    return codes;
  }
  if (array.type_id() == arrow::Type::DOUBLE) {
    const auto& reals = static_cast<const arrow::DoubleArray&>(array);
    for (int64_t i = 0; i < reals.length(); ++i) {
      if (!reals.IsNull(i)) codes[static_cast<size_t>(i)] = OrderedBits(reals.Value(i));
    }
    return codes;
  }
  ARROW_RETURN_NOT_OK(VisitIntegers(array, [&](int64_t row, int64_t value) {
    constexpr uint64_t kSign = uint64_t{1} << 63;
    // One more than the least number, which is null's.
    codes[static_cast<size_t>(row)] =
        std::max<uint64_t>(static_cast<uint64_t>(value) ^ kSign, 1);
  }));
  return codes;
}

/// The ranks of the codes, stretched over kZBits bits.
std::vector<uint32_t> Stretched(const Codes& codes) {
  Codes distinct = codes;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  const uint64_t most = std::max<uint64_t>(distinct.size() - 1, 1);
  std::vector<uint32_t> ranks;
  ranks.reserve(codes.size());
  for (const uint64_t code : codes) {
    const auto rank = static_cast<uint64_t>(
        std::lower_bound(distinct.begin(), distinct.end(), code) - distinct.begin());
    ranks.push_back(static_cast<uint32_t>(rank * ((1U << kZBits) - 1) / most));
  }
  return ranks;
}

/// The bits of all columns in turns, the highest first: places on the curve.
std::vector<std::string> ZKeys(const std::vector<Codes>& columns) {
  std::vector<std::vector<uint32_t>> ranks;
  for (const Codes& codes : columns) ranks.push_back(Stretched(codes));
  std::vector<std::string> keys(columns.front().size());
  for (size_t row = 0; row < keys.size(); ++row) {
    std::string& key = keys[row];
    key.assign((columns.size() * kZBits + 7) / 8, '\0');
    size_t at = 0;
    for (int bit = kZBits - 1; bit >= 0; --bit) {
      for (const auto& column : ranks) {
        const unsigned one = (column[row] >> bit) & 1U;
        key[at / 8] = static_cast<char>(static_cast<unsigned char>(key[at / 8]) |
                                        (one << (7 - at % 8)));
        ++at;
      }
    }
  }
  return keys;
}

}  // namespace

arrow::Result<std::vector<int64_t>> SortedPlaces(const arrow::RecordBatch& batch,
                                                 const SortOrder& order) {
  std::vector<Codes> columns;
  for (const std::string& name : order.columns) {
    const auto column = batch.GetColumnByName(name);
    if (column == nullptr) return arrow::Status::Invalid("no such column: ", name);
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), CodesOf(*column));
  }
  std::vector<int64_t> places(static_cast<size_t>(batch.num_rows()));
  std::iota(places.begin(), places.end(), 0);
  if (places.empty()) return places;
  if (order.is_z_order) {
    const std::vector<std::string> keys = ZKeys(columns);
    std::stable_sort(places.begin(), places.end(), [&](int64_t a, int64_t b) {
      return keys[static_cast<size_t>(a)] < keys[static_cast<size_t>(b)];
    });
    return places;
  }
  std::stable_sort(places.begin(), places.end(), [&](int64_t a, int64_t b) {
    for (const Codes& codes : columns) {
      const uint64_t left = codes[static_cast<size_t>(a)];
      const uint64_t right = codes[static_cast<size_t>(b)];
      if (left != right) return left < right;
    }
    return false;
  });
  return places;
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> RowsAt(
    const arrow::RecordBatch& batch, const std::vector<int64_t>& places) {
  const auto length = static_cast<int64_t>(places.size());
  if (std::is_sorted(places.begin(), places.end()) &&
      places.back() - places.front() + 1 == length) {
    return batch.Slice(places.front(), length);
  }
  arrow::Int64Builder builder;
  ARROW_RETURN_NOT_OK(builder.AppendValues(places));
  ARROW_ASSIGN_OR_RAISE(const auto indices, builder.Finish());
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (const auto& column : batch.columns()) {
    ARROW_ASSIGN_OR_RAISE(auto taken, arrow::compute::Take(*column, *indices));
    columns.push_back(std::move(taken));
  }
  return arrow::RecordBatch::Make(batch.schema(), length, std::move(columns));
}

}  // namespace lakeseed
