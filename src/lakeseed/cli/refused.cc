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
    {"--connection", "databases are not available yet; use `--output-mode parquet`"},
    {"--environment",
     "environments are variants, which the commands that make a dataset choose; here "
     "`<dataset>_<variant>` names one"},
    {"--config-template", "templates of notebooks are not available yet"},
    {"-t", "templates of notebooks are not available yet"},
    {"--date", kSeries},
    {"--start-date", kSeries},
    {"--end-date", kSeries},
    {"--batch-size", kSeries},
    {"--ignore-state", kSeries},
    {"--resume", "use `--if-exists resume`"},
};

}  // namespace

std::string RefusedOption(std::string_view option) {
  for (const Refused& refused : kRefused) {
    if (refused.option == option) return std::string(refused.reason);
  }
  return "";
}

}  // namespace lakeseed
