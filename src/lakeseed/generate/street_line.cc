#include "lakeseed/generate/street_line.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/number_text.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/cell_block.h"

namespace lakeseed {
namespace {

constexpr double kBoxShare = 0.02;
constexpr double kUnitShare = 0.24;
constexpr int64_t kMaxNumberSize = 8;  // Digits and a blank, written as one word.
constexpr std::string_view kBox = "PO Box";
constexpr int64_t kMaxUnitSize = 16;

/// Cumulative shares of house numbers with 1, 2, 3, 4 digits; the rest has 5.
constexpr double kDigitShares[] = {0.03, 0.15, 0.49, 0.91};
constexpr int64_t kLowest[] = {1, 10, 100, 1000, 10000};
constexpr int64_t kCounts[] = {9, 90, 900, 9000, 10000};

/// Cumulative shares of directions before the street's name.
constexpr double kDirectionShares[] = {0.04, 0.075, 0.105, 0.14};
constexpr std::string_view kDirections =
    "N S E W   ";  // Two bytes each; none at the end.
constexpr int kNoDirection = 4;

/// Rows whose draws are made together: they stay in the nearest cache.
constexpr int64_t kLinesTogether = 256;

enum UnitKind { kApt, kUnitWord, kHash, kSte, kFl, kLot };
/// Padded, so that they are copied as a word.
constexpr std::string_view kUnitWords[] = {"Apt     ", "Unit    ", "#       ",
                                           "Ste     ", "Fl      ", "Lot     "};
constexpr int64_t kUnitWordSizes[] = {4, 5, 2, 4, 3, 4};
constexpr double kUnitShares[] = {0.62, 0.78, 0.92, 0.95, 0.96};
constexpr double kLetteredShare = 0.30, kFlooredShare = 0.40;

}  // namespace

arrow::Result<StreetLines> StreetLines::Read(const Key& key, bool has_boxes) {
  StreetLines lines;
  lines.box_share_ = has_boxes ? kBoxShare : 0;
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
  lines.names_ = PaddedTexts(names);
  std::vector<std::string> ends;
  for (const std::string_view suffix : suffixes)
    ends.push_back(" " + std::string(suffix));
  lines.suffixes_ = PaddedTexts(ends);
  ARROW_ASSIGN_OR_RAISE(lines.name_law_, AliasTable::Make(std::vector<double>(
                                             name_weights.begin(), name_weights.end())));
  ARROW_ASSIGN_OR_RAISE(lines.suffix_law_,
                        AliasTable::Make(std::vector<double>(suffix_weights.begin(),
                                                             suffix_weights.end())));
  return lines;
}

int64_t StreetLines::max_street_size() const {
  return std::max<int64_t>(2 + names_.max_size() + suffixes_.max_size(),
                           static_cast<int64_t>(kBox.size()));
}

/// What some rows in a row draw: each kind of draw for all of them at once.
class StreetLines::Draws {
 public:
  explicit Draws(const StreetLines& lines) : lines_(lines) {}

  void Make(const Rows& rows, int64_t first, int64_t count, bool numbers) {
    MakeBoxes(rows, first, count);
    MakeStreets(rows, first, count);
    if (numbers) MakeNumbers(rows, first, count);
  }

  /// Boxes and numbers alone.
  void MakeMarks(const Rows& rows, int64_t first, int64_t count) {
    MakeBoxes(rows, first, count);
    MakeNumbers(rows, first, count);
  }

  bool is_box(int64_t i) const { return is_box_[i]; }
  int64_t house_number(int64_t i) const { return numbers_[i]; }

  char* WriteStreet(int64_t i, char* out) const {
    const int direction = directions_[i];
    std::memcpy(out, kDirections.data() + 2 * direction, 2);
    out += direction < kNoDirection ? 2 : 0;
    return lines_.suffixes_.Copy(suffixes_[i], lines_.names_.Copy(names_[i], out));
  }

  /// The house number and a blank.
  char* WriteNumber(int64_t i, char* out) const {
    out = WriteUnsigned(static_cast<uint64_t>(numbers_[i]), out);
    *out++ = ' ';
    return out;
  }

 private:
  void MakeBoxes(const Rows& rows, int64_t first, int64_t count) {
    UnitsOf(lines_.box_key_, rows, first, count, 0, units_);
    for (int64_t i = 0; i < count; ++i) is_box_[i] = units_[i] < lines_.box_share_;
  }

  void MakeStreets(const Rows& rows, int64_t first, int64_t count) {
    CellsOf(lines_.street_key_, rows, first, count, 0, cells_);
    for (int64_t i = 0; i < count; ++i) {
      names_[i] = static_cast<int32_t>(lines_.name_law_.Pick(cells_[i]));
    }
    CellsOf(lines_.suffix_key_, rows, first, count, 0, cells_);
    for (int64_t i = 0; i < count; ++i) {
      suffixes_[i] = static_cast<int32_t>(lines_.suffix_law_.Pick(cells_[i]));
    }
    UnitsOf(lines_.suffix_key_, rows, first, count, 1, units_);
    for (int64_t i = 0; i < count; ++i) {
      directions_[i] = 0;
      for (const double share : kDirectionShares) directions_[i] += units_[i] >= share;
    }
  }

