// Texts of a run, one after the other.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "lakeseed/write/parquet/dense_values.h"
#include "lakeseed/write/parquet/value_run.h"

namespace lakeseed {

/// Call visit(text) for each text of a run that is not null.
template <typename Offset, typename Visit>
void VisitTexts(const ValueRun& run, Visit&& visit) {
  const Offset* offsets = run.values<Offset>();
  const char* bytes = run.data->buffers[2] == nullptr
                          ? nullptr
                          : reinterpret_cast<const char*>(run.data->buffers[2]->data());
  VisitValues(run, [&](int64_t i) {
    visit(std::string_view(bytes + offsets[i],
                           static_cast<size_t>(offsets[i + 1] - offsets[i])));
  });
}

/// The text of each number of a dictionary.
class NumberedTexts {
 public:
  /// REQUIRES: a run of a dictionary of int32 to text.
  explicit NumberedTexts(const ValueRun& run) : NumberedTexts(*run.data->dictionary) {}
  explicit NumberedTexts(const arrow::ArrayData& dictionary)
      : offsets_(dictionary.GetValues<int32_t>(1)),
        bytes_(dictionary.GetValues<char>(2, 0)) {}

  std::string_view operator[](int32_t number) const {
    return {bytes_ + offsets_[number],
            static_cast<size_t>(offsets_[number + 1] - offsets_[number])};
  }
  /// Whether they are those of another run.
  bool operator==(const NumberedTexts&) const = default;
  /// Where it is said where the text stands: worth fetching early.
  const int32_t* OffsetOf(int32_t number) const { return offsets_ + number; }

 private:
  const int32_t* offsets_;
  const char* bytes_;
};

template <typename Visit>
void VisitTexts(const ValueRun& run, Visit&& visit) {
  if (run.data->type->id() == arrow::Type::DICTIONARY) {
    const NumberedTexts texts(run);
    int32_t scratch[kDenseRoom];
    const int32_t* const numbers = DenseValues<int32_t>(run, scratch);
    // They stand here and there: each is fetched before its turn.
    constexpr int64_t kAhead = 16;
    for (int64_t i = 0; i < run.num_values; ++i) {
      if (i + 2 * kAhead < run.num_values) {
        __builtin_prefetch(texts.OffsetOf(numbers[i + 2 * kAhead]));
      }
      if (i + kAhead < run.num_values) {
        __builtin_prefetch(texts[numbers[i + kAhead]].data());
      }
      visit(texts[numbers[i]]);
    }
  } else if (run.data->type->id() == arrow::Type::LARGE_STRING) {
    VisitTexts<int64_t>(run, visit);
  } else {
    VisitTexts<int32_t>(run, visit);
  }
}

/// Bytes of the texts of a run.
inline int64_t TextBytes(const ValueRun& run) {
  int64_t bytes = 0;
  VisitTexts(run, [&](std::string_view text) { bytes += std::ssize(text); });
  return bytes;
}

}  // namespace lakeseed
