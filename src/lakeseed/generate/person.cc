// person: people whose name, sex, age and addresses belong together.
//
// Method  Birth date first (from the age law), then sex by age, then the first
//         name by decade of birth and sex, then the surname.
// Source  Tables us_first_names, us_surnames, age_pyramid, email_domains of the
//         vocabulary; other locales: local_names, locales; female shares: US Census.
// Draws   Every kind of fact has its own sub-key, so one never shifts another.

#include <arrow/api.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/base/cell.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/birth_law.h"
#include "lakeseed/generate/category_pool.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/locale.h"
#include "lakeseed/generate/mail_name.h"
#include "lakeseed/generate/name_pool.h"
#include "lakeseed/generate/struct_generator.h"
#include "lakeseed/generate/text_block.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

/// Purposes of the sub-keys; the numbers are part of the values.
enum Purpose : int {
  kBirthDraw,
  kSexDraw,
  kFirstNameDraw,
  kSurnameDraw,
  kMiddleInitialDraw,
  kSuffixDraw,
  kGenderDraw,
  kTitleDraw,
  kMailDraw,
  kNumPurposes
};

enum FieldIndex : int {
  kFirstName,
  kMiddleInitial,
  kLastName,
  kFullName,
  kSuffix,
  kSex,
  kGender,
  kBirthDate,
  kEmail,
  kTitle,
  kUserName,
  kNumFields
};

constexpr double kOtherGenderShare = 0.007, kNoGenderShare = 0.005;
constexpr double kMiddleInitialShare = 0.60;
constexpr double kJuniorShare = 0.012, kThirdShare = 0.003;
constexpr double kDoctorShare = 0.02;
constexpr int kYoungestDoctor = 28, kYoungestMrs = 21;
constexpr double kMsShare = 0.55, kMrsShare = 0.38;

/// First letters of middle names, A to Z, per thousand.
constexpr std::array<double, 26> kInitialWeights = {112, 36, 58, 62,  66, 20, 28, 20, 9,
                                                    112, 40, 98, 122, 28, 8,  30, 1,  74,
                                                    44,  26, 1,  10,  24, 1,  5,  3};

bool HasName(int field) {
  return field == kFirstName || field == kLastName || field == kFullName ||
         field == kEmail || field == kUserName;
}

class Person final : public StructGenerator {
 public:
  static arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                              BindContext& context);

 private:
  class PersonBlock;

  arrow::Status BindPools(const std::string& locale, const LocaleFacts* facts);
  void ListFields();
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

  std::array<Key, kNumPurposes> keys_;
  BirthLaw births_;
  std::array<double, kOldestAge + 1> female_shares_ = FemaleShares();
  HeldPoolPtr<NamePool> names_;
  AliasTable initial_law_;
  MailNames mail_;
  CategoryPool initials_, suffixes_, sexes_, genders_, titles_;
  std::array<int32_t, 5> title_codes_{};  ///< Of Mr., Ms., Mrs., Miss, Dr.
  bool has_suffixes_ = true;              ///< Jr and III are American.
  bool family_first_ = false;
};

class Person::PersonBlock final : public Block {
 public:
  /// `names`: where fields that have some are wanted.
  PersonBlock(const Person& person, const GenerateRequest& request, const NamePool* names)
      : person_(person),
        request_(request),
        rows_(request.rows),
        n_(request.rows.length()),
        names_(names) {}

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override;

 private:
  uint64_t Draw(Purpose purpose, int64_t i) const {
    return Cell(person_.keys_[purpose], rows_[i]);
  }
  void NeedBirths();
  void NeedSexes();
  void NeedFirstNames();
  void NeedSurnames();
  /// visit(i, unit) with the uniform number of each row.
  template <typename Visit>
  void ForEachUnit(Purpose purpose, Visit visit) const;
  std::vector<int32_t> Genders();
  int32_t SuffixOf(int64_t i) const;
  int32_t TitleOf(int64_t i) const;
  arrow::Result<std::shared_ptr<arrow::Array>> FullNames();
  arrow::Result<std::shared_ptr<arrow::Array>> BirthDates() const;

