// `check`: all that is wrong in a dataset file, and what it hardly means.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "lakeseed/cli/dataset_page.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/sound_part.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/cli/text_table.h"
#include "lakeseed/plan/explain.h"
#include "lakeseed/plan/partition_terms.h"
#include "lakeseed/spec/builtin_file.h"
#include "lakeseed/spec/dataset_warnings.h"

namespace lakeseed {
namespace {

using nlohmann::ordered_json;

constexpr OptionDef kOwnOptions[] = {
    {.name = "strict", .help = "a warning is an error", .group = "result"},
};

/// One variant of the file, bound.
struct Checked {
  std::shared_ptr<const BoundDataset> dataset;
  std::vector<Diagnostic> warnings;
};

/// The tree of a dataset file; null where the text is a dictionary or inline JSON.
std::optional<SpecNode> TreeOf(const std::string& file) {
  const arrow::Result<std::string> text = ReadSpecText(file);
  if (!text.ok()) return std::nullopt;
  arrow::Result<SpecNode> tree = ParseYaml(*text, file);
  if (!tree.ok() || tree->Find("tables") == nullptr) return std::nullopt;
  return *std::move(tree);
}

arrow::Result<Checked> CheckVariant(const std::string& file, const std::string& variant,
                                    const SpecNode* tree) {
  DatasetSource source{.custom = file, .variant = variant};
  ARROW_ASSIGN_OR_RAISE(const auto dataset, BindSource(source, 42, std::nullopt));
  ARROW_RETURN_NOT_OK(CheckOwnPartitions(*dataset));
  Checked checked{dataset, DatasetWarnings(dataset->spec(), tree)};
  for (const auto& table : dataset->tables()) {
    if (table->spec->is_list() || RowsOverWindow(*dataset, *table) > 0) continue;
    checked.warnings.push_back({table->spec->place, table->name,
                                "the table has no rows in the window", std::nullopt,
                                "`lakeseed describe` prints the rows of every table"});
  }
  return checked;
}

/// Variants that can be made: without a target the base has no size.
std::vector<std::string> VariantsOf(const DatasetSpec& base) {
  std::vector<std::string> names;
  if (base.main.empty() || base.target_rows || base.variants.empty()) names = {""};
  names.insert(names.end(), base.variants.begin(), base.variants.end());
  return names;
}

/// Errors of each variant, each once; those of a broken base are not said again.
class FileCheck {
 public:
  explicit FileCheck(std::string file) : file_(std::move(file)) {}

  void Run() {
    const arrow::Result<DatasetSpec> base = LoadCustomDataset(file_, "", {});
    if (!base.ok()) {
      Add(base.status());
      return AddOfSoundPart();
    }
    const std::optional<SpecNode> tree = TreeOf(file_);
    for (const std::string& variant : VariantsOf(*base)) {
      arrow::Result<Checked> checked =
          CheckVariant(file_, variant, tree ? &*tree : nullptr);
      if (!checked.ok()) {
        Add(checked.status());
        if (variant.empty()) return;
        continue;
      }
      Keep(std::move(checked->warnings));
      if (dataset == nullptr) dataset = checked->dataset;
    }
  }

  std::vector<Diagnostic> errors, warnings;
  std::shared_ptr<const BoundDataset> dataset;  ///< The base, or the first variant.

 private:
  void Add(const arrow::Status& status) {
    for (Diagnostic& one : DiagnosticsOf(status)) {
      if (seen_.insert(one.ToString()).second) errors.push_back(std::move(one));
    }
  }

  /// Names are looked up only in what is right in form; the errors of that part.
  void AddOfSoundPart() {
    const arrow::Result<std::string> text = ReadSpecText(file_);
    if (!text.ok()) return;
    const std::optional<SoundPart> part = SoundPartOf(*text, file_, errors);
    if (!part) return;
    const DatasetSource source{.custom = file_, .custom_text = part->text};
    std::vector<Diagnostic> more =
        DiagnosticsOf(BindSource(source, 42, std::nullopt).status());
    std::erase_if(more, [&](const Diagnostic& one) { return part->Explains(one); });
    errors.insert(errors.end(), more.begin(), more.end());
    std::stable_sort(errors.begin(), errors.end(), [](const auto& a, const auto& b) {
      return a.place.line < b.place.line;
    });
  }

