#include "lakeseed/spec/vocabulary_reader.h"

#include <fmt/format.h>

#include <filesystem>

#include "lakeseed/base/user_vocabulary.h"
#include "lakeseed/spec/builtin_file.h"
#include "lakeseed/spec/field.h"

namespace lakeseed {
namespace {

constexpr char kKey[] = "vocabularies";

arrow::Result<std::string> Read(const std::string& name, const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(std::string text, ReadSpecText(path));
  ARROW_ASSIGN_OR_RAISE(auto table, ParseUserVocabulary(name, text));
  ARROW_RETURN_NOT_OK(AddVocabulary(std::move(table), text));
  return text;
}

}  // namespace

std::string ReadVocabularies(const SpecNode& root, const std::string& file,
                             ErrorList* errors) {
  const SpecNode* node = root.Find(kKey);
  if (node == nullptr || !IsMapping(Field{*node, kKey, errors})) return "";
  std::string identity;
  for (const auto& [key, value] : node->entries) {
    if (value.broken || !CheckName(key, kKey, "vocabulary table", errors)) continue;
    const std::string where = std::string(kKey) + "." + key.text;
    if (!value.is_scalar()) {
      errors->Add(value.place, where, "must be the path of a CSV file", std::nullopt,
                  fmt::format("`{0}: {0}.csv`", key.text));
      continue;
    }
    const std::filesystem::path folder = std::filesystem::path(file).parent_path();
    const auto text = Read(key.text, (folder / value.text).string());
    if (text.ok()) {
      identity += fmt::format("vocabulary {} {}\n{}\n", key.text, text->size(), *text);
      continue;
    }
    // A place inside the CSV file says more than that of the key.
    for (Diagnostic one : DiagnosticsOf(text.status())) {
      if (one.place.file.empty()) one.place = value.place;
      one.path = where;
      errors->Add(std::vector<Diagnostic>{std::move(one)});
    }
  }
  return identity;
}

}  // namespace lakeseed
