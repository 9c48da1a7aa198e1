// `new`: a commented dataset file to begin with.

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/starter.h"
#include "lakeseed/cli/terminal.h"

namespace lakeseed {
namespace {

constexpr OptionDef kOwnOptions[] = {
    {.name = "template",
     .value = "NAME",
     .help = "minimal: one table; shop: orders of customers, with rules; star: facts and "
             "a dimension with versions; series: measurements by steps of time",
     .group = "file",
     .fallback = "shop",
     .choices = "minimal series shop star"},
    {.name = "force", .help = "replace the file if it is there", .group = "file"},
};

/// The dataset is named after its file: "my-shop.yaml" is my_shop.
arrow::Result<std::string> DatasetNameOf(const std::filesystem::path& file) {
  std::string name;
  for (const char c : file.stem().string()) {
    const bool is_large = c >= 'A' && c <= 'Z';
    const bool is_small = c >= 'a' && c <= 'z';
    const bool is_digit = c >= '0' && c <= '9';
    if (is_small || is_digit || c == '_') {
      name += c;
    } else {
      name += is_large ? static_cast<char>(c - 'A' + 'a') : '_';
    }
  }
  if (name.empty() || name[0] < 'a' || name[0] > 'z') {
    return RequestError(
        "a dataset is named after its file, and begins with a letter: " + file.string(),
        "`lakeseed new shop.yaml`");
  }
  return name;
}

arrow::Status Write(const std::string& path, const std::string& text, bool replaces) {
  // "x": made anew, or not at all.
  std::FILE* file = std::fopen(path.c_str(), replaces ? "w" : "wx");
  if (file == nullptr && errno == EEXIST) {
    return RequestError("the file is there already: " + path,
                        "`--force` replaces it; or choose another name");
  }
  const auto failed = [&] {
    return RequestError(
        fmt::format("file cannot be written: {}: {}", path, std::strerror(errno)));
  };
  if (file == nullptr) return failed();
  const bool is_whole = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (std::fclose(file) != 0 || !is_whole) return failed();
  return arrow::Status::OK();
}

arrow::Result<ExitCode> RunNew(const Arguments& arguments) {
  const std::string& path = arguments.positional();
  const std::filesystem::path file(path);
  const std::string extension = file.extension().string();
  if (extension != ".yaml" && extension != ".yml") {
    return RequestError("a dataset file ends in .yaml: " + path,
                        fmt::format("`lakeseed new {}.yaml`", file.stem().string()));
  }
  ARROW_ASSIGN_OR_RAISE(const std::string name, DatasetNameOf(file));
  const std::string chosen = arguments.Text("template");
  for (const StarterDef& starter : Starters()) {
    if (starter.name != chosen) continue;
    ARROW_RETURN_NOT_OK(
        Write(path, StarterText(starter, name, path), arguments.Switch("force")));
  }
  if (arguments.Switch("json")) {
    PrintJson({{"file", path}, {"dataset", name}, {"template", chosen}});
    return ExitCode::kDone;
  }
  Print(
      fmt::format("{0}: dataset {1}, from template {2}\n\n"
                  "  lakeseed check {0}\n"
                  "  lakeseed preview --custom-schema {0}\n"
                  "  lakeseed generate --custom-schema {0} --output-mode parquet\n",
                  path, name, chosen));
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kNewCommand;
const CommandDef kNewCommand{
    .name = "new",
    .summary = "write a commented dataset file to begin with",
    .positional = "FILE",
    .positional_required = true,
    .options = {kOwnOptions, kJsonOption},
    .examples =
        "lakeseed new shop.yaml\n"
        "lakeseed new sensors.yaml --template series",
    .run = RunNew,
};

}  // namespace lakeseed
