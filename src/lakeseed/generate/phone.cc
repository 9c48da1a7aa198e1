// phone: telephone numbers of the United States.
//
// Method  The area code is the address's for home_share of the rows, else one by
//         people; the rest is drawn.
// Source  Numbers 555-0100 to 555-0199 are reserved for fiction (NANPA); other
//         exchanges are [2-9]XX without N11 and 555.

#include <arrow/api.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/base/cell.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/bind_context.h"
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

enum class Format { kNational, kDashes, kE164, kMixed };
constexpr double kNationalShare = 0.50, kDashesShare = 0.35;

/// Area codes of a block's input, as views; empty for a null.
class AreaCodes {
 public:
  explicit AreaCodes(const arrow::Array& array) : array_(array), texts_(&array) {
    if (array.type_id() == arrow::Type::DICTIONARY) {
      const auto& coded = static_cast<const arrow::DictionaryArray&>(array);
      indices_ = static_cast<const arrow::Int32Array*>(coded.indices().get());
      texts_ = coded.dictionary().get();
    }
  }
  std::string_view operator[](int64_t i) const {
    if (array_.IsNull(i)) return {};
    return static_cast<const arrow::StringArray*>(texts_)->GetView(
        indices_ == nullptr ? i : indices_->Value(i));
  }

 private:
  const arrow::Array& array_;
  const arrow::Array* texts_;
  const arrow::Int32Array* indices_ = nullptr;
};

class Phone final : public ColumnGenerator {
 public:
  static arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                              BindContext& context);

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int = -1) const override { return {.kind = ShapeKind::kText}; }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override;

 private:
  arrow::Status BindHome(Params& params, BindContext& context);
  arrow::Status BindFormat(Params& params);
  arrow::Status ReadAreaCodes();
  int64_t ExchangeOf(int64_t row) const;
  Format FormatOf(int64_t row) const;

  const std::shared_ptr<arrow::DataType> type_ = arrow::utf8();
  Key area_key_, exchange_key_, line_key_, format_key_;
  int input_ = -1;  ///< Input with area codes, or -1.
  double home_share_ = 0;
  bool fictional_ = true;
  Format format_ = Format::kNational;
  std::vector<std::string> area_codes_;
  AliasTable area_code_law_;
};

int64_t Phone::ExchangeOf(int64_t row) const {
  if (fictional_) return 555;
  for (int64_t draw = 0;; ++draw) {
    const int64_t exchange = 200 + Below(Cell(exchange_key_, row, draw), 800);
    if (exchange % 100 != 11 && exchange != 555) return exchange;
  }
}

Format Phone::FormatOf(int64_t row) const {
  if (format_ != Format::kMixed) return format_;
  const double u = Unit(Cell(format_key_, row));
  if (u < kNationalShare) return Format::kNational;
  return u < kNationalShare + kDashesShare ? Format::kDashes : Format::kE164;
}

/// Write the last `count` digits of `n`.
char* WriteFixed(int64_t n, int count, char* out) {
  for (int i = count - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + n % 10);
    n /= 10;
  }
  return out + count;
}

char* WriteNumber(Format format, std::string_view area, int64_t exchange, int64_t line,
                  char* out) {
  if (format == Format::kNational) *out++ = '(';
  if (format == Format::kE164) out = WriteText("+1", out);
  out = WriteText(area, out);
  if (format == Format::kNational) out = WriteText(") ", out);
  if (format == Format::kDashes) *out++ = '-';
  out = WriteFixed(exchange, 3, out);
  if (format != Format::kE164) *out++ = '-';
  return WriteFixed(line, 4, out);
}

arrow::Result<std::shared_ptr<arrow::Array>> Phone::Generate(
    const GenerateRequest& request) const {
  const int64_t n = request.rows.length();
  ARROW_ASSIGN_OR_RAISE(TextBlock block,
                        TextBlock::Make(n, kMaxSize, false, request.pool));
  std::optional<AreaCodes> homes;
  if (input_ >= 0) homes.emplace(*request.inputs[static_cast<size_t>(input_)]);
  for (int64_t i = 0; i < n; ++i) {
    const int64_t row = request.rows[i];
    std::string_view area;
    if (homes && Unit(Cell(area_key_, row, 1)) < home_share_) area = (*homes)[i];
    if (area.size() != kAreaCodeSize) {
      area = area_codes_[static_cast<size_t>(area_code_law_.Pick(Cell(area_key_, row)))];
    }
    const uint64_t u = Cell(line_key_, row);
    const int64_t line = fictional_ ? 100 + Below(u, 100) : Below(u, 10000);
    block.End(WriteNumber(FormatOf(row), area, ExchangeOf(row), line, block.cursor()));
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
  area_codes_.assign(codes.begin(), codes.end());
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
