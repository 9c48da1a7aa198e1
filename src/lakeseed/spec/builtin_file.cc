#include "lakeseed/spec/builtin_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <utility>

#include "lakeseed/spec/load.h"
#include "lakeseed/spec/node_edit.h"
#include "lakeseed/spec/override.h"

namespace lakeseed {
namespace {

constexpr int64_t kMaxFileBytes = 16 << 20;

// Written once by main() before any thread starts.
std::string& DatasetDirectory() {
  static std::string directory = "datasets";
  return directory;
}

}  // namespace

void SetDatasetDirectory(std::string directory) {
  DatasetDirectory() = std::move(directory);
}

arrow::Result<std::string> ReadSpecText(const std::string& path) {
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

arrow::Result<std::shared_ptr<const PartialYaml>> ParsedBuiltin(const std::string& name) {
  struct Entry {
    std::string text;
    std::weak_ptr<const PartialYaml> file;
  };
  static std::mutex mutex;
  static std::map<std::string, Entry> all;  // By path.
  const std::string path = BuiltinPath(name);
  ARROW_ASSIGN_OR_RAISE(std::string text, ReadSpecText(path));
  std::lock_guard lock(mutex);
  std::erase_if(all, [](const auto& one) { return one.second.file.expired(); });
  Entry& entry = all[path];
  std::shared_ptr<const PartialYaml> file = entry.file.lock();
  if (file == nullptr || entry.text != text) {
    file = std::make_shared<const PartialYaml>(ParseYamlPartly(text, path));
    entry = {std::move(text), file};
  }
  return file;
}

arrow::Result<std::optional<FoundBuiltin>> FindBuiltin(const std::string& id) {
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> names, BuiltinNames());
  // The longest name first: `shop_star` before variant `star` of `shop`.
  std::stable_sort(names.begin(), names.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  for (const std::string& name : names) {
    if (id != name && !id.starts_with(name + "_")) continue;
    ARROW_ASSIGN_OR_RAISE(auto file, ParsedBuiltin(name));
    if (id == name) return FoundBuiltin{{name, ""}, std::move(file)};
    const std::string variant = id.substr(name.size() + 1);
    if (!SplitVariant(variant, VariantNames(file->root)).ok()) continue;
    return FoundBuiltin{{name, variant}, std::move(file)};
  }
  return std::nullopt;
}

arrow::Result<SpecNode> BuiltinTree(const BuiltinId& id) {
  const std::string path = BuiltinPath(id.name);
  ARROW_ASSIGN_OR_RAISE(const std::string text, ReadSpecText(path));
  ARROW_ASSIGN_OR_RAISE(SpecNode tree, ParseYaml(text, path));
  ARROW_ASSIGN_OR_RAISE(const std::vector<std::string> chosen,
                        SplitVariant(id.variant, VariantNames(tree)));
  ErrorList errors;
  ApplyVariants(&tree, chosen, &errors);
  ARROW_RETURN_NOT_OK(errors.Finish());
  RemoveEntry(&tree, "variants");
  return tree;
}

}  // namespace lakeseed