  const Person& person_;
  const GenerateRequest& request_;
  const Rows& rows_;
  const int64_t n_;
  const NamePool* const names_;
  BirthLaw::Births births_;
  std::vector<int32_t> first_names_, surnames_;
  std::vector<uint8_t> sexes_;
};

template <typename Visit>
void Person::PersonBlock::ForEachUnit(Purpose purpose, Visit visit) const {
  double units[kBlockRows];
  for (int64_t first = 0; first < n_; first += kBlockRows) {
    const int64_t count = std::min(kBlockRows, n_ - first);
    UnitsOf(person_.keys_[purpose], rows_, first, count, 0, units);
    for (int64_t i = 0; i < count; ++i) visit(static_cast<size_t>(first + i), units[i]);
  }
}

void Person::PersonBlock::NeedBirths() {
  if (births_.days.empty())
    births_ = person_.births_.Draw(person_.keys_[kBirthDraw], request_);
}

void Person::PersonBlock::NeedSexes() {
  if (!sexes_.empty()) return;
  NeedBirths();
  sexes_.resize(static_cast<size_t>(n_));
  ForEachUnit(kSexDraw, [&](size_t i, double unit) {
    sexes_[i] = unit < person_.female_shares_[births_.years[i]] ? kFemale : kMale;
  });
}

void Person::PersonBlock::NeedFirstNames() {
  if (!first_names_.empty()) return;
  NeedSexes();
  first_names_.resize(static_cast<size_t>(n_));
  ForEachCellBlock(person_.keys_[kFirstNameDraw], rows_, 0,
                   [&](int64_t first, int64_t count, const uint64_t* cells) {
                     names_->PickFirstNames(births_.days.data() + first,
                                            sexes_.data() + first, cells, count,
                                            first_names_.data() + first);
                   });
}

void Person::PersonBlock::NeedSurnames() {
  if (!surnames_.empty()) return;
  const NamePool& names = *names_;
  if (names.has_gendered_surnames()) NeedSexes();
  surnames_.resize(static_cast<size_t>(n_));
  ForEachCellBlock(person_.keys_[kSurnameDraw], rows_, 0,
                   [&](int64_t first, int64_t count, const uint64_t* cells) {
                     for (int64_t i = 0; i < count; ++i) {
                       const auto k = static_cast<size_t>(first + i);
                       const uint8_t sex = sexes_.empty() ? kFemale : sexes_[k];
                       surnames_[k] = names.PickSurname(sex, cells[i]);
                     }
                   });
}

std::vector<int32_t> Person::PersonBlock::Genders() {
  NeedSexes();
  std::vector<int32_t> genders(sexes_.begin(), sexes_.end());
  ForEachUnit(kGenderDraw, [&](size_t i, double unit) {
    const int32_t other = unit < kOtherGenderShare ? 2 : 3;
    genders[i] = unit < kOtherGenderShare + kNoGenderShare ? other : genders[i];
  });
  return genders;
}

int32_t Person::PersonBlock::SuffixOf(int64_t i) const {
  if (!person_.has_suffixes_ || sexes_[static_cast<size_t>(i)] != kMale) return -1;
  const double u = Unit(Draw(kSuffixDraw, i));
  return u < kJuniorShare ? 0 : u < kJuniorShare + kThirdShare ? 1 : -1;
}

int32_t Person::PersonBlock::TitleOf(int64_t i) const {
  enum Title { kMr, kMs, kMrs, kMiss, kDr };
  const int years = births_.years[static_cast<size_t>(i)];
  const uint64_t u = Draw(kTitleDraw, i);
  if (years >= kYoungestDoctor && Unit(u) < kDoctorShare) return kDr;
  if (sexes_[static_cast<size_t>(i)] == kMale) return kMr;
  const double v = Unit(Cell(person_.keys_[kTitleDraw], rows_[i], 1));
  if (v < kMsShare) return kMs;
  return v < kMsShare + kMrsShare && years >= kYoungestMrs ? kMrs : kMiss;
}

