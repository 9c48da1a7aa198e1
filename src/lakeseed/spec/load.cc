#include "lakeseed/spec/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/dataset_reader.h"
#include "lakeseed/spec/override.h"

namespace lakeseed {
namespace {

constexpr int64_t kMaxRows = 10'000'000'000'000;
constexpr int64_t kMaxFileBytes = 16 << 20;

// Written once by main() before any thread starts.
std::string& DatasetDirectory() {
  static std::string directory = "datasets";
  return directory;
}

arrow::Result<std::string> ReadText(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return RequestError(fmt::format("no such file: {}", path));
  }
  const auto size = std::filesystem::file_size(path, error);
  if (!error && static_cast<int64_t>(size) > kMaxFileBytes) {
    return RequestError(fmt::format("file is too large for a dataset: {}", path));
  }
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return RequestError(fmt::format("cannot read the file: {}", path));
  return text.str();
}

// Names of the files without ".yaml", sorted.
arrow::Result<std::vector<std::string>> BuiltinNames() {
  std::error_code error;
  std::filesystem::directory_iterator files(DatasetDirectory(), error);
  if (error) {
    return RequestError(
        fmt::format("cannot read the directory of datasets: {}", DatasetDirectory()));
  }
  std::vector<std::string> names;
  for (const auto& entry : files) {
    if (entry.path().extension() == ".yaml")
      names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string BuiltinPath(const std::string& name) {
  return (std::filesystem::path(DatasetDirectory()) / (name + ".yaml")).string();
}

arrow::Status CheckOverrides(const SpecOverrides& overrides) {
  if (overrides.target_rows &&
      (*overrides.target_rows < 1 || *overrides.target_rows > kMaxRows)) {
    return RequestError(
        fmt::format("target rows must be from 1 to 1e13: {}", *overrides.target_rows));
  }
  if (!(overrides.scale_factor > 0) || !std::isfinite(overrides.scale_factor)) {
    return RequestError(
        fmt::format("scale factor must be positive: {}", overrides.scale_factor));
  }
  return arrow::Status::OK();
}

arrow::Status ApplyOverrides(const SpecOverrides& overrides, DatasetSpec* spec) {
  spec->scale_factor = overrides.scale_factor;
  if (!overrides.target_rows) return arrow::Status::OK();
  if (spec->main.empty()) {
    return RequestError(
        fmt::format("dataset has no target rows, its tables state their own: {}",
                    *overrides.target_rows),
        "use --scale-factor");
  }
  spec->target_rows = overrides.target_rows;
  return arrow::Status::OK();
}

DatasetListing ListingOf(const DatasetSpec& spec) {
  DatasetListing listing{spec.id(), spec.name,   spec.variant,
                         spec.doc,  spec.domain, spec.pattern,
                         {},        spec.main,   spec.target_rows};
  for (const TableSpec& table : spec.tables) listing.tables.push_back(table.name);
  return listing;
}

arrow::Result<DatasetSpec> LoadBuiltin(const std::string& name,
                                       const std::string& variant,
                                       const SpecOverrides& overrides) {
  const std::string path = BuiltinPath(name);
  ARROW_ASSIGN_OR_RAISE(const std::string text, ReadText(path));
  ARROW_ASSIGN_OR_RAISE(DatasetSpec spec, ParseDataset(text, path, variant, overrides));
  if (spec.name != name) {
    return SpecErrors({{{path, 0, 0},
                        "dataset",
                        "name differs from that of the file",
                        spec.name,
                        fmt::format("write `dataset: {}`", name)}});
  }
  return spec;
}

arrow::Status UnknownDataset(const std::string& id) {
  std::vector<std::string> ids;
  if (const auto listings = ListDatasets(); listings.ok()) {
    for (const DatasetListing& one : *listings) ids.push_back(one.id);
  } else if (auto names = BuiltinNames(); names.ok()) {
    ids = *names;
  }
  std::string hint = DidYouMean(id, ids);
  if (!hint.empty()) hint += " ";
  if (!ids.empty()) hint += fmt::format("datasets: {}", fmt::join(ids, ", "));
  return RequestError(fmt::format("unknown dataset: {}", id), hint);
}

}  // namespace

void SetDatasetDirectory(std::string directory) {
  DatasetDirectory() = std::move(directory);
}

arrow::Result<std::vector<DatasetSpec>> LoadAllDatasets() {
  std::vector<DatasetSpec> specs;
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> names, BuiltinNames());
  for (const std::string& name : names) {
    ARROW_ASSIGN_OR_RAISE(DatasetSpec base, LoadBuiltin(name, "", {}));
    const std::vector<std::string> variants = base.variants;
    // Without a target the base has no size of its own; its variants have.
    if (base.target_rows || variants.empty()) specs.push_back(std::move(base));
    for (const std::string& variant : variants) {
      ARROW_ASSIGN_OR_RAISE(DatasetSpec spec, LoadBuiltin(name, variant, {}));
      specs.push_back(std::move(spec));
    }
  }
  std::sort(specs.begin(), specs.end(),
            [](const auto& a, const auto& b) { return a.id() < b.id(); });
  return specs;
}

arrow::Result<std::vector<DatasetListing>> ListDatasets() {
  ARROW_ASSIGN_OR_RAISE(const std::vector<DatasetSpec> specs, LoadAllDatasets());
  std::vector<DatasetListing> listings;
  for (const DatasetSpec& spec : specs) listings.push_back(ListingOf(spec));
  return listings;
}

arrow::Result<DatasetSpec> LoadDataset(const std::string& id,
                                       const SpecOverrides& overrides) {
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> names, BuiltinNames());
  // The longest name first: `shop_star` before variant `star` of `shop`.
  std::stable_sort(names.begin(), names.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  for (const std::string& name : names) {
    if (id == name) return LoadBuiltin(name, "", overrides);
    if (!id.starts_with(name + "_")) continue;
    const std::string variant = id.substr(name.size() + 1);
    ARROW_ASSIGN_OR_RAISE(const std::string text, ReadText(BuiltinPath(name)));
    const PartialYaml tree = ParseYamlPartly(text, BuiltinPath(name));
    if (!SplitVariant(variant, VariantNames(tree.root)).ok()) continue;
    return LoadBuiltin(name, variant, overrides);
  }
  return UnknownDataset(id);
}

arrow::Result<DatasetSpec> LoadCustomDataset(const std::string& file_or_json,
                                             const std::string& variant,
                                             const SpecOverrides& overrides) {
  const size_t first = file_or_json.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && file_or_json[first] == '{') {
    return ParseDataset(file_or_json, "<inline>", variant, overrides);
  }
  ARROW_ASSIGN_OR_RAISE(const std::string text, ReadText(file_or_json));
  return ParseDataset(text, file_or_json, variant, overrides);
}

