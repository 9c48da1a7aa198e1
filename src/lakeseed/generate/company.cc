// company: invented companies with a name and a web domain made from it.
//
// Law     name is "{word} {trade} {suffix}", where the word is invented or a
//         surname; domain is "{word}-{trade}.example", a name that RFC 2606
//         reserves, so it belongs to nobody.
// Source  Tables company_parts and us_surnames of the vocabulary; other locales:
//         local_names and company_suffixes.

#include <arrow/api.h>

#include <algorithm>
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
#include "lakeseed/generate/category_pool.h"
#include "lakeseed/generate/locale.h"
#include "lakeseed/generate/name_pool.h"
#include "lakeseed/generate/struct_generator.h"
#include "lakeseed/generate/text_block.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr double kSurnameShare = 0.35;
constexpr std::string_view kTopLevel = ".example";

enum FieldIndex : int { kName, kSuffix, kDomain };

/// Texts with a law, also in the letters of a domain.
struct Parts {
  std::vector<std::string> texts;
  PaddedTexts padded, slugs;
  AliasTable law;

  /// `plain` are the texts in ASCII, for domains.
  static arrow::Result<Parts> Make(std::vector<std::string> texts,
                                   const std::vector<std::string>& plain,
                                   const std::vector<double>& weights);
};

/// Lower-case letters and digits; other characters are left out.
std::string Slug(const std::string& text) {
  std::string slug;
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z') slug += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) slug += c;
  }
  return slug;
}

arrow::Result<Parts> Parts::Make(std::vector<std::string> texts,
                                 const std::vector<std::string>& plain,
                                 const std::vector<double>& weights) {
  Parts parts;
  ARROW_ASSIGN_OR_RAISE(parts.law, AliasTable::Make(weights));
  std::vector<std::string> slugs;
  for (const std::string& text : plain) slugs.push_back(Slug(text));
  parts.padded = PaddedTexts(texts);
  parts.slugs = PaddedTexts(slugs);
  parts.texts = std::move(texts);
  return parts;
}

class Company final : public StructGenerator {
 public:
  static arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                              BindContext& context);

 private:
  class CompanyBlock;

  arrow::Status ReadParts();
  arrow::Status ReadSurnames();
  arrow::Status ReadLocal(const LocaleFacts& facts);
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;
  int32_t SuffixOf(int64_t row) const {
    return static_cast<int32_t>(suffix_law_.Pick(Cell(suffix_key_, row)));
  }
  const Parts& WordsOf(int64_t row) const {
    return Unit(Cell(word_key_, row, 1)) < kSurnameShare ? surnames_ : nouns_;
  }

  Key word_key_, trade_key_, suffix_key_;
  Parts nouns_, trades_, surnames_;
  CategoryPool suffixes_;
  AliasTable suffix_law_;
};

class Company::CompanyBlock final : public Block {
 public:
  CompanyBlock(const Company& company, const GenerateRequest& request)
      : company_(company), request_(request) {}

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override {
    if (field == kName) return Texts(false);
    if (field == kDomain) return Texts(true);
    return company_.suffixes_.Codes(
        request_.rows.length(), request_.pool,
        [this](int64_t i) { return company_.SuffixOf(request_.rows[i]); });
  }

 private:
  arrow::Result<std::shared_ptr<arrow::Array>> Texts(bool domain);

  const Company& company_;
  const GenerateRequest& request_;
};

arrow::Result<std::shared_ptr<arrow::Array>> Company::CompanyBlock::Texts(bool domain) {
  constexpr int64_t kMaxEnd = 24;  // A suffix or the top-level domain, and separators.
  const int64_t n = request_.rows.length();
  const int64_t max_size =
      std::max(company_.nouns_.padded.max_size(), company_.surnames_.padded.max_size()) +
      company_.trades_.padded.max_size() + kMaxEnd;
  ARROW_ASSIGN_OR_RAISE(TextBlock block,
                        TextBlock::Make(n, max_size, false, request_.pool));
  for (int64_t i = 0; i < n; ++i) {
    const int64_t row = request_.rows[i];
    const Parts& words = company_.WordsOf(row);
    const int64_t word = words.law.Pick(Cell(company_.word_key_, row));
    const int64_t trade = company_.trades_.law.Pick(Cell(company_.trade_key_, row));
    char* out = (domain ? words.slugs : words.padded).Copy(word, block.cursor());
    *out++ = domain ? '-' : ' ';
    out = (domain ? company_.trades_.slugs : company_.trades_.padded).Copy(trade, out);
    if (domain) {
      out = WriteText(kTopLevel, out);
    } else {
      *out++ = ' ';
      out = WriteText(company_.suffixes_.text(company_.SuffixOf(row)), out);
    }
    block.End(out);
  }
  return block.Finish();
}

