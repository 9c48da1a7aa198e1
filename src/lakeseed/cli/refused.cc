#include "lakeseed/cli/refused.h"

namespace lakeseed {
namespace {

struct Refused {
  std::string_view option, reason;
};

constexpr std::string_view kCatalogs =
    "tables are put into a catalog by the commands that publish: `generate`, "
    "`generate-incremental`, `generate-series`, `work` and `commit`";
constexpr std::string_view kSeries =
    "`generate-incremental` makes one day, `generate-series` many; this command makes "
    "the whole window";

constexpr Refused kRefused[] = {
    {"--catalog", kCatalogs},
    {"--connection",
     "databases are not available yet; `--output-mode` writes files and tables"},
    {"--environment",
     "environments are variants, which the commands that make a dataset choose; here "
     "`<dataset>_<variant>` names one"},
    {"--format",
     "`--output-mode` chooses files or tables, `--table-format` which tables; `--json` "
     "prints a result for programs"},
    {"--config-template", "templates of notebooks are not available yet"},
    {"-t", "templates of notebooks are not available yet"},
    {"--date", kSeries},
    {"--start-date", kSeries},
    {"--end-date", kSeries},
    {"--batch-size", kSeries},
    {"--ignore-state", kSeries},
    {"--resume", "use `--if-exists resume`"},
};

constexpr std::string_view kMakeNow =
    "`lakeseed generate DATASET_ID` makes a dataset now, `generate-series` its days";
constexpr std::string_view kTransactions =
    "`lakeseed generate transactions --output-mode json` writes such transactions";

constexpr RefusedCommand kRefusedCommands[] = {
    {"bench", "measurements of this machine",
     "`make bench` measures them in a clone of the sources"},
    {"compile", "notebooks", kMakeNow},
    {"compile-generic-templates", "notebooks", kMakeNow},
    {"execute-with-parameters", "notebooks", kMakeNow},
    {"ingest", "pipelines that read a source", kTransactions},
    {"serve", "servers", kTransactions},
    {"stream", "live rows",
     "`lakeseed changes DATASET_ID --from A --to B` prints what came on each day"},
};

}  // namespace

const RefusedCommand* FindRefusedCommand(std::string_view name) {
  for (const RefusedCommand& refused : kRefusedCommands) {
    if (refused.name == name) return &refused;
  }
  return nullptr;
}

std::string RefusedOption(std::string_view option) {
  for (const Refused& refused : kRefused) {
    if (refused.option == option) return std::string(refused.reason);
  }
  return "";
}

}  // namespace lakeseed
