// The table formats, sorted by name. A new one adds a folder and a line here.

#include "lakeseed/commit/table_format.h"
#include "lakeseed/write/choice.h"

namespace lakeseed {

extern const TableFormatDef kDeltaFormat, kDucklakeFormat, kFilesFormat, kIcebergFormat;

std::span<const TableFormatDef> BuiltinTableFormats() {
  static const TableFormatDef formats[] = {
      kDeltaFormat,
      kDucklakeFormat,
      kFilesFormat,
      kIcebergFormat,
  };
  return formats;
}

arrow::Result<const TableFormatDef*> FindTableFormat(std::string_view name) {
  std::vector<std::string_view> names;
  for (const TableFormatDef& format : BuiltinTableFormats()) {
    if (format.name == name) return &format;
    names.push_back(format.name);
  }
  return UnknownChoice("table format", name, names);
}

}  // namespace lakeseed