arrow::Result<std::unique_ptr<StructGenerator::Block>> Company::Open(
    const GenerateRequest& request) const {
  return std::make_unique<CompanyBlock>(*this, request);
}

arrow::Status Company::ReadParts() {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("company_parts"));
  ARROW_ASSIGN_OR_RAISE(const auto kinds, table->Text("kind"));
  ARROW_ASSIGN_OR_RAISE(const auto texts, table->Text("text"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  constexpr std::string_view kKinds[] = {"noun", "trade", "suffix"};
  std::vector<std::string> of_kind[3];
  std::vector<double> shares[3];
  for (size_t i = 0; i < texts.size(); ++i) {
    for (int k = 0; k < 3; ++k) {
      if (kinds[i] != kKinds[k]) continue;
      of_kind[k].emplace_back(texts[i]);
      shares[k].push_back(static_cast<double>(weights[i]));
    }
  }
  ARROW_ASSIGN_OR_RAISE(nouns_, Parts::Make(of_kind[0], of_kind[0], shares[0]));
  ARROW_ASSIGN_OR_RAISE(trades_, Parts::Make(of_kind[1], of_kind[1], shares[1]));
  ARROW_ASSIGN_OR_RAISE(suffixes_, CategoryPool::Of(of_kind[2]));
  ARROW_ASSIGN_OR_RAISE(suffix_law_, AliasTable::Make(shares[2]));
  return arrow::Status::OK();
}

arrow::Status Company::ReadSurnames() {
  constexpr size_t kMostFrequent = 1000;
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("us_surnames"));
  ARROW_ASSIGN_OR_RAISE(const auto names, table->Text("name"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  std::vector<std::string> texts;
  std::vector<double> shares;
  for (size_t i = 0; i < std::min(kMostFrequent, names.size()); ++i) {
    texts.emplace_back(names[i]);
    shares.push_back(static_cast<double>(weights[i]));
  }
  ARROW_ASSIGN_OR_RAISE(surnames_, Parts::Make(texts, texts, shares));
  return arrow::Status::OK();
}

arrow::Status Company::ReadLocal(const LocaleFacts& facts) {
  ARROW_ASSIGN_OR_RAISE(const NamePool names, NamePool::Read(facts.locale));
  const auto& texts = names.surnames().texts();
  const auto& plain = names.surname_ascii();
  ARROW_ASSIGN_OR_RAISE(
      surnames_, Parts::Make({texts.begin(), texts.end()}, {plain.begin(), plain.end()},
                             std::vector<double>(texts.size(), 1)));
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("company_suffixes"));
  ARROW_ASSIGN_OR_RAISE(const auto countries, table->Text("country"));
  ARROW_ASSIGN_OR_RAISE(const auto suffixes, table->Text("suffix"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  std::vector<std::string> own;
  std::vector<double> shares;
  for (size_t i = 0; i < countries.size(); ++i) {
    if (countries[i] != facts.country) continue;
    own.emplace_back(suffixes[i]);
    shares.push_back(static_cast<double>(weights[i]));
  }
  ARROW_ASSIGN_OR_RAISE(suffixes_, CategoryPool::Of(own));
  return AliasTable::Make(shares).Value(&suffix_law_);
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Company::Bind(Params& params,
                                                              BindContext& context) {
  ARROW_ASSIGN_OR_RAISE(const std::string locale, params.GetTextOr("locale", "en_US"));
  std::optional<LocaleFacts> facts;
  if (locale != kAmericanLocale) {
    ARROW_ASSIGN_OR_RAISE(facts, FindLocale(params, "locale", locale));
  }
  ARROW_RETURN_NOT_OK(params.Finish());
  auto company = std::make_unique<Company>();
  const Key key = context.key("value");
  company->word_key_ = key.Sub(0);
  company->trade_key_ = key.Sub(1);
  company->suffix_key_ = key.Sub(2);
  ARROW_RETURN_NOT_OK(company->ReadParts());
  ARROW_RETURN_NOT_OK(facts ? company->ReadLocal(*facts) : company->ReadSurnames());
  const ColumnShape text{.kind = ShapeKind::kText};
  company->SetFields({{"name", arrow::utf8(), text},
                      {"suffix", company->suffixes_.type(), company->suffixes_.shape()},
                      {"domain", arrow::utf8(), text}});
  return company;
}

}  // namespace

extern const GeneratorDef kCompany{
    .name = "company",
    .summary = "make invented companies with a name, its legal suffix and a web domain",
    .params = "locale: as in person; of surnames and legal suffixes (en_US)",
    .example = "{company: {}}",
    .bind = Company::Bind,
};

}  // namespace lakeseed
