#include "lakeseed/cli/option_tables.h"

#include <array>

namespace lakeseed {
namespace {

constexpr std::string_view kDataset = "dataset";
constexpr std::string_view kFiles = "files";
constexpr std::string_view kMachine = "speed and memory (never change a value)";
constexpr std::string_view kResult = "result";
constexpr std::string_view kEnvironment = "where and how";

constexpr OptionDef kJsonDefs[] = {
    {.name = "json", .help = "print the result as one JSON object", .group = kResult},
};

constexpr OptionDef kResultDefs[] = {
    {.name = "quiet", .help = "no progress and no notes", .group = kResult},
    {.name = "json", .help = "print the result as one JSON object", .group = kResult},
};

constexpr OptionDef kDatasetDefs[] = {
    {.name = "dataset-id",
     .letter = 'd',
     .value = "ID",
     .help = "the dataset; the same as the argument",
     .group = kDataset},
    {.name = "custom-schema",
     .value = "FILE",
     .help = "a dataset of your own: a YAML or JSON file, or inline JSON",
     .group = kDataset},
    {.name = "target-rows",
     .letter = 'r',
     .value = "N",
     .help =
         "rows of the main table; the other tables follow (the dataset's own by default)",
     .group = kDataset},
    {.name = "environment",
     .value = "NAME",
     .help = "the dataset's variant of that name, such as dev, staging or prod of "
             "ecommerce_dw",
     .group = kDataset},
    {.name = "scale-factor",
     .value = "X",
     .help = "multiplies every table's size",
     .group = kDataset,
     .fallback = "1.0"},
    {.name = "seed",
     .letter = 's',
     .value = "N",
     .help = "another seed, other values",
     .group = kDataset,
     .fallback = "42"},
    {.name = "set",
     .value = "KEY=VALUE",
     .help = "a parameter of the dataset, or a path into its file; may be repeated",
     .group = kDataset,
     .repeats = true},
};

constexpr OptionDef kAsOfDefs[] = {
    {.name = "as-of",
     .value = "DATE",
     .help =
         "the day whose knowledge as-of columns show, or `day` for each row's own (the "
         "window's end by default)",
     .group = kDataset},
};

constexpr OptionDef kFileDefs[] = {
    {.name = "tables",
     .value = "LIST",
     .help = "only these tables, separated by commas; their values do not change",
     .group = kFiles,
     .repeats = true},
    {.name = "output",
     .letter = 'O',
     .value = "DIR",
     .help = "directory to write to, or a place in an object store: s3://, gs:// or "
             "abfss://; null:// keeps nothing",
     .group = kFiles,
     .fallback = "./data"},
    {.name = "output-mode",
     .letter = 'o',
     .value = "MODE",
     .help = "tables of a table format, or files",
     .group = kFiles,
     .fallback = "table",
     .choices = "table parquet csv json arrow"},
    {.name = "table-format",
     .value = "NAME",
     .help = "which tables; implies `--output-mode table`",
     .group = kFiles,
     .fallback = "delta",
     .choices = "delta iceberg ducklake"},
    {.name = "table-statistics",
     .value = "WHICH",
     .help =
         "in the logs of Delta and Iceberg tables: all, numbers of rows alone, or none",
     .group = kFiles,
     .fallback = "all",
     .choices = "all rows none"},
    {.name = "auto-compact",
     .help = "merge small files of tables after each commit, as `optimize` does",
     .group = kFiles},
    {.name = "iceberg-version",
     .value = "N",
     .help = "format version of Iceberg tables: new ones have 2; those of version 2 can "
             "become 3",
     .group = kFiles,
     .choices = "2 3"},
    {.name = "partition-by",
     .value = "LIST",
     .help = "folders by columns, or by year, month, day, hour, yearmonth of a table's "
             "time, or year(column), bucket(16,column); tables without them have none",
     .group = kFiles,
     .repeats = true},
    {.name = "sort-by",
     .value = "LIST",
     .help = "sort the rows of each file by columns; tables without them are not sorted",
     .group = kFiles,
     .repeats = true},
    {.name = "z-order-by",
     .value = "LIST",
     .help = "lay the rows of each file along a Z-order curve through columns",
     .group = kFiles,
     .repeats = true},
    {.name = "compression",
     .value = "CODEC",
     .help = "snappy, zstd[:level], gzip[:level], brotli[:level], lz4 or none (Parquet: "
             "snappy, others: none)",
     .group = kFiles},
    {.name = "compress-all",
     .help = "compress dense Parquet columns too: little smaller, much slower",
     .group = kFiles},
    {.name = "parquet-profile",
     .value = "NAME",
     .help = "compat: only PLAIN and dictionaries, for readers without delta encodings",
     .group = kFiles,
     .fallback = "fast",
     .choices = "fast compat"},
    {.name = "page-checksums",
     .help = "a checksum for each Parquet page",
     .group = kFiles},
    {.name = "bloom-filters",
     .value = "LIST",
     .help = "columns of any table that get Parquet's Bloom filters",
     .group = kFiles,
     .repeats = true},
    {.name = "file-size",
     .value = "SIZE",
     .help = "bytes per file, about",
     .group = kFiles,
     .fallback = "128MB"},
    {.name = "file-rows-target",
     .value = "N",
     .help = "rows per file, instead of --file-size",
     .group = kFiles},
    {.name = "naive-timestamps",
     .help = "timestamps without a time zone",
     .group = kFiles},
};

constexpr OptionDef kExistsDefs[] = {
    {.name = "if-exists",
     .value = "WHAT",
     .help = "when a file of the request is there",
     .group = kFiles,
     .fallback = "error",
     .choices = "error append overwrite resume"},
};

constexpr OptionDef kAlsoDefs[] = {
    {.name = "also",
     .value = "FORMAT:OUTPUT[,catalog=URL]",
     .help = "write the same run there too, generating once: parquet, csv, json, arrow, "
             "delta, iceberg or ducklake, its own directory or s3://bucket/prefix, and "
             "its --catalog; may be repeated",
     .group = kFiles,
     .repeats = true},
};

constexpr OptionDef kMachineDefs[] = {
    {.name = "parallel-workers",
     .value = "N",
     .help = "threads (as many as CPU cores)",
     .group = kMachine},
    {.name = "chunk-size",
     .value = "N",
     .help = "rows per batch (automatic)",
     .group = kMachine},
    {.name = "memory-limit",
     .value = "SIZE",
     .help = "hard ceiling of the engine's memory",
     .group = kMachine},
    {.name = "memory-fraction",
     .value = "X",
     .help = "the same, as a share of the RAM",
     .group = kMachine,
     .fallback = "0.8"},
    {.name = "enable-spill",
     .help = "accepted for compatibility; generation holds no data, so it needs no spill",
     .group = kMachine},
};

constexpr OptionDef kEnvironmentDefs[] = {
    {.name = "generation-mode",
     .letter = 'm',
     .value = "MODE",
     .help = "the engine; `python` is another word for native",
     .group = kEnvironment,
     .fallback = "auto",
     .choices = "auto native python spark pyspark"},
    {.name = "target-environment",
     .letter = 'e',
     .value = "WHERE",
     .help = "files, or a database",
     .group = kEnvironment,
     .fallback = "lakehouse",
     .choices = "lakehouse warehouse"},
    {.name = "execute",
     .help = "run it now, which is the default",
     .group = kEnvironment,
     .has_negative = true},
};

/// A table with other letters, for commands whose own options have those.
template <size_t N>
constexpr std::array<OptionDef, N> WithLetter(std::array<OptionDef, N> table,
                                              std::string_view name, char letter) {
  for (OptionDef& option : table) {
    if (option.name == name) option.letter = letter;
  }
  return table;
}

template <size_t N>
constexpr std::array<OptionDef, N> WithFallback(std::array<OptionDef, N> table,
                                                std::string_view name,
                                                std::string_view fallback) {
  for (OptionDef& option : table) {
    if (option.name == name) option.fallback = fallback;
  }
  return table;
}

constexpr auto kDayDatasetDefs = WithLetter(std::to_array(kDatasetDefs), "dataset-id", 0);
constexpr auto kSeriesDatasetDefs = WithLetter(kDayDatasetDefs, "seed", 0);
constexpr auto kDayFileDefs =
    WithFallback(std::to_array(kFileDefs), "output-mode", "parquet");
constexpr auto kSeriesEnvironmentDefs =
    WithLetter(std::to_array(kEnvironmentDefs), "target-environment", 't');

constexpr std::string_view kDays = "days";

constexpr OptionDef kByDayDefs[] = {
    {.name = "path-format",
     .letter = 'p',
     .value = "NAME",
     .help = "layout of the files by day, or a pattern with {table} and a date",
     .group = kFiles,
     .fallback = "nested"},
    {.name = "path-pattern",
     .value = "PATTERN",
     .help = "the same as --path-format",
     .group = kFiles},
    {.name = "if-exists",
     .value = "WHAT",
     .help = "when files of the days are there (those of the same dataset are kept; "
             "without state it is an error)",
     .group = kFiles,
     .choices = "error append overwrite resume"},
    {.name = "state-management",
     .help = "keep in a state file which days are done, which is the default",
     .group = kDays,
     .has_negative = true},
    {.name = "state",
     .value = "FILE",
     .help = "the state file (.lakeseed/state.sqlite under the output)",
     .group = kDays},
    {.name = "ignore-state",
     .help = "make days again that are done, to the same bytes",
     .group = kDays},
    {.name = "wait",
     .help = "wait for another process that makes one of the days",
     .group = kDays},
    {.name = "dry-run",
     .help = "print what would be done, with estimates of size, time and memory",
     .group = kEnvironment},
    {.name = "validate",
     .help = "check what is there afterwards; exit code 4 if anything is wrong",
     .group = kEnvironment},
};

constexpr OptionDef kPatternDefs[] = {
    {.name = "path-format",
     .letter = 'p',
     .value = "PATTERN",
     .help = "where files lie: a pattern with {table} (the formats by day are for "
             "generate-series)",
     .group = kFiles},
    {.name = "path-pattern",
     .value = "PATTERN",
     .help = "the same as --path-format",
     .group = kFiles},
};

}  // namespace

constinit const std::span<const OptionDef> kDayDatasetOptions = kDayDatasetDefs;
constinit const std::span<const OptionDef> kSeriesDatasetOptions = kSeriesDatasetDefs;
constinit const std::span<const OptionDef> kDayFileOptions = kDayFileDefs;
constinit const std::span<const OptionDef> kSeriesEnvironmentOptions =
    kSeriesEnvironmentDefs;
constinit const std::span<const OptionDef> kByDayOptions = kByDayDefs;
constinit const std::span<const OptionDef> kPatternOptions = kPatternDefs;
constinit const std::span<const OptionDef> kResultOptions = kResultDefs;
constinit const std::span<const OptionDef> kJsonOption = kJsonDefs;
constinit const std::span<const OptionDef> kDatasetOptions = kDatasetDefs;
constinit const std::span<const OptionDef> kAsOfOption = kAsOfDefs;
constinit const std::span<const OptionDef> kFileOptions = kFileDefs;
constinit const std::span<const OptionDef> kMachineOptions = kMachineDefs;
constinit const std::span<const OptionDef> kExistsOption = kExistsDefs;
constinit const std::span<const OptionDef> kAlsoOption = kAlsoDefs;
constinit const std::span<const OptionDef> kEnvironmentOptions = kEnvironmentDefs;

}  // namespace lakeseed
