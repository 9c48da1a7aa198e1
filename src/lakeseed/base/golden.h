// Golden vectors for tests: what the reference model says, from tests/golden.
//
// Doubles and cells are written there as the 16 hexadecimal digits of their
// bits. Only tests include this header: it needs LAKESEED_SOURCE_DIR.

#pragma once

#include <bit>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lakeseed/base/key.h"

namespace lakeseed {

/// tests/golden/<name>.json; a discarded value if it cannot be read.
inline nlohmann::json LoadGolden(const std::string& name) {
  std::ifstream file(LAKESEED_SOURCE_DIR "/tests/golden/" + name + ".json");
  return nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
}

inline uint64_t GoldenBits(const nlohmann::json& text) {
  return std::stoull(text.get<std::string>(), nullptr, 16);
}

inline double GoldenDouble(const nlohmann::json& text) {
  return std::bit_cast<double>(GoldenBits(text));
}

inline std::vector<double> GoldenDoubles(const nlohmann::json& list) {
  std::vector<double> out;
  for (const auto& one : list) out.push_back(GoldenDouble(one));
  return out;
}

inline std::vector<int64_t> GoldenIntegers(const nlohmann::json& list) {
  return list.get<std::vector<int64_t>>();
}

inline Key GoldenKey(const nlohmann::json& pair) {
  return {GoldenBits(pair[0]), GoldenBits(pair[1])};
}

}  // namespace lakeseed