arrow::Result<std::shared_ptr<arrow::Array>> Person::PersonBlock::FullNames() {
  NeedFirstNames();
  NeedSurnames();
  const PaddedTexts& first_texts = names_->first_texts();
  const PaddedTexts& surname_texts = names_->surname_texts();
  const int64_t max_size = first_texts.max_size() + surname_texts.max_size() + 5;
  ARROW_ASSIGN_OR_RAISE(TextBlock block,
                        TextBlock::Make(n_, max_size, false, request_.pool));
  for (int64_t i = 0; i < n_; ++i) {
    const auto k = static_cast<size_t>(i);
    char* out = block.cursor();
    if (person_.family_first_) {
      out = surname_texts.Copy(surnames_[k], out);
      *out++ = ' ';
    }
    out = first_texts.Copy(first_names_[k], out);
    if (!person_.family_first_) {
      *out++ = ' ';
      out = surname_texts.Copy(surnames_[k], out);
    }
    const int32_t suffix = SuffixOf(i);
    if (suffix >= 0) {
      *out++ = ' ';
      out = WriteText(person_.suffixes_.text(suffix), out);
    }
    block.End(out);
  }
  return block.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> Person::PersonBlock::BirthDates() const {
  const int64_t size = n_ * static_cast<int64_t>(sizeof(int32_t));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> days,
                        arrow::AllocateBuffer(size, request_.pool));
  std::copy(births_.days.begin(), births_.days.end(), days->mutable_data_as<int32_t>());
  return std::make_shared<arrow::Date32Array>(n_, std::move(days));
}

arrow::Result<std::shared_ptr<arrow::Array>> Person::PersonBlock::Make(int field) {
  arrow::MemoryPool* pool = request_.pool;
  const auto at = [](const auto& values) {
    return [&values](int64_t i) { return int32_t{values[static_cast<size_t>(i)]}; };
  };
  switch (field) {
    case kFirstName:
      NeedFirstNames();
      return names_->first_names().Codes(n_, pool, at(first_names_));
    case kMiddleInitial:
      return person_.initials_.Codes<true>(n_, pool, [this](int64_t i) {
        if (Unit(Draw(kMiddleInitialDraw, i)) >= kMiddleInitialShare) return -1;
        const uint64_t u = Cell(person_.keys_[kMiddleInitialDraw], rows_[i], 1);
        return static_cast<int32_t>(person_.initial_law_.Pick(u));
      });
    case kLastName:
      NeedSurnames();
      return names_->surnames().Codes(n_, pool, at(surnames_));
    case kFullName:
      return FullNames();
    case kSuffix:
      NeedSexes();
      return person_.suffixes_.Codes<true>(n_, pool,
                                           [this](int64_t i) { return SuffixOf(i); });
    case kSex:
      NeedSexes();
      return person_.sexes_.Codes(n_, pool, at(sexes_));
    case kGender:
      return person_.genders_.Codes(n_, pool, at(Genders()));
    case kBirthDate:
      NeedBirths();
      return BirthDates();
    case kEmail:
    case kUserName:
      NeedFirstNames();
      NeedSurnames();
      return field == kEmail
                 ? person_.mail_.Emails(*names_, rows_, first_names_.data(),
                                        surnames_.data(), pool)
                 : person_.mail_.UserNames(*names_, rows_, first_names_.data(),
                                           surnames_.data(), pool);
    case kTitle:
      NeedSexes();
      return person_.titles_.Codes(n_, pool, [this](int64_t i) {
        return person_.title_codes_[static_cast<size_t>(TitleOf(i))];
      });
    default:
      return arrow::Status::IndexError("person has no field number ", field);
  }
}

arrow::Result<std::unique_ptr<StructGenerator::Block>> Person::Open(
    const GenerateRequest& request) const {
  const NamePool* names = nullptr;
  if (std::any_of(request.fields.begin(), request.fields.end(), HasName)) {
    ARROW_ASSIGN_OR_RAISE(names, names_->Get());
  }
  return std::make_unique<PersonBlock>(*this, request, names);
}

