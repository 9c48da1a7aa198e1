#include "lakeseed/base/vocabulary.h"

#include <arrow/io/file.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <utility>

#include "lakeseed/base/status.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/base/user_vocabulary.h"

namespace lakeseed {
namespace {

constexpr char kBuildHint[] =
    "build the vocabulary with `make build`, or set LAKESEED_VOCAB";

// Directory and cache, guarded by one mutex: tables are read once and rarely.
struct Shelf {
  std::mutex mutex;
  std::string directory;
  std::map<std::string, std::shared_ptr<const VocabularyTable>, std::less<>> tables;
  /// Those of users by name, with their text.
  struct Added {
    std::shared_ptr<const VocabularyTable> table;
    std::string text;
  };
  std::map<std::string, Added, std::less<>> added;

  std::string Directory() const {
    const char* set = std::getenv("LAKESEED_VOCAB");
    return set != nullptr && *set != '\0' ? set : directory;
  }
};

Shelf& TheShelf() {
  static Shelf shelf;
  return shelf;
}

std::vector<std::string> NamesIn(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".csv") names.push_back(it->path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

arrow::Status Missing(std::string_view name, const std::string& directory) {
  const auto names = NamesIn(directory);
  if (names.empty()) {
    return RequestError(fmt::format("no vocabulary in this directory: {}", directory),
                        kBuildHint);
  }
  const std::string near = DidYouMean(name, names);
  return RequestError(fmt::format("unknown vocabulary table: {}", name),
                      near.empty() ? fmt::format("there are {}; if it is new, build the "
                                                 "vocabulary again with `make build`",
                                                 fmt::join(names, ", "))
                                   : near);
}

}  // namespace

void SetVocabularyDirectory(std::string path) {
  const std::lock_guard lock(TheShelf().mutex);
  TheShelf().directory = std::move(path);
}

std::string VocabularyDirectory() {
  const std::lock_guard lock(TheShelf().mutex);
  return TheShelf().Directory();
}

std::vector<std::string> VocabularyNames() {
  Shelf& shelf = TheShelf();
  const std::lock_guard lock(shelf.mutex);
  std::vector<std::string> names = NamesIn(shelf.Directory());
  for (const auto& [name, one] : shelf.added) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

arrow::Status AddVocabulary(std::shared_ptr<const VocabularyTable> table,
                            std::string_view text) {
  Shelf& shelf = TheShelf();
  const std::lock_guard lock(shelf.mutex);
  const std::string& name = table->name();
  const auto names = NamesIn(shelf.Directory());
  if (std::binary_search(names.begin(), names.end(), name)) {
    return RequestError("a built-in vocabulary table has this name: " + name,
                        "choose another name");
  }
  const auto [at, is_new] = shelf.added.try_emplace(name);
  if (!is_new && at->second.text != text) {
    return RequestError("two vocabulary tables of one name: " + name);
  }
  if (is_new) at->second = {std::move(table), std::string(text)};
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<const VocabularyTable>> Vocabulary(std::string_view name) {
  Shelf& shelf = TheShelf();
  const std::lock_guard lock(shelf.mutex);
  if (const auto own = shelf.added.find(name); own != shelf.added.end()) {
    return own->second.table;
  }
  const std::string directory = shelf.Directory();
  if (directory.empty())
    return RequestError("no vocabulary directory is set", kBuildHint);
  const std::string path = fmt::format("{}/{}.csv", directory, name);
  if (auto found = shelf.tables.find(path); found != shelf.tables.end())
    return found->second;
  if (name.find('/') != std::string_view::npos) return Missing(name, directory);
  // Mapped, not copied: files of vocabularies are replaced as a whole, never changed.
  const auto file = arrow::io::MemoryMappedFile::Open(path, arrow::io::FileMode::READ);
  if (!file.ok()) return Missing(name, directory);
  ARROW_ASSIGN_OR_RAISE(const int64_t size, (*file)->GetSize());
  ARROW_ASSIGN_OR_RAISE(auto text, (*file)->ReadAt(0, size));
  ARROW_ASSIGN_OR_RAISE(auto table,
                        VocabularyTable::Open(std::string(name), std::move(text)));
  shelf.tables.emplace(path, table);
  return table;
}

}  // namespace lakeseed
