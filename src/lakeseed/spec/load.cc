#include "lakeseed/spec/load.h"

#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/suggest.h"
#include "lakeseed/spec/builtin_file.h"
#include "lakeseed/spec/dataset_reader.h"
#include "lakeseed/spec/dictionary_text.h"
#include "lakeseed/spec/override.h"
#include "lakeseed/spec/uses.h"
#include "lakeseed/spec/vocabulary_reader.h"

namespace lakeseed {
namespace {

constexpr int64_t kMaxRows = 10'000'000'000'000;

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
  for (const TableSpec& table : spec.tables) {
    if (!table.is_hidden) listing.tables.push_back(table.name);
  }
  return listing;
}

using Settings = std::vector<std::pair<std::string, std::string>>;

/// A dataset file that is parsed once, and read for each of its variants that is wanted.
class VariantReader {
 public:
  VariantReader(const SpecNode& root, std::string file, ErrorList* errors)
      : root_(root),
        file_(std::move(file)),
        errors_(errors),
        names_(VariantNames(root)) {}

  const std::vector<std::string>& names() const { return names_; }

  /// The variant with what a request changes.
  arrow::Result<DatasetSpec> Read(const std::string& variant,
                                  const SpecOverrides& overrides) const {
    ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> chosen,
                          SplitVariant(variant, names_));
    std::string vocabularies;
    DatasetSpec spec = ReadOne(chosen, overrides.set, &vocabularies);
    ARROW_RETURN_NOT_OK(errors_->Finish());
    spec.variant = fmt::format("{}", fmt::join(chosen, "_"));
    spec.variants = names_;
    ARROW_RETURN_NOT_OK(ApplyOverrides(overrides, &spec));
    spec.canonical_text = CanonicalText(spec) + vocabularies;
    return spec;
  }

  /// What is wrong now is wrong in a variant: say so before someone asks for it.
  arrow::Status CheckOthers(const std::string& variant) const {
    ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> chosen,
                          SplitVariant(variant, names_));
    std::string vocabularies;
    for (size_t i = 0; errors_->empty() && i < names_.size(); ++i) {
      ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> other,
                            SplitVariant(names_[i], names_));
      // A request's settings are meant for the chosen one alone.
      if (other != chosen) ReadOne(other, {}, &vocabularies);
    }
    return errors_->Finish();
  }

 private:
  DatasetSpec ReadOne(const std::vector<std::string>& variants, const Settings& settings,
                      std::string* vocabularies) const {
    SpecNode changed = root_;
    const Imports imports = ImportUsed(&changed, {file_, variants, settings}, errors_);
    ApplyVariants(&changed, variants, errors_);
    ApplySettings(&changed, settings, errors_);
    *vocabularies = ReadVocabularies(changed, file_, errors_);
    DatasetSpec spec = ReadDataset(changed, file_, errors_, imports);
    CheckDataset(spec, changed, errors_);
    return spec;
  }

  const SpecNode& root_;
  const std::string file_;
  ErrorList* const errors_;
  const std::vector<std::string> names_;
};

/// \retval Invalid  the file is no mapping
arrow::Status CheckRoot(const SpecNode& root, const std::string& file,
                        ErrorList* errors) {
  if (root.is_mapping()) return arrow::Status::OK();
  if (errors->empty()) {
    errors->Add(Place{file, 1, 1}, "", "a dataset file is a mapping", std::nullopt,
                "it starts with `dataset: <name>`");
  }
  return errors->Finish();
}

/// A built-in variant. The others are not looked at: each is read by a test.
arrow::Result<DatasetSpec> LoadBuiltin(const FoundBuiltin& found,
                                       const SpecOverrides& overrides) {
  ARROW_RETURN_NOT_OK(CheckOverrides(overrides));
  const std::string path = BuiltinPath(found.id.name);
  ErrorList errors;
  errors.Add(found.file->errors);
  const SpecNode& root = found.file->root;
  ARROW_RETURN_NOT_OK(CheckRoot(root, path, &errors));
  const VariantReader reader(root, path, &errors);
  ARROW_ASSIGN_OR_RAISE(DatasetSpec spec, reader.Read(found.id.variant, overrides));
  if (spec.name != found.id.name) {
    return SpecErrors({{{path, 0, 0},
                        "dataset",
                        "name differs from that of the file",
                        spec.name,
                        fmt::format("write `dataset: {}`", found.id.name)}});
  }
  return spec;
}

// A user's file, or JSON that stands in its place.
struct CustomText {
  std::string text, file;
};

arrow::Result<CustomText> ReadCustom(const std::string& file_or_json) {
  const size_t first = file_or_json.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && file_or_json[first] == '{') {
    return CustomText{file_or_json, "<inline>"};
  }
  ARROW_ASSIGN_OR_RAISE(std::string text, ReadSpecText(file_or_json));
  return CustomText{std::move(text), file_or_json};
}