arrow::Result<DatasetSpec> ParseDataset(std::string_view text, const std::string& file,
                                        const std::string& variant,
                                        const SpecOverrides& overrides) {
  ARROW_RETURN_NOT_OK(CheckOverrides(overrides));
  PartialYaml tree = ParseYamlPartly(text, file);
  ErrorList errors;
  errors.Add(std::move(tree.errors));
  const SpecNode& root = tree.root;
  if (!root.is_mapping()) {
    if (errors.empty()) {
      errors.Add(Place{file, 1, 1}, "", "a dataset file is a mapping", std::nullopt,
                 "it starts with `dataset: <name>`");
    }
    return errors.Finish();
  }
  const std::vector<std::string> names = VariantNames(root);
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> chosen,
                        SplitVariant(variant, names));
  const auto read = [&](const std::vector<std::string>& variants) {
    SpecNode changed = root;
    ApplyVariants(&changed, variants, &errors);
    ApplySettings(&changed, overrides.set, &errors);
    DatasetSpec read_spec = ReadDataset(changed, file, &errors);
    CheckDataset(read_spec, changed, &errors);
    return read_spec;
  };
  DatasetSpec spec = read(chosen);
  // What is wrong now is wrong in a variant: say so before someone asks for it.
  for (size_t i = 0; errors.empty() && i < names.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> other,
                          SplitVariant(names[i], names));
    if (other != chosen) read(other);
  }
  ARROW_RETURN_NOT_OK(errors.Finish());
  spec.variant = fmt::format("{}", fmt::join(chosen, "_"));
  spec.variants = names;
  ARROW_RETURN_NOT_OK(ApplyOverrides(overrides, &spec));
  spec.canonical_text = CanonicalText(spec);
  return spec;
}

}  // namespace lakeseed