arrow::Status Person::BindPools(const std::string& locale, const LocaleFacts* facts) {
  names_ = NamePool::Hold(locale);
  ARROW_ASSIGN_OR_RAISE(initial_law_, AliasTable::Make(kInitialWeights));
  std::vector<std::string> letters;
  for (char c = 'A'; c <= 'Z'; ++c) letters.emplace_back(1, c);
  ARROW_ASSIGN_OR_RAISE(initials_, CategoryPool::Of(letters));
  ARROW_ASSIGN_OR_RAISE(suffixes_, CategoryPool::Of({"Jr", "III"}));
  ARROW_ASSIGN_OR_RAISE(sexes_, CategoryPool::Of({"F", "M"}));
  ARROW_ASSIGN_OR_RAISE(
      genders_, CategoryPool::Of({"Female", "Male", "Other", "Prefer not to say"}));
  std::array<std::string, 5> titles = {"Mr.", "Ms.", "Mrs.", "Miss", "Dr."};
  if (facts != nullptr) {
    titles = {facts->mr, facts->ms, facts->ms, facts->ms, "Dr."};
    has_suffixes_ = false;
    family_first_ = facts->family_first;
  }
  for (size_t i = 0; i < titles.size(); ++i) title_codes_[i] = titles_.Add(titles[i]);
  ARROW_RETURN_NOT_OK(titles_.Freeze());
  return arrow::Status::OK();
}

void Person::ListFields() {
  const ColumnShape text{.kind = ShapeKind::kText};
  SetFields({
      {"first_name", CategoryPool::Type(),
       ShapeOfHeld(names_, [](auto& of) { return of.first_names().size(); })},
      {"middle_initial", initials_.type(), initials_.shape(true)},
      {"last_name", CategoryPool::Type(),
       ShapeOfHeld(names_, [](auto& of) { return of.surnames().size(); })},
      {"full_name", arrow::utf8(), text},
      {"suffix", suffixes_.type(), suffixes_.shape(true)},
      {"sex", sexes_.type(), sexes_.shape()},
      {"gender", genders_.type(), genders_.shape()},
      {"birth_date", arrow::date32(), births_.shape()},
      {"email", arrow::utf8(), text},
      {"title", titles_.type(), titles_.shape()},
      {"username", arrow::utf8(), text},
  });
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Person::Bind(Params& params,
                                                             BindContext& context) {
  auto person = std::make_unique<Person>();
  ARROW_ASSIGN_OR_RAISE(const std::string locale, params.GetTextOr("locale", "en_US"));
  std::optional<LocaleFacts> facts;
  if (locale != kAmericanLocale) {
    ARROW_ASSIGN_OR_RAISE(facts, FindLocale(params, "locale", locale));
  }
  for (int i = 0; i < kNumPurposes; ++i) {
    person->keys_[static_cast<size_t>(i)] = context.key("value").Sub(i);
  }
  ARROW_ASSIGN_OR_RAISE(person->births_, BirthLaw::Read(params, context));
  ARROW_RETURN_NOT_OK(person->BindPools(locale, facts ? &*facts : nullptr));
  ARROW_ASSIGN_OR_RAISE(person->mail_, MailNames::Read(params, person->keys_[kMailDraw]));
  ARROW_RETURN_NOT_OK(params.Finish());
  person->ListFields();
  return person;
}

}  // namespace

extern const GeneratorDef kPerson{
    .name = "person",
    .summary = "make people whose name, sex, birth date and e-mail belong together",
    .params =
        "locale: language and country of the names: cs_CZ, da_DK, de_AT, de_CH, de_DE, "
        "en_AU, en_CA, en_GB, en_US, es_ES, es_MX, et_EE, fi_FI, fr_FR, hr_HR, hu_HU, "
        "it_IT, nl_NL, no_NO, pl_PL, pt_BR, pt_PT, sv_SE (en_US)\n"
        "age: {normal: {mean, stddev, min, max}}, {uniform: {min, max}}, or a profile: "
        "online, store, us (online)\n"
        "age_at: day on which people have that age, a date or a date of the row "
        "(window.from)\n"
        "email_profile: safe for reserved domains, realistic for real providers (safe)",
    .example =
        "{person: {locale: en_US, age: {normal: {mean: 42, stddev: 15, min: 18, max: "
        "95}}}}",
    .bind = Person::Bind,
};

}  // namespace lakeseed
