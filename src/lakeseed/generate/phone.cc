// phone: telephone numbers of the United States.
//
// Method  The area code is the address's for home_share of the rows, else one by
//         people; the rest is drawn.
// Source  Numbers 555-0100 to 555-0199 are reserved for fiction (NANPA); other
//         exchanges are [2-9]XX without N11 and 555.

#include <arrow/api.h>

#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/base/cell.h"
#include "lakeseed/base/late_value.h"
#include "lakeseed/base/number_text.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/local_phone.h"
#include "lakeseed/generate/locale.h"
#include "lakeseed/generate/text_block.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr double kDefaultHomeShare = 0.86;  // People keep their number when they move.
constexpr int64_t kMaxSize = 14;
constexpr size_t kAreaCodeSize = 3;
constexpr int64_t kFictionalExchange = 555;
constexpr int32_t kFirstFictional = 100, kNumFictional = 100;  // Lines of an area.

enum class Format { kNational, kDashes, kE164, kMixed };
constexpr int32_t kNumFormats = 3;  // Those that kMixed mixes.
constexpr double kNationalShare = 0.50, kDashesShare = 0.35;

/// An area code in the three lower bytes of a word; 0: none.
uint32_t AreaWord(std::string_view area) {
  if (area.size() != kAreaCodeSize) return 0;
  const auto byte = [area](size_t i) { return uint32_t{static_cast<uint8_t>(area[i])}; };
  return byte(0) | byte(1) << 8 | byte(2) << 16;
}

constexpr int16_t kNoPlace = -1;
/// All texts are made for so many rows at once: a longer run follows, for which it pays.
constexpr int64_t kManyRows = 4096;

/// The number that a word of digits stands for; -1: others are among them.
int32_t AreaNumber(uint32_t word) {
  int32_t number = 0;
  for (size_t i = 0; i < kAreaCodeSize; ++i, word >>= 8) {
    const int32_t digit = static_cast<int32_t>(word & 0xFF) - '0';
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/// Area codes of a block's input.
class AreaCodes {
 public:
  explicit AreaCodes(const arrow::Array& array)
      : array_(array), has_nulls_(array.null_count() > 0) {
    const arrow::Array* texts = &array;
    if (array.type_id() == arrow::Type::DICTIONARY) {
      const auto& coded = static_cast<const arrow::DictionaryArray&>(array);
      codes_ = coded.indices()->data()->GetValues<int32_t>(1);
      texts = coded.dictionary().get();
    }
    words_.reserve(static_cast<size_t>(texts->length()));
    for (int64_t i = 0; i < texts->length(); ++i) {
      words_.push_back(
          AreaWord(static_cast<const arrow::StringArray*>(texts)->GetView(i)));
    }
  }
  uint32_t operator[](int64_t i) const {
    if (has_nulls_ && array_.IsNull(i)) return 0;
    return words_[static_cast<size_t>(codes_ == nullptr ? i : codes_[i])];
  }

 private:
  const arrow::Array& array_;
  const bool has_nulls_;
  const int32_t* codes_ = nullptr;
  std::vector<uint32_t> words_;  ///< By code, or by row.
};

class Phone final : public ColumnGenerator {
 public:
  static arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                              BindContext& context);

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int = -1) const override { return {.kind = ShapeKind::kText}; }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override;
  arrow::Result<std::shared_ptr<arrow::Array>> NumberedTexts(
      const GenerateRequest& request) const override;

 private:
  struct Number {
    Format format;
    uint32_t area;  ///< As a word.
    int64_t exchange, line;
  };
  /// Call visit(i, number) for row i of the request, in order.
  template <typename Visit>
  void VisitNumbers(const GenerateRequest& request, Visit&& visit) const;
  arrow::Status BindHome(Params& params, BindContext& context);
  arrow::Status BindFormat(Params& params);
  arrow::Status ReadAreaCodes();
  /// Area codes of the rows from `first` on, as words: of the home's or by people.
  void AreasOf(const Rows& rows, const std::optional<AreaCodes>& homes, int64_t first,
               int64_t count, uint32_t* areas) const;
  int64_t ExchangeOf(int64_t row) const;
  Format FormatOf(int64_t row) const;
  /// All that are reserved for fiction, by area, format and line.
  arrow::Result<std::shared_ptr<arrow::Array>> FictionalTexts() const;
  /// Formats that come: one, or all three.
  int32_t num_formats() const { return format_ == Format::kMixed ? kNumFormats : 1; }

  const std::shared_ptr<arrow::DataType> type_ = arrow::utf8();
  Key area_key_, exchange_key_, line_key_, format_key_;
  int input_ = -1;  ///< Input with area codes, or -1.
  double home_share_ = 0;
  bool fictional_ = true;
  Format format_ = Format::kNational;
  std::vector<uint32_t> area_codes_;           ///< As words.
  std::array<int16_t, 1000> places_of_areas_;  ///< Among area_codes_; kNoPlace.
  AliasTable area_code_law_;
  LateValue<std::shared_ptr<arrow::Array>> texts_;
  mutable std::atomic<bool> are_made_{false};
};