  /// What one variant uses is not unused: a warning stands in all of them.
  void Keep(std::vector<Diagnostic> found) {
    if (dataset == nullptr) {
      warnings = std::move(found);
      return;
    }
    std::erase_if(warnings, [&](const Diagnostic& one) {
      return std::none_of(found.begin(), found.end(), [&](const Diagnostic& other) {
        return other.ToString() == one.ToString();
      });
    });
  }

  const std::string file_;
  std::set<std::string> seen_;
};

ordered_json ToJson(const std::vector<Diagnostic>& diagnostics) {
  ordered_json list = ordered_json::array();
  for (const Diagnostic& one : diagnostics) {
    list.push_back({{"file", one.place.file},
                    {"line", one.place.line},
                    {"column", one.place.column},
                    {"path", one.path},
                    {"reason", one.reason},
                    {"value", one.value ? ordered_json(*one.value) : ordered_json()},
                    {"hint", one.hint}});
  }
  return list;
}

ordered_json ToJson(const std::string& file, const FileCheck& check, bool passed) {
  ordered_json json = {{"file", file},
                       {"passed", passed},
                       {"errors", ToJson(check.errors)},
                       {"warnings", ToJson(check.warnings)},
                       {"dataset", nullptr},
                       {"variants", ordered_json::array()},
                       {"tables", ordered_json::array()}};
  if (check.dataset == nullptr) return json;
  json["dataset"] = check.dataset->spec().name;
  json["variants"] = check.dataset->spec().variants;
  for (const auto& table : check.dataset->tables()) {
    if (table->spec->is_list()) continue;
    json["tables"].push_back({{"table", table->name},
                              {"kind", KindOf(*table)},
                              {"rows", RowsOverWindow(*check.dataset, *table)},
                              {"columns", table->columns.size()},
                              {"rules", table->spec->rules.size()}});
  }
  return json;
}

std::string Counted(size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string ToText(const std::string& file, const FileCheck& check) {
  std::string text;
  for (const Diagnostic& one : check.warnings) {
    text += fmt::format("warning: {}\n\n", one.ToString());
  }
  if (!check.errors.empty()) return text;
  const BoundDataset& dataset = *check.dataset;
  TextTable table({"table", "kind", ">rows", ">columns", ">rules"});
  for (const auto& one : dataset.tables()) {
    if (one->spec->is_list()) continue;
    table.Add({one->name, KindOf(*one), FormatCount(RowsOverWindow(dataset, *one)),
               fmt::format("{}", one->columns.size()),
               fmt::format("{}", one->spec->rules.size())});
  }
  text += table.ToText() + fmt::format("\n{}: dataset {}, ", file, dataset.spec().name);
  if (!dataset.spec().variants.empty()) {
    text += Counted(dataset.spec().variants.size(), "variant") + ", ";
  }
  return text + fmt::format("no errors, {}\n", Counted(check.warnings.size(), "warning"));
}

arrow::Result<ExitCode> RunCheck(const Arguments& arguments) {
  const std::string& file = arguments.positional();
  FileCheck check(file);
  check.Run();
  const bool passed =
      check.errors.empty() && (check.warnings.empty() || !arguments.Switch("strict"));
  if (arguments.Switch("json")) {
    PrintJson(ToJson(file, check, passed));
    return passed ? ExitCode::kDone : ExitCode::kRequest;
  }
  Print(ToText(file, check));
  if (!check.errors.empty()) return SpecErrors(std::move(check.errors));
  return passed ? ExitCode::kDone : ExitCode::kRequest;
}

}  // namespace

extern const CommandDef kCheckCommand;
const CommandDef kCheckCommand{
    .name = "check",
    .summary = "find all mistakes of a dataset file at once; nothing is made",
    .positional = "FILE",
    .positional_required = true,
    .options = {kOwnOptions, kJsonOption},
    .examples =
        "lakeseed check shop.yaml\n"
        "lakeseed check shop.yaml --strict --json",
    .run = RunCheck,
};

}  // namespace lakeseed
