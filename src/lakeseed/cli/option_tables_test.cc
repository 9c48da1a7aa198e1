#include "lakeseed/cli/option_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "lakeseed/commit/table_format.h"
#include "lakeseed/write/file_format.h"

namespace lakeseed {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

const OptionDef& Find(std::span<const OptionDef> options, std::string_view name) {
  return *std::find_if(options.begin(), options.end(),
                       [&](const OptionDef& option) { return option.name == name; });
}

// Formats come from their tables; the options list them in an order of their own.
TEST(FileOptions, NameEveryFormat) {
  std::vector<std::string_view> files = {"table"}, tables;
  for (const FileFormatDef& format : BuiltinFileFormats()) files.push_back(format.name);
  for (const TableFormatDef& format : BuiltinTableFormats()) {
    if (!format.is_plain_files()) tables.push_back(format.name);
  }
  EXPECT_THAT(Words(Find(kFileOptions, "output-mode").choices),
              UnorderedElementsAreArray(files));
  EXPECT_THAT(Words(Find(kFileOptions, "table-format").choices),
              UnorderedElementsAreArray(tables));
  files.erase(files.begin());
  files.insert(files.end(), tables.begin(), tables.end());
  for (const std::string_view name : files) {
    EXPECT_THAT(std::string(Find(kAlsoOption, "also").help),
                HasSubstr(std::string(name)));
  }
}

// An option that a format claims for itself is one of the command line.
TEST(FileOptions, OfAFormatAreThere) {
  for (const FileFormatDef& format : BuiltinFileFormats()) {
    for (const std::string_view option : Words(format.options)) {
      EXPECT_EQ(std::count_if(kFileOptions.begin(), kFileOptions.end(),
                              [&](const OptionDef& one) { return one.name == option; }),
                1)
          << option;
    }
  }
}

}  // namespace
}  // namespace lakeseed