int64_t Phone::ExchangeOf(int64_t row) const {
  if (fictional_) return kFictionalExchange;
  for (int64_t draw = 0;; ++draw) {
    const int64_t exchange = 200 + Below(Cell(exchange_key_, row, draw), 800);
    if (exchange % 100 != 11 && exchange != kFictionalExchange) return exchange;
  }
}

Format Phone::FormatOf(int64_t row) const {
  if (format_ != Format::kMixed) return format_;
  const double u = Unit(Cell(format_key_, row));
  if (u < kNationalShare) return Format::kNational;
  return u < kNationalShare + kDashesShare ? Format::kDashes : Format::kE164;
}

/// Writes 16 bytes, of which the number has kMaxSize at most.
char* WriteNumber(Format format, uint32_t area, int64_t exchange, int64_t line,
                  char* out) {
  const uint64_t three =
      (internal::FourDigits(static_cast<uint32_t>(exchange)) | 0x30303030) >> 8;
  const uint64_t four = internal::FourDigits(static_cast<uint32_t>(line)) | 0x30303030;
  const auto write = [out](uint64_t low, uint64_t high, int size) {
    std::memcpy(out, &low, sizeof(low));
    std::memcpy(out + sizeof(low), &high, sizeof(high));
    return out + size;
  };
  constexpr uint64_t kOpen = '(', kClose = ')', kBlank = ' ', kDash = '-';
  switch (format) {
    case Format::kNational:
      return write(
          kOpen | uint64_t{area} << 8 | kClose << 32 | kBlank << 40 | three << 48,
          three >> 16 | kDash << 8 | four << 16, 14);
    case Format::kDashes:
      return write(area | kDash << 24 | three << 32 | kDash << 56, four, 12);
    default:
      return write('+' | uint64_t{'1'} << 8 | uint64_t{area} << 16 | three << 40, four,
                   12);
  }
}

void Phone::AreasOf(const Rows& rows, const std::optional<AreaCodes>& homes,
                    int64_t first, int64_t count, uint32_t* areas) const {
  int64_t away[kBlockRows];  // Those who do not have their home's.
  int64_t num_away = 0;
  double units[kBlockRows];
  if (homes) UnitsOf(area_key_, rows, first, count, 1, units);
  for (int64_t i = 0; i < count; ++i) {
    areas[i] = homes && units[i] < home_share_ ? (*homes)[first + i] : 0;
    away[num_away] = i;
    num_away += areas[i] == 0 ? 1 : 0;
  }
  for (int64_t k = 0; k < num_away; ++k) {
    const uint64_t u = Cell(area_key_, rows[first + away[k]]);
    areas[away[k]] = area_codes_[static_cast<size_t>(area_code_law_.Pick(u))];
  }
}

