#include "lakeseed/cli/made_files.h"

#include <arrow/type.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "lakeseed/base/date.h"
#include "lakeseed/cli/arguments.h"
#include "lakeseed/commit/manifest.h"
#include "lakeseed/plan/make_plan.h"

namespace lakeseed {
namespace {

using Json = nlohmann::json;

arrow::Result<std::unique_ptr<Storage>> OpenBelow(const std::string& root) {
  std::error_code error;
  const bool is_store = root.find("://") != std::string::npos;
  if (!is_store && !std::filesystem::is_directory(root, error)) {
    return RequestError(fmt::format("no such directory: {}", root));
  }
  return Storage::Open(root);
}

arrow::Result<Manifest> ReadManifestBelow(const Storage& storage) {
  ARROW_ASSIGN_OR_RAISE(auto manifest, ReadManifest(storage));
  if (!manifest) {
    return RequestError(
        fmt::format("nothing that lakeseed made is there: {}", storage.root()),
        fmt::format("give the directory that holds {}", kManifestPath));
  }
  return *std::move(manifest);
}

/// The identity that the request means: of its dataset, the latest commit's first.
arrow::Result<Json> ChosenIdentity(const Manifest& manifest,
                                   const CheckRequest& request) {
  std::vector<std::string> texts{manifest.identity}, datasets;
  for (const auto& [name, table] : manifest.tables) texts.push_back(table.identity);
  for (const std::string& text : texts) {
    Json identity = Json::parse(text, nullptr, false);
    if (!identity.is_object()) continue;
    const std::string id = identity.value("dataset", "");
    if (id == request.dataset_id || request.dataset_id.empty()) return identity;
    if (std::find(datasets.begin(), datasets.end(), id) == datasets.end()) {
      datasets.push_back(id);
    }
  }
  return RequestError(fmt::format("no tables of the dataset are in {}: {}", request.root,
                                  request.dataset_id),
                      fmt::format("there is {}", fmt::join(datasets, ", ")));
}

/// A value that both the request and the manifest state must be the same.
template <typename Value>
arrow::Status CheckSame(const Json& identity, const char* key, const char* option,
                        const std::optional<Value>& wanted) {
  if (!wanted || !identity.contains(key) || identity[key].is_null()) {
    return arrow::Status::OK();
  }
  if (identity[key].is_number() && identity[key].get<Value>() == *wanted) {
    return arrow::Status::OK();
  }
  return RequestError(fmt::format("the files were made with {} {}: {} {}", key,
                                  identity[key].dump(), option, *wanted),
                      "leave the option out: the manifest knows");
}

/// Sizes and parameters as the manifest says, and as the request says beside it.
arrow::Result<SpecOverrides> OverridesOf(const Json& identity,
                                         const CheckRequest& request) {
  SpecOverrides overrides = request.overrides;
  ARROW_RETURN_NOT_OK(
      CheckSame(identity, "target_rows", "--target-rows", request.overrides.target_rows));
  std::optional<double> scale;
  if (request.has_scale) scale = request.overrides.scale_factor;
  ARROW_RETURN_NOT_OK(CheckSame(identity, "scale_factor", "--scale-factor", scale));
  if (identity.contains("target_rows") && identity["target_rows"].is_number_integer()) {
    overrides.target_rows = identity["target_rows"].get<int64_t>();
  }
  if (identity.contains("scale_factor") && identity["scale_factor"].is_number()) {
    overrides.scale_factor = identity["scale_factor"].get<double>();
  }
  if (!identity.contains("set") || !identity["set"].is_object()) return overrides;
  overrides.set.clear();
  for (const auto& [key, value] : identity["set"].items()) {
    if (value.is_string()) overrides.set.emplace_back(key, value.get<std::string>());
  }
  return overrides;
}

/// The dataset of the identity, which must be what it was when the files were made;
/// it reaches to the last day that there are files of, and to the as-of day.
arrow::Result<std::shared_ptr<const BoundDataset>> Bind(const Json& identity,
                                                        const CheckRequest& request,
                                                        int32_t last_day) {
  DatasetSource source;
  ARROW_ASSIGN_OR_RAISE(source.overrides, OverridesOf(identity, request));
  ARROW_RETURN_NOT_OK(CheckSame(identity, "seed", "--seed", request.seed));
  const int64_t seed = identity.value("seed", request.seed.value_or(42));
  const std::string id = identity.value("dataset", request.dataset_id);
  if (request.custom.empty()) {
    if (request.dataset_id.empty() && !LoadDataset(id, {}).ok()) {
      return RequestError(
          fmt::format("the files are of a dataset that is not built in: {}", id),
          "give its file: `--custom-schema FILE`");
    }
    source.dataset_id = id;
  } else {
    source.custom = request.custom;
    ARROW_ASSIGN_OR_RAISE(source.variant, VariantOf(request.custom, id));
  }
  ARROW_ASSIGN_OR_RAISE(auto dataset, BindSource(source, seed, std::nullopt));
  if (last_day > dataset->spec().window.to) {
    ARROW_ASSIGN_OR_RAISE(dataset, BindSource(source, seed, last_day));
  }
  const Json here = dataset->identity().ToJson();
  for (const auto& [key, value] : here.items()) {
    if (!identity.contains(key) || identity[key] == value) continue;
    return RequestError(
        fmt::format(
            "dataset {} is not the one that made the files: {} is {} here, {} there", id,
            key, value.dump(), identity[key].dump()),
        "its file has changed; `--custom-schema FILE` names the one that made them");
  }
  return dataset;
}

arrow::Status ReadAsOf(const Json& identity, MadeFiles* made) {
  made->as_of = made->dataset->default_as_of();
  const std::string text = identity.value("as_of", "");
  if (text == "day") {
    made->as_of.own_day = true;
  } else if (!text.empty()) {
    ARROW_ASSIGN_OR_RAISE(const int32_t day, ParseDate(text));
    made->as_of.day = day - made->dataset->spec().epoch;
  }
  return arrow::Status::OK();
}

bool IsNaive(const std::vector<DataFile>& files) {
  for (const DataFile& file : files) {
    for (const ColumnStatistics& column : file.columns) {
      if (column.type->id() != arrow::Type::TIMESTAMP) continue;
      return static_cast<const arrow::TimestampType&>(*column.type).timezone().empty();
    }
  }
  return false;
}

}  // namespace

arrow::Result<std::string> VariantOf(const std::string& custom, const std::string& id) {
  if (id.empty()) return std::string();
  ARROW_ASSIGN_OR_RAISE(const auto dictionary, ReadDictionary(custom, id));
  if (dictionary && !dictionary->states_id) return id;
  ARROW_ASSIGN_OR_RAISE(const DatasetSpec spec, LoadCustomDataset(custom, "", {}));
  if (id == (dictionary ? spec.id() : spec.name)) return std::string();
  if (dictionary) {
    return RequestError(fmt::format("--custom-schema holds another dataset: {}", id),
                        fmt::format("it holds `{}`", spec.id()));
  }
  if (id.starts_with(spec.name + "_")) return id.substr(spec.name.size() + 1);
  return RequestError(fmt::format("--custom-schema holds another dataset: {}", id),
                      fmt::format("it holds `{}`", spec.name));
}

arrow::Result<MadeFiles> FindMadeFiles(const CheckRequest& request) {
  ARROW_ASSIGN_OR_RAISE(const auto storage, OpenBelow(request.root));
  ARROW_ASSIGN_OR_RAISE(Manifest manifest, ReadManifestBelow(*storage));
  ARROW_ASSIGN_OR_RAISE(const Json identity, ChosenIdentity(manifest, request));
  const std::string id = identity.value("dataset", "");
  ARROW_RETURN_NOT_OK(LoadSegments(*storage, id, INT32_MIN, INT32_MAX, &manifest));
  int32_t last_day = INT32_MIN;
  for (const Segment& segment : manifest.segments) {
    if (segment.dataset == id) last_day = std::max(last_day, segment.to);
  }
  const arrow::Result<int32_t> as_of = ParseDate(identity.value("as_of", ""));
  if (as_of.ok()) last_day = std::max(last_day, *as_of);
  MadeFiles made;
  made.commit_pending = manifest.commit_pending;
  ARROW_ASSIGN_OR_RAISE(made.dataset, Bind(identity, request, last_day));
  ARROW_RETURN_NOT_OK(ReadAsOf(identity, &made));
  std::vector<std::string> there;
  for (const auto& [name, table] : manifest.tables) {
    const Json other = Json::parse(table.identity, nullptr, false);
    const std::string other_id = other.is_object() ? other.value("dataset", "") : "";
    if (other == identity) {
      if (!table.files.empty()) there.push_back(table.files[0].table);
    } else if (other_id == id) {
      made.others.push_back(name);
    } else if (made.other_datasets.empty() || made.other_datasets.back() != other_id) {
      made.other_datasets.push_back(other_id);  // Names are sorted by dataset.
    }
  }
  for (const std::string& wanted : request.tables) {
    if (std::find(there.begin(), there.end(), wanted) == there.end()) {
      return UnknownWord("table of the output", wanted, there);
    }
  }
  for (const auto& table : made.dataset->tables()) {
    const auto& wanted = request.tables.empty() ? there : request.tables;
    if (std::find(wanted.begin(), wanted.end(), table->name) == wanted.end()) continue;
    const auto at = manifest.tables.find(QualifiedName(identity.dump(), table->name));
    if (at == manifest.tables.end()) continue;
    made.tables.push_back(table->name);
    made.files.insert(made.files.end(), at->second.files.begin(), at->second.files.end());
  }
  made.naive_timestamps = IsNaive(made.files);
  return made;
}

}  // namespace lakeseed
