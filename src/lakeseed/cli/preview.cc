// `preview`: some rows of a table on the screen; makes just those, writes nothing.

#include <arrow/api.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "lakeseed/cli/first_rows.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/row_printer.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/cli/text_table.h"
#include "lakeseed/plan/explain.h"

namespace lakeseed {
namespace {

constexpr OptionDef kOwnOptions[] = {
    {.name = "table",
     .value = "T",
     .help = "the table (the main one by default)",
     .group = "rows"},
    {.name = "rows",
     .value = "N",
     .help = "how many rows, from the first",
     .group = "rows",
     .fallback = "20"},
    {.name = "format",
     .value = "F",
     .help = "how to print them",
     .group = "rows",
     .fallback = "table",
     .choices = "table csv json markdown"},
};

constexpr int64_t kMostPreview = 1'000'000;

arrow::Result<const BoundTable*> TableOf(const BoundDataset& dataset,
                                         const std::string& name) {
  const std::string& wanted = name.empty() ? dataset.spec().main : name;
  std::vector<std::string> names;
  for (const BoundTable* table : dataset.written_tables()) {
    if (table->name == wanted) return table;
    names.push_back(table->name);
  }
  if (name.empty() && !names.empty()) return &dataset.table(dataset.FindTable(names[0]));
  return UnknownWord(fmt::format("table of {}", dataset.spec().id()), name, names);
}

std::string CsvCell(const std::string& text, bool quote) {
  if (!quote && text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

arrow::Result<std::string> AsCsv(const arrow::RecordBatch& batch) {
  ARROW_ASSIGN_OR_RAISE(const auto cells, CellTexts(batch, ""));
  std::string text;
  for (int c = 0; c < batch.num_columns(); ++c) {
    text += (c == 0 ? "" : ",") + CsvCell(batch.column_name(c), false);
  }
  text += "\n";
  for (size_t row = 0; row < static_cast<size_t>(batch.num_rows()); ++row) {
    for (size_t c = 0; c < cells.size(); ++c) {
      // An empty text is not a null.
      const bool is_empty =
          cells[c][row].empty() && batch.column(static_cast<int>(c))->IsValid(row);
      text += (c == 0 ? "" : ",") + CsvCell(cells[c][row], is_empty);
    }
    text += "\n";
  }
  return text;
}

arrow::Result<std::string> AsTable(const arrow::RecordBatch& batch, bool markdown) {
  ARROW_ASSIGN_OR_RAISE(const auto cells, CellTexts(batch, markdown ? "" : "null"));
  std::vector<std::string> heads;
  for (const auto& field : batch.schema()->fields()) {
    heads.push_back((IsNumeric(*field->type()) ? ">" : "") + field->name());
  }
  TextTable table(std::move(heads));
  for (size_t row = 0; row < static_cast<size_t>(batch.num_rows()); ++row) {
    std::vector<std::string> line;
    for (const auto& column : cells) line.push_back(column[row]);
    table.Add(std::move(line));
  }
  return markdown ? table.ToMarkdown() : table.ToText();
}

arrow::Result<std::string> AsJsonLines(const arrow::RecordBatch& batch) {
  ARROW_ASSIGN_OR_RAISE(const nlohmann::ordered_json rows, RowsAsJson(batch));
  std::string text;
  for (const auto& row : rows) text += row.dump() + "\n";
  return text;
}

arrow::Result<ExitCode> RunPreview(const Arguments& arguments) {
  ARROW_RETURN_NOT_OK(CheckOneForm(arguments));
  ARROW_ASSIGN_OR_RAISE(const auto count, arguments.Integer("rows", 1, kMostPreview));
  ARROW_ASSIGN_OR_RAISE(const AsOfRequest when, AsOfOf(arguments));
  ARROW_ASSIGN_OR_RAISE(const DatasetSource source, SourceOf(arguments));
  ARROW_ASSIGN_OR_RAISE(const auto dataset, BindRequested(arguments, source));
  ARROW_ASSIGN_OR_RAISE(const BoundTable* table,
                        TableOf(*dataset, arguments.Text("table")));
  const int64_t total = table->rows->Extent(dataset->window()).length();
  ARROW_ASSIGN_OR_RAISE(const auto batch, FirstRows(*dataset, *table, *count, when));

  if (arguments.Switch("json")) {
    ARROW_ASSIGN_OR_RAISE(const nlohmann::ordered_json json, RowsAsJson(*batch));
    PrintJson({{"dataset", dataset->spec().id()},
               {"table", table->name},
               {"total_rows", total},
               {"rows", json}});
    return ExitCode::kDone;
  }
  const std::string format = arguments.Text("format");
  auto text = format == "csv"    ? AsCsv(*batch)
              : format == "json" ? AsJsonLines(*batch)
                                 : AsTable(*batch, format == "markdown");
  ARROW_RETURN_NOT_OK(text.status());
  Print(*text);
  if (format == "table") {
    Note(fmt::format("{} of {} rows of {}", FormatCount(batch->num_rows()),
                     FormatCount(total), table->name));
  }
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kPreviewCommand;
const CommandDef kPreviewCommand{
    .name = "preview",
    .summary = "print some rows of a table; writes nothing",
    .positional = "DATASET_ID",
    .takes_parameters = true,
    .options = {kOwnOptions, kDatasetOptions, kAsOfOption, kJsonOption},
    .examples =
        "lakeseed preview retail_oltp_small --table orders --rows 5\n"
        "lakeseed preview retail_oltp_small --table customers --format csv",
    .run = RunPreview,
};

}  // namespace lakeseed