// A dictionary of the source documents; `dataset_id` where it states none.
arrow::Result<DatasetSpec> ReadDictionaryTree(const SpecNode& root,
                                              const std::string& file,
                                              const std::string& dataset_id,
                                              const SpecOverrides& overrides,
                                              ErrorList* errors) {
  Dictionary made = TranslateDictionary(root, dataset_id, errors);
  ARROW_RETURN_NOT_OK(errors->Finish());
  ApplySettings(&made.tree, overrides.set, errors);
  DatasetSpec spec = ReadDataset(made.tree, file, errors);
  CheckDataset(spec, made.tree, errors);
  ARROW_RETURN_NOT_OK(errors->Finish());
  // A built-in's own numbers make the built-in itself.
  spec.name = made.id.name;
  spec.variant = made.id.variant;
  ARROW_RETURN_NOT_OK(ApplyOverrides(overrides, &spec));
  spec.canonical_text = CanonicalText(spec);
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

arrow::Status CheckOverrides(const SpecOverrides& overrides) {
  if (overrides.target_rows &&
      (*overrides.target_rows < 1 || *overrides.target_rows > kMaxRows)) {
    return RequestError(
        fmt::format("target rows must be from 1 to 1e13: {}", *overrides.target_rows));
  }
  // Of the least that a table can state, more would be too many rows of it.
  constexpr auto kMostScale = static_cast<double>(kMaxRows);
  if (!(overrides.scale_factor > 0 && overrides.scale_factor <= kMostScale)) {
    return RequestError(fmt::format("scale factor must be above 0 and at most 1e13: {}",
                                    overrides.scale_factor));
  }
  return arrow::Status::OK();
}

arrow::Result<std::vector<DatasetSpec>> LoadAllDatasets() {
  std::vector<DatasetSpec> specs;
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> names, BuiltinNames());
  // Some are used by others: each is parsed once.
  std::vector<FoundBuiltin> files;
  for (const std::string& name : names) {
    ARROW_ASSIGN_OR_RAISE(auto file, ParsedBuiltin(name));
    files.push_back({{name, ""}, std::move(file)});
  }
  for (FoundBuiltin& file : files) {
    ARROW_ASSIGN_OR_RAISE(DatasetSpec base, LoadBuiltin(file, {}));
    const std::vector<std::string> variants = base.variants;
    // A base whose tables count a target that only its variants state has no size.
    const bool has_size = base.target_rows || base.main.empty();
    if (has_size || variants.empty()) specs.push_back(std::move(base));
    for (const std::string& variant : variants) {
      file.id.variant = variant;
      ARROW_ASSIGN_OR_RAISE(DatasetSpec spec, LoadBuiltin(file, {}));
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
  ARROW_ASSIGN_OR_RAISE(const auto found, FindBuiltin(id));
  if (found) return LoadBuiltin(*found, overrides);
  return UnknownDataset(id);
}

arrow::Result<DatasetSpec> LoadCustomDataset(const std::string& file_or_json,
                                             const std::string& variant,
                                             const SpecOverrides& overrides) {
  ARROW_ASSIGN_OR_RAISE(const CustomText custom, ReadCustom(file_or_json));
  return ParseDataset(custom.text, custom.file, variant, overrides);
}

arrow::Result<std::optional<DictionaryFacts>> ReadDictionary(
    const std::string& file_or_json, const std::string& dataset_id) {
  ARROW_ASSIGN_OR_RAISE(const CustomText custom, ReadCustom(file_or_json));
  const PartialYaml tree = ParseDatasetText(custom.text, custom.file);
  if (!tree.errors.empty() || !IsDictionary(tree.root)) return std::nullopt;
  ErrorList errors;
  Dictionary made = TranslateDictionary(tree.root, dataset_id, &errors);
  ARROW_RETURN_NOT_OK(errors.Finish());
  return DictionaryFacts{made.states_id, std::move(made.settings)};
}

arrow::Result<DatasetSpec> ParseDataset(std::string_view text, const std::string& file,
                                        const std::string& variant,
                                        const SpecOverrides& overrides) {
  ARROW_RETURN_NOT_OK(CheckOverrides(overrides));
  PartialYaml tree = ParseDatasetText(text, file);
  ErrorList errors;
  errors.Add(std::move(tree.errors));
  const SpecNode& root = tree.root;
  ARROW_RETURN_NOT_OK(CheckRoot(root, file, &errors));
  if (IsDictionary(root))
    return ReadDictionaryTree(root, file, variant, overrides, &errors);
  const VariantReader reader(root, file, &errors);
  ARROW_ASSIGN_OR_RAISE(DatasetSpec spec, reader.Read(variant, overrides));
  ARROW_RETURN_NOT_OK(reader.CheckOthers(variant));
  return spec;
}

}  // namespace lakeseed
