// Encoding and writing orders and their items, and customers, which are in memory: our
// writer beside libparquet's with the best encodings that are known before the values
// are.
//
//   cmake --preset release -DLAKESEED_BENCHMARKS=ON && cmake --build build --target
//   run_benchmark build/run_benchmark
//
// bench/table_encoders.py runs it. Files go to the temporary directory; TMPDIR=/dev/shm
// leaves the disk out.

#include <arrow/api.h>
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lakeseed/base/allocator.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/plan/make_plan.h"
#include "lakeseed/run/family_program.h"
#include "lakeseed/write/parquet/encoding_choice.h"

namespace lakeseed {
namespace {

/// Tables of a shop that are made together, in batches of as many rows of the first as a
/// run of one thread makes at once.
struct Tables {
  const char* name;
  std::vector<std::string> tables;
  int64_t rows, batch_rows;
  int64_t orders;  ///< Of the shop; customers are a tenth as many and some.
};
const Tables kTables[] = {
    {"orders and items",
     {"orders", "order_items"},
     16 * kBlockRows,
     9'362,
     16 * kBlockRows},
    {"customers", {"customers"}, 8 * kBlockRows, 32'768, 80 * kBlockRows},
};
/// A table in pieces, all of arrays, and the same with numbers of texts.
struct Table {
  std::string name;
  std::vector<ColumnLayout> columns;
  FamilyProgram::Pieces whole, numbered;
};

std::vector<Table> MakeTables(const Tables& made_together) {
  const auto home = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  SetVocabularyDirectory((home / "vocab").string());
  SetDatasetDirectory((home / "datasets").string());
  DatasetSource source{.dataset_id = "retail_oltp_large"};
  source.overrides.target_rows = made_together.orders;
  // Layouts may name what is the dataset's.
  static std::vector<std::shared_ptr<const BoundDataset>> datasets;
  const auto& dataset = datasets.emplace_back(BindSource(source, 42, {}).ValueOrDie());
  const auto family =
      FamilyProgram::Make(*dataset, made_together.tables[0], made_together.tables, {})
          .ValueOrDie();
  std::vector<Table> tables;
  for (const FamilyProgram::Member& member : family->members()) {
    const BoundTable& bound = dataset->table(member.table);
    Table& table = tables.emplace_back(Table{bound.name, {}, {}});
    for (const BoundColumn& column : bound.columns) {
      table.columns.push_back({column.name, column.type, column.shape});
    }
  }
  const int64_t end = made_together.rows;
  for (int64_t begin = 0; begin < end; begin += made_together.batch_rows) {
    const RowRange rows{begin, std::min(begin + made_together.batch_rows, end)};
    for (const bool numbered : {true, false}) {
      const auto made = family
                            ->MakeRows(rows, {}, arrow::default_memory_pool(),
                                       {.numbered_texts = numbered})
                            .ValueOrDie();
      for (size_t i = 0; i < tables.size(); ++i) {
        auto& pieces = numbered ? tables[i].numbered : tables[i].whole;
        pieces.insert(pieces.end(), made[i].begin(), made[i].end());
      }
    }
  }
  return tables;
}

enum class Writer { kNative, kNativeOfTexts, kLibrary, kLibraryWithDictionaries };

FileRequest RequestOf(const Table& table, Writer writer) {
  FileRequest request;
  request.path = table.name + ".parquet";
  request.columns = table.columns;
  // Row groups end where ours do, whatever is said of the columns below.
  request.options.row_group_rows = RowGroupRows(table.columns);
  if (writer == Writer::kLibrary || writer == Writer::kLibraryWithDictionaries) {
    request.options.parquet_encoder = ParquetEncoder::kLibrary;
  }
  if (writer == Writer::kLibraryWithDictionaries) {
    for (ColumnLayout& column : request.columns) {
      // The one thing said of texts for which the library's writer takes a dictionary.
      if (column.type->id() == arrow::Type::STRING) {
        column.shape.kind = ShapeKind::kConstant;
      }
    }
  }
  return request;
}

/// Made by the first that needs them: the generators are not known before main().
const std::vector<Table>& Made(const Tables& tables) {
  static std::map<std::string, std::vector<Table>> made;
  const auto [at, is_new] = made.try_emplace(tables.name);
  if (is_new) {
    at->second = MakeTables(tables);
    ChooseAllocator();  // Only now: its room is for what the writers take.
  }
  return at->second;
}

void WriteTables(benchmark::State& state, const Tables& made_together, bool keeps,
                 Writer writer) {
  const std::vector<Table>& tables = Made(made_together);
  const auto folder = std::filesystem::temp_directory_path() / "lakeseed-table-benchmark";
  const auto storage = Storage::Open(keeps ? folder.string() : "null://").ValueOrDie();
  const FileFormatDef& parquet = *FindFileFormat("parquet").ValueOrDie();
  int64_t bytes = 0, cells = 0;
  for (auto _ : state) {
    state.PauseTiming();  // To new files: taking old ones away is no part of writing.
    for (const Table& table : tables) {
      std::filesystem::remove(folder / (table.name + ".parquet"));
    }
    state.ResumeTiming();
    bytes = cells = 0;
    for (const Table& table : tables) {
      auto file =
          OpenFileWriter(parquet, storage.get(), RequestOf(table, writer)).ValueOrDie();
      for (const MadeRows& rows :
           writer == Writer::kNative ? table.numbered : table.whole) {
        if (!file->Write(rows).ok()) std::abort();
        cells += rows.num_rows() * std::ssize(rows.columns());
      }
      bytes += file->Close().ValueOrDie().size_bytes;
    }
  }
  std::filesystem::remove_all(folder);
  state.SetItemsProcessed(state.iterations() * cells);
  state.counters["bytes/cell"] = static_cast<double>(bytes) / static_cast<double>(cells);
}

const bool kRegistered = [] {
  const std::pair<const char*, Writer> writers[] = {
      {"native", Writer::kNative},
      {"native, of texts", Writer::kNativeOfTexts},
      {"libparquet", Writer::kLibrary},
      {"libparquet, dictionaries of texts", Writer::kLibraryWithDictionaries}};
  for (const Tables& tables : kTables) {
    for (const bool keeps : {true, false}) {
      for (const auto& [name, writer] : writers) {
        benchmark::RegisterBenchmark(
            fmt::format("{} to {}/{}", tables.name, keeps ? "files" : "nowhere", name)
                .c_str(),
            [&tables, keeps, writer](benchmark::State& state) {
              WriteTables(state, tables, keeps, writer);
            })
            ->Unit(benchmark::kMillisecond);
      }
    }
  }
  return true;
}();

}  // namespace
}  // namespace lakeseed
