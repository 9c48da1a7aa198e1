// layout: the manifest's files are there, whole, in one piece, and no others.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "lakeseed/validate/file_parts.h"
#include "lakeseed/validate/file_streams.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

namespace fs = std::filesystem;

struct Layout {
  const std::string& table;
  int64_t max_examples;
  std::vector<Check>* out;

  Check Start(const char* what) const {
    Check check;
    check.table = table;
    check.kind = "layout";
    check.rule = std::string("layout:") + what;
    return check;
  }
  void Found(Check* check, std::string file, std::string expected,
             std::string found) const {
    ++check->violations;
    if (static_cast<int64_t>(check->examples.size()) >= max_examples) return;
    check->examples.push_back(
        {std::move(file), -1, "", std::move(expected), std::move(found)});
  }
};

// "orders", for orders.parquet, orders/x.parquet, orders_20240101.csv and
// 20240101_orders.csv; the longest name that fits, so that order_items.parquet is
// not one of orders.
std::string TableOfPath(const std::string& path, const DatasetFacts& facts) {
  std::string best;
  for (const auto& [name, table] : facts.tables) {
    bool fits = false;
    for (const fs::path& part : fs::path(path)) {
      const std::string stem = part.stem().string();
      fits |= part == name || stem == name || stem.starts_with(name + "_") ||
              stem.starts_with(name + "-") || stem.starts_with(name + " ") ||
              stem.starts_with(name + ".") || stem.ends_with("_" + name);
    }
    if (fits && name.size() > best.size()) best = name;
  }
  return best;
}

bool IsDataFile(const fs::path& path) {
  const std::string extension = path.extension().string();
  for (const char* known : {".parquet", ".csv", ".json", ".jsonl", ".ndjson", ".arrow",
                            ".feather", ".gz", ".zst"}) {
    if (extension == known) return true;
  }
  return false;
}

/// Whether data files below a directory count. Change feeds lie beside the tables and
/// have facts of their own. Tables keep the files of their earlier versions, and their
/// logs; the logs tell which count.
bool IsSearched(const fs::path& directory) {
  const std::string name = directory.filename().string();
  const bool is_apart =
      (name == "Changes" || name == "Tables") && !directory.has_parent_path();
  return name != "_lakeseed" && !name.starts_with(".") && !is_apart;
}

void FindForeign(const DatasetFiles& files, const std::string& directory,
                 const std::set<std::string>& known, const Layout& layout, Check* check) {
  for (const FilePlace::Entry& entry : files.root().List(directory)) {
    const fs::path path(entry.path);
    if (entry.is_directory) {
      if (IsSearched(path)) FindForeign(files, entry.path, known, layout, check);
      continue;
    }
    const std::string name = path.filename().string();
    // Samples, which `sample-data` writes beside the files, are to be looked at.
    const bool is_apart = name.starts_with(".") || name.ends_with("_sample.json");
    if (is_apart || !IsDataFile(path) || known.contains(entry.path)) continue;
    if (TableOfPath(entry.path, files.facts()) == layout.table) {
      layout.Found(check, entry.path, "no such file in the manifest", "a data file");
    }
  }
}

void CheckForeign(const DatasetFiles& files, const Layout& layout) {
  Check check = layout.Start("foreign_files");
  std::set<std::string> known = files.facts().other_files;
  for (const auto& [name, table] : files.facts().tables) {
    for (const FileFacts& file : table.files) {
      for (const FileFacts& part : PartsOf(file)) known.insert(part.path);
    }
  }
  FindForeign(files, "", known, layout, &check);
  layout.out->push_back(std::move(check));
}

void CheckRanges(const TableFacts& table, const Layout& layout) {
  Check check = layout.Start("row_ranges");
  int64_t next = table.files.empty() ? 0 : table.files[0].first_row;
  int64_t rows = 0, bytes = 0;
  for (const FileFacts& file : table.files) {
    // How rows go on from day to day is for `days` to tell.
    if (!file.day && file.first_row != next) {
      layout.Found(&check, file.path, fmt::format("first row {}", next),
                   std::to_string(file.first_row));
    }
    if (file.end_row - file.first_row != file.num_rows) {
      layout.Found(&check, file.path,
                   fmt::format("{} rows by its range", file.end_row - file.first_row),
                   std::to_string(file.num_rows));
    }
    next = file.end_row;
    rows += file.num_rows;
    bytes += file.size_bytes;
  }
  if (rows != table.num_rows) {
    layout.Found(&check, "", fmt::format("{} rows of the table", table.num_rows),
                 fmt::format("{} in its files", rows));
  }
  if (bytes != table.size_bytes) {
    layout.Found(&check, "", fmt::format("{} bytes of the table", table.size_bytes),
                 fmt::format("{} in its files", bytes));
  }
  check.checked_rows = rows;
  layout.out->push_back(std::move(check));
}

}  // namespace

void CheckLayout(const DatasetFiles& files, const std::string& table,
                 int64_t max_examples, std::vector<Check>* out) {
  const Layout layout{table, max_examples, out};
  const TableFiles& own = *files.Find(table);
  Check present = layout.Start("files_exist"), size = layout.Start("file_size"),
        readable = layout.Start("readable"), rows = layout.Start("row_count");
  for (size_t i = 0; i < own.probes.size(); ++i) {
    const FileFacts& file = own.facts->files[i];
    const FileProbe& probe = own.probes[i];
    if (probe.missing) {
      layout.Found(&present, file.path, "a file",
                   file.parts.empty() ? "none" : probe.error);
      continue;
    }
    // What is no file has no size; it counts as unreadable below.
    if (probe.size_bytes >= 0 && probe.size_bytes != file.size_bytes) {
      layout.Found(&size, file.path, fmt::format("{} bytes", file.size_bytes),
                   fmt::format("{} bytes", probe.size_bytes));
    }
    if (!probe.readable) {
      layout.Found(&readable, file.path, "a whole " + file.format + " file", probe.error);
      continue;
    }
    rows.checked_rows += file.num_rows;
    if (probe.num_rows >= 0 && probe.num_rows != file.num_rows) {
      layout.Found(&rows, file.path, fmt::format("{} rows", file.num_rows),
                   fmt::format("{} rows", probe.num_rows));
    }
  }
  for (Check* check : {&present, &size, &readable, &rows})
    out->push_back(std::move(*check));
  CheckRanges(*own.facts, layout);
  CheckForeign(files, layout);
}

}  // namespace lakeseed
