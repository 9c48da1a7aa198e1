// Texts of a run, one after the other, and their hashes.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

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
  explicit NumberedTexts(const ValueRun& run)
      : offsets_(run.data->dictionary->GetValues<int32_t>(1)),
        bytes_(run.data->dictionary->GetValues<char>(2, 0)) {}

  std::string_view operator[](int32_t number) const {
    return {bytes_ + offsets_[number],
            static_cast<size_t>(offsets_[number + 1] - offsets_[number])};
  }
  const char* begin() const { return bytes_; }
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
    const int32_t* const numbers = run.values<int32_t>();
    VisitValues(run, [&](int64_t i) { visit(texts[numbers[i]]); });
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

/// A hash that is the same on every machine; it decides sizes, never values.
inline uint32_t HashText(std::string_view text) {
  constexpr uint64_t kOdd = 0x9E3779B97F4A7C15, kOther = 0xD1B54A32D192ED03;
  const auto word = [&](size_t at, size_t n) {
    uint64_t value = 0;
    std::memcpy(&value, text.data() + at, n);
    return value;
  };
  const auto mix = [](uint64_t a, uint64_t b) {
    const auto product = static_cast<unsigned __int128>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  const size_t size = text.size();
  uint64_t hash = size * kOdd;
  for (size_t at = 0; at + 16 < size; at += 16) {
    hash = mix(hash ^ word(at, 8), kOther ^ word(at + 8, 8));
  }
  // The last words overlap what was read before: no loop for a rest.
  if (size >= 16) {
    hash = mix(hash ^ word(size - 16, 8), kOther ^ word(size - 8, 8));
  } else if (size >= 8) {
    hash = mix(hash ^ word(0, 8), kOther ^ word(size - 8, 8));
  } else if (size >= 4) {
    hash = mix(hash ^ word(0, 4) ^ word(size - 4, 4) << 32, kOdd);
  } else if (!text.empty()) {
    hash =
        mix(hash ^ word(0, 1) ^ word(size / 2, 1) << 8 ^ word(size - 1, 1) << 16, kOdd);
  }
  return static_cast<uint32_t>(hash ^ hash >> 32);
}

}  // namespace lakeseed
