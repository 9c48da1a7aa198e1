// Identity: what a dataset's values are a function of, and what a request is not.
//
// Thread safety: plain values.

#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "lakeseed/spec/dataset_spec.h"

namespace lakeseed {

/// Everything that decides values, but the as-of day of a request. Two runs of
/// equal identity agree on every cell they both hold.
struct Identity {
  int64_t seed = 42;
  int law_version = 1;
  std::string dataset;    ///< Id with the variant: "retail_oltp_small".
  std::string spec_hash;  ///< BLAKE2b-128 of the spec's canonical text, hexadecimal.
  std::optional<int64_t> target_rows;
  double scale_factor = 1.0;
  int32_t epoch = 0;  ///< Days since 1970-01-01, as in DatasetSpec.
  DateRange window;

  nlohmann::json ToJson() const;
};

/// Identity of `spec` under `seed`.
Identity IdentityOf(const DatasetSpec& spec, int64_t seed);

/// The day whose knowledge as-of columns show.
struct AsOf {
  int32_t day = 0;       ///< Days from the epoch; the whole day is known.
  bool own_day = false;  ///< Each row as of its own day instead.
};

}  // namespace lakeseed