  void MakeNumbers(const Rows& rows, int64_t first, int64_t count) {
    UnitsOf(lines_.number_key_, rows, first, count, 0, units_);
    CellsOf(lines_.number_key_, rows, first, count, 1, cells_);
    for (int64_t i = 0; i < count; ++i) {
      int digits = 0;
      for (const double share : kDigitShares) digits += units_[i] >= share;
      numbers_[i] =
          static_cast<int32_t>(kLowest[digits] + Below(cells_[i], kCounts[digits]));
    }
  }

  const StreetLines& lines_;
  uint64_t cells_[kLinesTogether];
  double units_[kLinesTogether];
  int32_t names_[kLinesTogether], suffixes_[kLinesTogether], numbers_[kLinesTogether];
  int32_t directions_[kLinesTogether];
  bool is_box_[kLinesTogether];
};

int64_t StreetLines::BoxNumber(int64_t row) const {
  return 1 + Below(Cell(box_key_, row, 1), 9999);
}

void StreetLines::MarksOf(const Rows& rows, int64_t* marks) const {
  Draws draws(*this);
  for (int64_t first = 0; first < rows.length(); first += kLinesTogether) {
    const int64_t count = std::min(kLinesTogether, rows.length() - first);
    draws.MakeMarks(rows, first, count);
    for (int64_t i = 0; i < count; ++i) {
      marks[first + i] =
          draws.is_box(i) ? -BoxNumber(rows[first + i]) : draws.house_number(i);
    }
  }
}

char* StreetLines::WriteUnit(int64_t row, char* out) const {
  const double u = Unit(Cell(unit_key_, row, 1));
  int kind = kApt;
  for (const double share : kUnitShares) kind += u >= share;
  std::memcpy(out, kUnitWords[kind].data(), sizeof(uint64_t));
  out += kUnitWordSizes[kind];
  const double form = Unit(Cell(unit_key_, row, 2));
  const uint64_t n = Cell(unit_key_, row, 3);
  const auto digits = [&out](int64_t number) {
    out = WriteUnsigned(static_cast<uint64_t>(number), out);
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

arrow::Result<std::shared_ptr<arrow::Array>> StreetLines::Lines(
    const Rows& rows, bool numbers, arrow::MemoryPool* pool) const {
  const int64_t n = rows.length();
  const int64_t size = max_street_size() + (numbers ? kMaxNumberSize : 0);
  ARROW_ASSIGN_OR_RAISE(TextBlock block, TextBlock::Make(n, size, false, pool));
  Draws draws(*this);
  for (int64_t first = 0; first < n; first += kLinesTogether) {
    const int64_t count = std::min(kLinesTogether, n - first);
    draws.Make(rows, first, count, numbers);
    for (int64_t i = 0; i < count; ++i) {
      char* out = block.cursor();
      if (!draws.is_box(i)) {
        if (numbers) out = draws.WriteNumber(i, out);
        out = draws.WriteStreet(i, out);
      } else {
        out = WriteText(kBox, out);
        if (numbers) {
          *out++ = ' ';
          out = WriteUnsigned(static_cast<uint64_t>(BoxNumber(rows[first + i])), out);
        }
      }
      block.End(out);
    }
  }
  return block.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> StreetLines::Line1(
    const Rows& rows, arrow::MemoryPool* pool) const {
  return Lines(rows, true, pool);
}

arrow::Result<std::shared_ptr<arrow::Array>> StreetLines::Line2(
    const Rows& rows, arrow::MemoryPool* pool) const {
  const int64_t n = rows.length();
  ARROW_ASSIGN_OR_RAISE(TextBlock block, TextBlock::Make(n, kMaxUnitSize, true, pool));
  double boxes[kLinesTogether], units[kLinesTogether];
  for (int64_t first = 0; first < n; first += kLinesTogether) {
    const int64_t count = std::min(kLinesTogether, n - first);
    UnitsOf(box_key_, rows, first, count, 0, boxes);
    UnitsOf(unit_key_, rows, first, count, 0, units);
    for (int64_t i = 0; i < count; ++i) {
      if (units[i] < kUnitShare && boxes[i] >= box_share_) {
        block.End(WriteUnit(rows[first + i], block.cursor()));
      } else {
        block.Null();
      }
    }
  }
  return block.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> StreetLines::Street(
    const Rows& rows, arrow::MemoryPool* pool) const {
  return Lines(rows, false, pool);
}

}  // namespace lakeseed
