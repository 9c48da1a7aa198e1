#include "lakeseed/generate/street_line.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/vocabulary.h"

namespace lakeseed {
namespace {

constexpr double kBoxShare = 0.02;
constexpr double kUnitShare = 0.24;
constexpr int64_t kMaxNumberSize = 6;  // Digits and a blank.
constexpr std::string_view kBox = "PO Box";
constexpr int64_t kMaxUnitSize = 16;

/// Cumulative shares of house numbers with 1, 2, 3, 4 digits; the rest has 5.
constexpr double kDigitShares[] = {0.03, 0.15, 0.49, 0.91};
constexpr int64_t kLowest[] = {1, 10, 100, 1000, 10000};
constexpr int64_t kCounts[] = {9, 90, 900, 9000, 10000};

/// Cumulative shares of directions before the street's name.
constexpr double kDirectionShares[] = {0.04, 0.075, 0.105, 0.14};
constexpr char kDirections[] = {'N', 'S', 'E', 'W'};

enum UnitKind { kApt, kUnitWord, kHash, kSte, kFl, kLot };
constexpr std::string_view kUnitWords[] = {"Apt ", "Unit ", "# ", "Ste ", "Fl ", "Lot "};
constexpr double kUnitShares[] = {0.62, 0.78, 0.92, 0.95, 0.96};
constexpr double kLetteredShare = 0.30, kFlooredShare = 0.40;

}  // namespace

arrow::Result<StreetLines> StreetLines::Read(const Key& key) {
  StreetLines lines;
  lines.box_key_ = key.Sub(0);
  lines.number_key_ = key.Sub(1);
  lines.street_key_ = key.Sub(2);
  lines.suffix_key_ = key.Sub(3);
  lines.unit_key_ = key.Sub(4);
  ARROW_ASSIGN_OR_RAISE(const auto streets, Vocabulary("us_streets"));
  ARROW_ASSIGN_OR_RAISE(const auto names, streets->Text("name"));
  ARROW_ASSIGN_OR_RAISE(const auto name_weights, streets->Integers("weight"));
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("us_street_suffixes"));
  ARROW_ASSIGN_OR_RAISE(const auto suffixes, table->Text("suffix"));
  ARROW_ASSIGN_OR_RAISE(const auto suffix_weights, table->Integers("weight"));
  lines.names_ = PaddedTexts({names.begin(), names.end()});
  lines.suffixes_ = PaddedTexts({suffixes.begin(), suffixes.end()});
  ARROW_ASSIGN_OR_RAISE(lines.name_law_, AliasTable::Make(std::vector<double>(
                                             name_weights.begin(), name_weights.end())));
  ARROW_ASSIGN_OR_RAISE(lines.suffix_law_,
                        AliasTable::Make(std::vector<double>(suffix_weights.begin(),
                                                             suffix_weights.end())));
  return lines;
}

bool StreetLines::IsBox(int64_t row) const {
  return Unit(Cell(box_key_, row)) < kBoxShare;
}

int64_t StreetLines::max_street_size() const {
  return std::max<int64_t>(2 + names_.max_size() + 1 + suffixes_.max_size(),
                           static_cast<int64_t>(kBox.size()));
}

char* StreetLines::WriteStreet(int64_t row, char* out) const {
  const uint64_t u = Cell(suffix_key_, row);
  const double direction = Unit(Cell(suffix_key_, row, 1));
  if (direction < kDirectionShares[3]) {
    int k = 0;
    while (direction >= kDirectionShares[k]) ++k;
    *out++ = kDirections[k];
    *out++ = ' ';
  }
  out = names_.Copy(name_law_.Pick(Cell(street_key_, row)), out);
  *out++ = ' ';
  return suffixes_.Copy(suffix_law_.Pick(u), out);
}

char* StreetLines::WriteHouseNumber(int64_t row, char* out) const {
  const double u = Unit(Cell(number_key_, row));
  int digits = 0;
  for (const double share : kDigitShares) digits += u >= share;
  const int64_t number =
      kLowest[digits] + Below(Cell(number_key_, row, 1), kCounts[digits]);
  return WriteDigits(static_cast<uint64_t>(number), out);
}

char* StreetLines::WriteUnit(int64_t row, char* out) const {
  const double u = Unit(Cell(unit_key_, row, 1));
  int kind = kApt;
  for (const double share : kUnitShares) kind += u >= share;
  out = WriteText(kUnitWords[kind], out);
  const double form = Unit(Cell(unit_key_, row, 2));
  const uint64_t n = Cell(unit_key_, row, 3);
  const auto digits = [&out](int64_t number) {
    out = WriteDigits(static_cast<uint64_t>(number), out);
  };
  if (kind == kFl) {
    digits(2 + Below(n, 11));
  } else if (kind == kLot) {
    digits(1 + Below(n, 180));
  } else if (kind == kSte) {
    digits(100 * (1 + Below(n, 9)) + 10 * Below(Cell(unit_key_, row, 4), 10));
  } else if (form < kLetteredShare) {
    digits(1 + Below(n, 9));
    *out++ = static_cast<char>('A' + Below(Cell(unit_key_, row, 4), 6));
  } else if (form < kLetteredShare + kFlooredShare) {
    digits(100 * (1 + Below(n, 12)) + 1 + Below(Cell(unit_key_, row, 4), 24));
  } else {
    digits(1 + Below(n, 60));
  }
  return out;
}

arrow::Result<std::shared_ptr<arrow::Array>> StreetLines::Line1(
    const Rows& rows, arrow::MemoryPool* pool) const {
  const int64_t n = rows.length();
  ARROW_ASSIGN_OR_RAISE(
      TextBlock block,
      TextBlock::Make(n, kMaxNumberSize + max_street_size(), false, pool));
  for (int64_t i = 0; i < n; ++i) {
    const int64_t row = rows[i];
    char* out = block.cursor();
    if (IsBox(row)) {
      out = WriteText(kBox, out);
      *out++ = ' ';
      out = WriteDigits(1 + static_cast<uint64_t>(Below(Cell(box_key_, row, 1), 9999)),
                        out);
    } else {
      out = WriteHouseNumber(row, out);
      *out++ = ' ';
      out = WriteStreet(row, out);
    }
    block.End(out);
  }
  return block.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> StreetLines::Line2(
    const Rows& rows, arrow::MemoryPool* pool) const {
  const int64_t n = rows.length();
  ARROW_ASSIGN_OR_RAISE(TextBlock block, TextBlock::Make(n, kMaxUnitSize, true, pool));
  for (int64_t i = 0; i < n; ++i) {
    const int64_t row = rows[i];
    if (Unit(Cell(unit_key_, row)) < kUnitShare && !IsBox(row)) {
      block.End(WriteUnit(row, block.cursor()));
    } else {
      block.Null();
    }
  }
  return block.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> StreetLines::Street(
    const Rows& rows, arrow::MemoryPool* pool) const {
  const int64_t n = rows.length();
  ARROW_ASSIGN_OR_RAISE(TextBlock block,
                        TextBlock::Make(n, max_street_size(), false, pool));
  for (int64_t i = 0; i < n; ++i) {
    char* out = block.cursor();
    block.End(IsBox(rows[i]) ? WriteText(kBox, out) : WriteStreet(rows[i], out));
  }
  return block.Finish();
}

}  // namespace lakeseed
