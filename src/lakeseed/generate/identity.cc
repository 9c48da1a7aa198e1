#include "lakeseed/generate/identity.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "lakeseed/base/date.h"
#include "lakeseed/base/key.h"

namespace lakeseed {

nlohmann::json Identity::ToJson() const {
  nlohmann::json json{
      {"seed", seed},
      {"law_version", law_version},
      {"dataset", dataset},
      {"spec_hash", spec_hash},
      {"scale_factor", scale_factor},
      {"epoch", FormatDate(epoch)},
      {"window", {{"from", FormatDate(window.from)}, {"to", FormatDate(window.to)}}}};
  json["target_rows"] = target_rows ? nlohmann::json(*target_rows) : nlohmann::json();
  return json;
}

Identity IdentityOf(const DatasetSpec& spec, int64_t seed) {
  // A key is a BLAKE2b-128 digest already; its words are the hash of the text.
  const Key digest = StreamKey(0, {"spec", spec.canonical_text});
  Identity identity;
  identity.seed = seed;
  identity.law_version = spec.law_version;
  identity.dataset = spec.id();
  identity.spec_hash = fmt::format("{:016x}{:016x}", digest.a, digest.b);
  identity.target_rows = spec.target_rows;
  identity.scale_factor = spec.scale_factor;
  identity.epoch = spec.epoch;
  identity.window = spec.window;
  return identity;
}

}  // namespace lakeseed