template <typename Visit>
void Phone::VisitNumbers(const GenerateRequest& request, Visit&& visit) const {
  const Rows& rows = request.rows;
  std::optional<AreaCodes> homes;
  if (input_ >= 0) homes.emplace(*request.inputs[static_cast<size_t>(input_)]);
  ForEachCellBlock(
      line_key_, rows, 0, [&](int64_t first, int64_t count, const uint64_t* cells) {
        uint32_t areas[kBlockRows];
        AreasOf(rows, homes, first, count, areas);
        for (int64_t i = 0; i < count; ++i) {
          const int64_t row = rows[first + i];
          const int64_t line = fictional_
                                   ? kFirstFictional + Below(cells[i], kNumFictional)
                                   : Below(cells[i], 10000);
          visit(first + i, Number{FormatOf(row), areas[i], ExchangeOf(row), line});
        }
      });
}

arrow::Result<std::shared_ptr<arrow::Array>> Phone::Generate(
    const GenerateRequest& request) const {
  ARROW_ASSIGN_OR_RAISE(TextBlock block, TextBlock::Make(request.rows.length(), kMaxSize,
                                                         false, request.pool));
  VisitNumbers(request, [&](int64_t, const Number& number) {
    block.End(WriteNumber(number.format, number.area, number.exchange, number.line,
                          block.cursor()));
  });
  return block.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> Phone::NumberedTexts(
    const GenerateRequest& request) const {
  static const auto type = arrow::dictionary(arrow::int32(), arrow::utf8());
  if (!fictional_) return nullptr;
  if (request.rows.length() < kManyRows && !are_made_) return nullptr;
  ARROW_ASSIGN_OR_RAISE(const auto* texts, texts_.Get([this] {
    are_made_ = true;
    return FictionalTexts();
  }));
  ARROW_ASSIGN_OR_RAISE(auto numbers,
                        ColumnMemory<int32_t>::Make(request.rows.length(), request.pool));
  int32_t* const out = numbers.data();
  bool are_known = true;  // An expression may give any area code.
  VisitNumbers(request, [&](int64_t i, const Number& number) {
    const int32_t area = AreaNumber(number.area);
    const int32_t place =
        area < 0 ? kNoPlace : places_of_areas_[static_cast<size_t>(area)];
    are_known &= place != kNoPlace;
    const int32_t format =
        format_ == Format::kMixed ? static_cast<int32_t>(number.format) : 0;
    out[i] = (place * num_formats() + format) * kNumFictional +
             static_cast<int32_t>(number.line) - kFirstFictional;
  });
  if (!are_known) return nullptr;
  return std::move(numbers).FinishCodes(type, *texts);
}

arrow::Result<std::shared_ptr<arrow::Array>> Phone::FictionalTexts() const {
  const int64_t count = std::ssize(area_codes_) * num_formats() * kNumFictional;
  ARROW_ASSIGN_OR_RAISE(TextBlock block, TextBlock::Make(count, kMaxSize, false,
                                                         arrow::default_memory_pool()));
  for (const uint32_t area : area_codes_) {
    for (int32_t k = 0; k < num_formats(); ++k) {
      const Format format = format_ == Format::kMixed ? static_cast<Format>(k) : format_;
      for (int32_t line = 0; line < kNumFictional; ++line) {
        block.End(WriteNumber(format, area, kFictionalExchange, kFirstFictional + line,
                              block.cursor()));
      }
    }
  }
  return block.Finish();
}

arrow::Status Phone::BindHome(Params& params, BindContext& context) {
  const bool of_let = params.Has("area_of"), of_expression = params.Has("area_code");
  if (of_let && of_expression) {
    return params.Error("area_code", "give area_of or area_code, not both");
  }
  BoundInput input{};
  if (of_let) {
    ARROW_ASSIGN_OR_RAISE(const std::string let, params.GetText("area_of"));
    ARROW_ASSIGN_OR_RAISE(input, context.Input(std::string_view(let + ".area_code")));
  } else if (of_expression) {
    ARROW_ASSIGN_OR_RAISE(input, context.Input(*params.Find("area_code")));
  }
  ARROW_ASSIGN_OR_RAISE(home_share_, params.GetDoubleOr("home_share", kDefaultHomeShare));
  if (!(home_share_ >= 0 && home_share_ <= 1)) {
    return params.Error("home_share", "a share must be in [0, 1]",
                        std::to_string(home_share_));
  }
  if (!of_let && !of_expression) return arrow::Status::OK();
  if (input.type->id() != arrow::Type::STRING &&
      input.type->id() != arrow::Type::DICTIONARY) {
    return params.Error(of_let ? "area_of" : "area_code", "expected an area code as text",
                        input.type->ToString());
  }
  input_ = input.index;
  return arrow::Status::OK();
}

arrow::Status Phone::BindFormat(Params& params) {
  ARROW_ASSIGN_OR_RAISE(fictional_, params.GetBoolOr("fictional", true));
  ARROW_ASSIGN_OR_RAISE(const std::string name, params.GetTextOr("format", "national"));
  constexpr std::pair<std::string_view, Format> kFormats[] = {
      {"national", Format::kNational},
      {"dashes", Format::kDashes},
      {"e164", Format::kE164},
      {"mixed", Format::kMixed}};
  for (const auto& [known, format] : kFormats) {
    if (name != known) continue;
    format_ = format;
    return arrow::Status::OK();
  }
  return params.Error("format", "unknown format", name,
                      "known formats: national, dashes, e164, mixed");
}

arrow::Status Phone::ReadAreaCodes() {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("us_area_codes"));
  ARROW_ASSIGN_OR_RAISE(const auto codes, table->Text("area_code"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  places_of_areas_.fill(kNoPlace);
  for (const std::string_view code : codes) {
    area_codes_.push_back(AreaWord(code));
    places_of_areas_[static_cast<size_t>(AreaNumber(area_codes_.back()))] =
        static_cast<int16_t>(area_codes_.size() - 1);
  }
  ARROW_ASSIGN_OR_RAISE(area_code_law_, AliasTable::Make(std::vector<double>(
                                            weights.begin(), weights.end())));
  return arrow::Status::OK();
}

arrow::Result<std::unique_ptr<ColumnGenerator>> BindLocal(Params& params, const Key& key,
                                                          const std::string& country) {
  ARROW_ASSIGN_OR_RAISE(const LocaleFacts facts, FindCountry(params, "country", country));
  ARROW_ASSIGN_OR_RAISE(const bool fictional, params.GetBoolOr("fictional", true));
  ARROW_RETURN_NOT_OK(params.Finish());
  if (fictional && facts.fictional.empty()) {
    return params.Error("country", "no range of numbers is reserved for fiction there",
                        country, "`fictional: false` takes any numbers");
  }
  return std::make_unique<LocalPhone>(key, fictional ? facts.fictional : facts.phones);
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Phone::Bind(Params& params,
                                                            BindContext& context) {
  const Key key = context.key("value");
  ARROW_ASSIGN_OR_RAISE(const std::string country, params.GetTextOr("country", "US"));
  if (country != kAmericanCountry) return BindLocal(params, key, country);
  auto phone = std::make_unique<Phone>();
  phone->area_key_ = key.Sub(0);
  phone->exchange_key_ = key.Sub(1);
  phone->line_key_ = key.Sub(2);
  phone->format_key_ = key.Sub(3);
  ARROW_RETURN_NOT_OK(phone->BindHome(params, context));
  ARROW_RETURN_NOT_OK(phone->BindFormat(params));
  ARROW_RETURN_NOT_OK(params.Finish());
  ARROW_RETURN_NOT_OK(phone->ReadAreaCodes());
  return phone;
}

}  // namespace

extern const GeneratorDef kPhone{
    .name = "phone",
    .summary = "make telephone numbers, by default of the range reserved for fiction",
    .params =
        "country: as in address; numbers of others than US have the usual form of the "
        "country, and of the parameters below only `fictional` (US)\n"
        "area_of: name of an address whose area code is taken (none)\n"
        "area_code: expression that gives the area code as text (none)\n"
        "home_share: share of rows that take that area code; the others move around "
        "(0.86)\n"
        "fictional: only numbers that are reserved for fiction: 555-0100 to 555-0199, "
        "and the ranges of AU, CA, DE, FR, GB, SE (true)\n"
        "format: national (AAA) NXX-XXXX, dashes AAA-NXX-XXXX, e164 +1AAANXXXXXX, or "
        "mixed (national)",
    .example = "{phone: {format: national}}",
    .bind = Phone::Bind,
};

}  // namespace lakeseed
