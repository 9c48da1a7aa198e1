// Every generator of the registry keeps the laws of generator.h, shown on its
// own example, and those of coded_generator.h and marked_generator.h if it is one.

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <thread>

#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/coded_generator.h"
#include "lakeseed/generate/ledger_rows.h"
#include "lakeseed/generate/marked_generator.h"
#include "lakeseed/generate/selection.h"
#include "lakeseed/generate/series_rows.h"
#include "lakeseed/generate/test_context.h"
#include "lakeseed/generate/test_match.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

/// Inputs that examples ask for beside those every context has.
void AddExampleInputs(TestContext* context) {
  context->AddCategory("home.area_code", {"212", "415", "713"});
  context->AddCategory("home.state", {"NY", "CA", "TX"});
}

/// Rows for generators that need those of a series: symbols and minutes of sessions.
const SeriesRows& MinutesOfSymbols() {
  static const SeriesRows kRows = [] {
    SeriesRows::Options options;
    options.parts = {{"symbols", 5}};
    options.epoch = TestRowSpace::kEpoch;
    options.days = 1000;
    options.table = "bars";
    StepClock::Options clock;
    clock.open = 570;
    clock.close = 960;
    clock.every = 60 * kMicrosecondsPerSecond;
    return SeriesRows(StepClock(clock), std::move(options));
  }();
  return kRows;
}

/// Rows for generators of visits: every day more of them than any test asks for.
const TestMatch& VisitsOfOrders() {
  static const TestMatch kMatch(
      {.orders = int64_t{1} << 33, .free = int64_t{1} << 36, .days = 40});
  return kMatch;
}

/// Rows for generators of ledgers: two million accounts, a few postings of each a year.
const LedgerRows& Postings() {
  constexpr int32_t kDays = 2 * 366;
  constexpr int64_t kAccounts = int64_t{1} << 21;
  static const auto kRows = [] {
    const Key key = StreamKey(42, {"postings"});
    const std::vector<int64_t> even(kDays, kNeutralWeight);
    std::vector<LedgerStream> streams;
    for (const int64_t number : {0, 1}) {
      streams.push_back(
          {.name = number == 0 ? "in" : "send",
           .schedule = *Schedule::Make(key.Sub(number), kAccounts, 366, even),
           .amounts = Amounts(key.Sub(number + 2), {{100, 300, 500, 900}, true}),
           .sign = number == 0 ? 1 : -1,
           .is_transfer = number == 1,
           .is_scaled = number == 0,
           .members = kAccounts,
           .own = key.Sub(4)});
    }
    LedgerRows::Options options{
        .accounts = "accounts",
        .groups = {{"few", 0, 100}, {"all", 100, kAccounts - 100}},
        .places = Bijection(key.Sub(5), kAccounts),
        .epoch = TestRowSpace::kEpoch,
        .days = kDays};
    return std::make_unique<LedgerRows>(Ledger(key.Sub(6), std::move(streams)),
                                        *Hours::Make(key.Sub(7), {}), std::move(options));
  }();
  return *kRows;
}

/// The rows that it has accounts or days for.
constexpr int64_t kLedgerRows = int64_t{1} << 21;

bool NeedsLedger(const GeneratorDef& def) {
  return def.name == "posting" || def.name.starts_with("ledger_");
}

bool NeedsSeries(const GeneratorDef& def) {
  for (const char* name : {"price_path", "quote", "signal", "weather"}) {
    if (def.name == name) return true;
  }
  return false;
}

void Prepare(const GeneratorDef& def, const RowSpace* parents, TestContext* context) {
  AddExampleInputs(context);
  context->AddTable("customers", parents);
  if (NeedsSeries(def)) context->set_rows(&MinutesOfSymbols());
  context->AddTable("postings", &Postings());
  if (def.name == "posting") context->set_rows(&Postings());
  static const TestRowSpace kAccounts(kLedgerRows);
  if (def.name.starts_with("ledger_")) context->set_rows(&kAccounts);
  context->AddTable("orders", &VisitsOfOrders().orders);
  context->AddInt64(
      "date($as_of)", [](int64_t) { return TestRowSpace::kEpoch + 400; },
      arrow::date32());
  context->AddInt64("20", [](int64_t) { return 20; });
  context->AddInt64("6", [](int64_t) { return 6; });
  context->AddInt64("parent.stage", [](int64_t) { return 1; });
  if (def.name == "matched" || def.name == "reached") {
    context->set_rows(&VisitsOfOrders().visits);
  }
  if (def.name == "burst" || def.name == "repeat" || def.name == "turns") {
    context->set_rows(&VisitsOfOrders().orders);
  }
  if (def.name == "walk" || def.name == "line") {
    context->set_rows(VisitsOfOrders().events.get());
  }
}

/// A generator as a dataset may ask for it.
struct Form {
  const GeneratorDef* def;
  std::string yaml;
  std::string name;  ///< Of its tests.
};

/// The example of each, and forms that are made by other classes than the example.
std::vector<Form> Forms() {
  std::vector<Form> forms;
  for (const GeneratorDef* def : BuiltinGenerators()) {
    forms.push_back({def, std::string(def->example), std::string(def->name)});
  }
  const GeneratorDef* const choice = FindGenerator("choice");
  forms.push_back(
      {choice, "{choice: {USD: 0.7, EUR: 0.2, GBP: 0.1}}", "choice_of_texts"});
  // Literals that differ where their values do not.
  forms.push_back({choice, "{choice: [1.5, 1.50, 2, 2.0]}", "choice_of_numbers"});
  forms.push_back({FindGenerator("sequence"), "{sequence: {start: -500, step: -3}}",
                   "sequence_of_numbers"});
  forms.push_back({FindGenerator("phone"), "{phone: {area_of: home, format: mixed}}",
                   "phone_of_all_formats"});
  return forms;
}

class GeneratorLaws : public testing::TestWithParam<Form> {
 protected:
  void SetUp() override {
    if (VocabularyDirectory().empty()) {
      SetVocabularyDirectory(LAKESEED_SOURCE_DIR "/build/vocab");
    }
    generator_ = Bound(context_.get());
    ASSERT_NE(generator_, nullptr);
  }

  const GeneratorDef& def() const { return *GetParam().def; }
  std::unique_ptr<ColumnGenerator> Bound(TestContext* context) const {
    Prepare(def(), &parents_, context);
    auto bound = context->Bind(def(), GetParam().yaml);
    EXPECT_TRUE(bound.ok()) << bound.status().ToString();
    return bound.ok() ? *std::move(bound) : nullptr;
  }

  ArrayPtr Make(const Rows& rows) const {
    auto made = context_->Generate(*generator_, rows);
    EXPECT_TRUE(made.ok()) << made.status().ToString();
    return made.ok() ? *made : nullptr;
  }
  ArrayPtr Make(int64_t begin, int64_t end) const {
    return Make(Rows(RowRange{begin, end}));
  }

  TestRowSpace parents_{5000};
  std::unique_ptr<TestContext> context_ = std::make_unique<TestContext>();
  std::unique_ptr<ColumnGenerator> generator_;
};

/// Value i of a column whose values are integers in memory.
int64_t IntegerAt(const arrow::Array& values, int64_t i) {
  return values.type()->id() == arrow::Type::DATE32 ||
                 values.type()->id() == arrow::Type::INT32
             ? values.data()->GetValues<int32_t>(1)[i]
             : values.data()->GetValues<int64_t>(1)[i];
}

void CheckCategory(const ColumnShape& shape, const arrow::Array& values) {
  ASSERT_EQ(values.type_id(), arrow::Type::DICTIONARY);
  const auto& codes = static_cast<const arrow::DictionaryArray&>(values);
  EXPECT_EQ(codes.dictionary()->length(), shape.num_categories);
  EXPECT_EQ(codes.indices()->type_id(), arrow::Type::INT32);
}

void CheckShape(const ColumnShape& shape, const arrow::Array& values, const Rows& rows) {
  ASSERT_EQ(values.length(), rows.length());
  ASSERT_TRUE(values.ValidateFull().ok()) << values.ValidateFull().ToString();
  EXPECT_TRUE(shape.nullable || values.null_count() == 0);
  if (shape.kind == ShapeKind::kCategory) CheckCategory(shape, values);
  if (shape.kind == ShapeKind::kBoolean) {
    EXPECT_EQ(values.type_id(), arrow::Type::BOOL);
  }
  if (shape.kind == ShapeKind::kText) {
    EXPECT_EQ(values.type_id(), arrow::Type::STRING);
  }
  if (shape.kind == ShapeKind::kReal) {
    EXPECT_EQ(values.type_id(), arrow::Type::DOUBLE);
  }
  for (int64_t i = 0; i < values.length(); ++i) {
    if (values.IsNull(i)) continue;
    switch (shape.kind) {
      case ShapeKind::kConstant:
        ASSERT_TRUE(values.RangeEquals(values, 0, 1, i));
        break;
      case ShapeKind::kSequence:
        ASSERT_EQ(IntegerAt(values, i) - rows[i], IntegerAt(values, 0) - rows[0]);
        break;
      case ShapeKind::kSorted:
        if (i > 0 && rows.is_range()) {
          ASSERT_GE(IntegerAt(values, i), IntegerAt(values, i - 1));
        }
        break;
      case ShapeKind::kBounded:
        ASSERT_TRUE(shape.min && shape.max);
        ASSERT_GE(IntegerAt(values, i), *shape.min);
        ASSERT_LE(IntegerAt(values, i), *shape.max);
        break;
      case ShapeKind::kReal:
        ASSERT_TRUE(
            std::isfinite(static_cast<const arrow::DoubleArray&>(values).Value(i)));
        break;
      default:
        break;
    }
  }
}

TEST_P(GeneratorLaws, Shape) {
  // A series ends at the last day that anything may be asked for.
  const int64_t last = NeedsSeries(def()) ? MinutesOfSymbols().Extent({0, 999}).end - 3000
                       : NeedsLedger(def()) ? kLedgerRows - 3000
                                            : int64_t{1} << 40;
  for (const int64_t begin : {int64_t{0}, int64_t{1} << 20, last}) {
    const Rows rows(RowRange{begin, begin + 3000});
    const ArrayPtr made = Make(rows);
    ASSERT_NE(made, nullptr);
    EXPECT_TRUE(made->type()->Equals(*generator_->type()))
        << made->type()->ToString() << " for " << generator_->type()->ToString();
    if (made->type_id() != arrow::Type::STRUCT) {
      CheckShape(generator_->shape(), *made, rows);
      continue;
    }
    for (int field = 0; field < made->type()->num_fields(); ++field) {
      SCOPED_TRACE(made->type()->field(field)->name());
      const auto& things = static_cast<const arrow::StructArray&>(*made);
      CheckShape(generator_->shape(field), *things.field(field), rows);
    }
  }
}

TEST_P(GeneratorLaws, NoRowsGiveAnEmptyArrayOfTheType) {
  for (const Rows& rows : {Rows(RowRange{7, 7}), Rows(std::vector<int64_t>{})}) {
    const ArrayPtr made = Make(rows);
    ASSERT_NE(made, nullptr);
    EXPECT_EQ(made->length(), 0);
    EXPECT_TRUE(made->type()->Equals(*generator_->type()));
  }
}

TEST_P(GeneratorLaws, Pure) {
  const ArrayPtr here = Make(0, 2500);
  ArrayPtr there;
  std::thread other([&] { there = Make(0, 2500); });
  const ArrayPtr beside = Make(0, 2500);
  other.join();
  ASSERT_TRUE(here && there && beside);
  EXPECT_TRUE(here->Equals(*there));
  EXPECT_TRUE(here->Equals(*beside));

  TestContext again;
  const auto bound = Bound(&again);
  ASSERT_NE(bound, nullptr);
  auto made = again.Generate(*bound, Rows(RowRange{0, 2500}));
  ASSERT_TRUE(made.ok());
  EXPECT_TRUE(here->Equals(**made));
}

TEST_P(GeneratorLaws, Split) {
  const int64_t begin = 4090, end = begin + 2600;
  const ArrayPtr whole = Make(begin, end);
  ASSERT_NE(whole, nullptr);
  for (const int64_t cut : {begin, begin + 1, begin + 1023, begin + 1024, end - 7, end}) {
    const ArrayPtr left = Make(begin, cut), right = Make(cut, end);
    ASSERT_TRUE(left && right);
    EXPECT_TRUE(whole->Slice(0, cut - begin)->Equals(*left)) << cut;
    EXPECT_TRUE(whole->Slice(cut - begin)->Equals(*right)) << cut;
  }
}

TEST_P(GeneratorLaws, Random) {
  const ArrayPtr whole = Make(0, 4000);
  ASSERT_NE(whole, nullptr);
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < 2300; ++i) numbers.push_back((i * 7919 + 13) % 4000);
  for (int64_t i = 0; i < 5; ++i) numbers.push_back(17);
  const Rows rows(numbers);
  const ArrayPtr picked = Make(rows);
  const ArrayPtr part = Make(rows.Slice(1000, 2100));
  ASSERT_TRUE(picked && part);
  EXPECT_TRUE(picked->Slice(1000, 1100)->Equals(*part));
  for (int64_t i = 0; i < picked->length(); ++i) {
    const int64_t row = numbers[static_cast<size_t>(i)];
    ASSERT_TRUE(picked->RangeEquals(*whole, i, i + 1, row)) << row;
  }
}

TEST_P(GeneratorLaws, SelectedRows) {
  const Rows rows(RowRange{300, 2401});
  const int64_t n = rows.length();
  const ArrayPtr whole = Make(rows);
  ASSERT_NE(whole, nullptr);
  for (const int64_t every : {2, 11, 5000}) {
    const auto is_selected = [&](int64_t i) { return i % every == 1 || i == n - 1; };
    std::vector<uint8_t> bits(static_cast<size_t>(n + 7) / 8);
    int64_t count = 0;
    for (int64_t i = 0; i < n; ++i) {
      arrow::bit_util::SetBitTo(bits.data(), i, is_selected(i));
      count += is_selected(i) ? 1 : 0;
    }
    const Selection selection(rows, bits.data(), count);
    ArrayPtr some = Make(selection.rows());
    ASSERT_NE(some, nullptr);
    if (some->type_id() == arrow::Type::STRUCT) {
      some = static_cast<const arrow::StructArray&>(*some).field(0);
    }
    const auto spread = selection.Spread(some, arrow::default_memory_pool());
    ASSERT_TRUE(spread.ok()) << spread.status().ToString();
    ASSERT_TRUE((*spread)->ValidateFull().ok());
    const ArrayPtr all = whole->type_id() == arrow::Type::STRUCT
                             ? static_cast<const arrow::StructArray&>(*whole).field(0)
                             : whole;
    for (int64_t i = 0; i < n; ++i) {
      ASSERT_TRUE(!is_selected(i) || (*spread)->RangeEquals(*all, i, i + 1, i)) << i;
    }
    const auto taken = selection.Take(all, arrow::default_memory_pool());
    ASSERT_TRUE(taken.ok()) << taken.status().ToString();
    EXPECT_TRUE((*taken)->Equals(*some));
  }
}

TEST_P(GeneratorLaws, Subset) {
  if (generator_->type()->id() != arrow::Type::STRUCT) return;
  const Rows rows(RowRange{100, 1700});
  const ArrayPtr whole = Make(rows);
  ASSERT_NE(whole, nullptr);
  const auto& all = static_cast<const arrow::StructArray&>(*whole);
  for (int field = 0; field < all.num_fields(); ++field) {
    std::vector<int> wanted = {field};
    if (field + 2 < all.num_fields()) wanted.push_back(field + 2);
    auto made = context_->Generate(*generator_, rows, wanted);
    ASSERT_TRUE(made.ok()) << made.status().ToString();
    const auto& some = static_cast<const arrow::StructArray&>(**made);
    ASSERT_EQ(some.num_fields(), static_cast<int>(wanted.size()));
    for (size_t i = 0; i < wanted.size(); ++i) {
      EXPECT_TRUE(some.field(static_cast<int>(i))->Equals(*all.field(wanted[i])))
          << all.type()->field(wanted[i])->name();
    }
  }
}

/// Equal for equal values.
std::string TextAt(const arrow::Array& values, int64_t i) {
  if (values.IsNull(i)) return "";
  if (values.type_id() == arrow::Type::DICTIONARY) {
    const auto& codes = static_cast<const arrow::DictionaryArray&>(values);
    return TextAt(*codes.dictionary(), codes.GetValueIndex(i));
  }
  return "=" + values.GetScalar(i).ValueOrDie()->ToString();
}

std::vector<int32_t> CodesOf(const CodedGenerator& generator, const Rows& rows) {
  std::vector<int32_t> codes(static_cast<size_t>(rows.length()));
  generator.CodesOf(rows, codes.data());
  return codes;
}

TEST_P(GeneratorLaws, BlocksAreTheValues) {
  static const std::set<std::string> kKernels = {
      "histogram", "choice_of_texts", "choice_of_numbers",
      "date",      "exponential",     "lognormal",
      "mixture",   "normal",          "poisson",
      "timestamp", "uniform"};
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < 2300; ++i) numbers.push_back((i * 7919 + 13) % 4000);
  for (const Rows& rows : {Rows(RowRange{0, 1}), Rows(RowRange{0, 5000}),
                           Rows(RowRange{977, 1500}), Rows(numbers)}) {
    const arrow::ArrayVector inputs = context_->InputsOf(rows);
    const auto blocks =
        generator_->Blocks({rows, inputs, {}, arrow::default_memory_pool()});
    const bool is_key = def().name == "key" || GetParam().name == "sequence_of_numbers";
    EXPECT_EQ(blocks != nullptr && blocks->progression(), is_key && rows.is_range());
    const bool is_kernel = kKernels.contains(GetParam().name);
    EXPECT_EQ(blocks != nullptr, is_kernel || (is_key && rows.is_range()));
    if (blocks == nullptr) continue;
    const ArrayPtr whole = Make(rows);
    for (const int64_t step : {int64_t{5000}, int64_t{777}}) {
      for (int64_t begin = 0; begin < rows.length(); begin += step) {
        const int64_t count = std::min(step, rows.length() - begin);
        const ArrayPtr some =
            blocks->ToArray(begin, count, arrow::default_memory_pool()).ValueOrDie();
        EXPECT_TRUE(some->Equals(*whole->Slice(begin, count))) << begin;
      }
    }
  }
}

TEST_P(GeneratorLaws, NumberedTextsAreTheValues) {
  static const std::set<std::string> kFew = {"phone", "phone_of_all_formats"};
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < 2300; ++i) numbers.push_back((i * 7919 + 13) % 4000);
  const std::vector<Rows> parts = {Rows(RowRange{977, 6000}), Rows(RowRange{0, 1}),
                                   Rows(numbers)};
  std::shared_ptr<arrow::ArrayData> shared;
  for (const Rows& rows : parts) {
    const arrow::ArrayVector inputs = context_->InputsOf(rows);
    const ArrayPtr numbered =
        generator_->NumberedTexts({rows, inputs, {}, arrow::default_memory_pool()})
            .ValueOrDie();
    EXPECT_EQ(numbered != nullptr, kFew.contains(GetParam().name));
    if (numbered == nullptr) continue;
    ASSERT_TRUE(numbered->ValidateFull().ok()) << numbered->ValidateFull().ToString();
    const auto& codes = static_cast<const arrow::DictionaryArray&>(*numbered);
    EXPECT_TRUE(codes.type()->Equals(arrow::dictionary(arrow::int32(), arrow::utf8())));
    EXPECT_EQ(numbered->null_count(), 0);
    const ArrayPtr whole = Make(rows);
    ASSERT_NE(whole, nullptr);
    ASSERT_EQ(numbered->length(), whole->length());
    for (int64_t i = 0; i < numbered->length(); ++i) {
      ASSERT_EQ(TextAt(*numbered, i), TextAt(*whole, i)) << i;
    }
    if (shared == nullptr) shared = numbered->data()->dictionary;
    EXPECT_EQ(numbered->data()->dictionary, shared);
    std::set<std::string> texts;
    for (int64_t i = 0; i < codes.dictionary()->length(); ++i) {
      EXPECT_TRUE(texts.insert(TextAt(*codes.dictionary(), i)).second) << i;
    }
  }
}

TEST_P(GeneratorLaws, CodesAreEqualWhereTheValuesAreAndOnlyThere) {
  if (dynamic_cast<const CodedGenerator*>(generator_.get()) == nullptr) return;
  const Rows rows(RowRange{0, 2500});
  std::map<std::string, int32_t> code_of;
  std::map<int32_t, std::string> value_of;
  for (const int64_t seed : {42, 43}) {
    TestContext context(seed);
    const auto bound = Bound(&context);
    ASSERT_NE(bound, nullptr);
    const auto codes = CodesOf(dynamic_cast<const CodedGenerator&>(*bound), rows);
    const ArrayPtr values = context.Generate(*bound, rows).ValueOrDie();
    for (int64_t i = 0; i < rows.length(); ++i) {
      const int32_t code = codes[static_cast<size_t>(i)];
      const std::string value = TextAt(*values, i);
      ASSERT_EQ(code_of.try_emplace(value, code).first->second, code) << value;
      ASSERT_EQ(value_of.try_emplace(code, value).first->second, value) << code;
    }
  }
  EXPECT_GT(code_of.size(), 1u);
}

TEST_P(GeneratorLaws, ValuesAreThoseOfTheirCodes) {
  const auto* coded = dynamic_cast<const CodedGenerator*>(generator_.get());
  if (coded == nullptr) return;
  const auto whole = CodesOf(*coded, Rows(RowRange{0, 4000}));
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < 2300; ++i) numbers.push_back((i * 7919 + 13) % 4000);
  for (const Rows& rows : {Rows(numbers), Rows(RowRange{1200, 2600})}) {
    const int64_t n = rows.length();
    const auto codes = CodesOf(*coded, rows);
    auto memory =
        ColumnMemory<int32_t>::Make(n, arrow::default_memory_pool()).ValueOrDie();
    for (int64_t i = 0; i < n; ++i) {
      ASSERT_EQ(codes[static_cast<size_t>(i)], whole[static_cast<size_t>(rows[i])]) << i;
      memory.data()[i] = codes[static_cast<size_t>(i)];
    }
    const ArrayPtr made = Make(rows);
    const ArrayPtr values =
        coded->ValuesOf(std::move(memory), n, arrow::default_memory_pool()).ValueOrDie();
    ASSERT_NE(made, nullptr);
    EXPECT_TRUE(values->Equals(*made));
  }
}

TEST_P(GeneratorLaws, MarksDifferOnlyWhereValuesDo) {
  if (dynamic_cast<const MarkedGenerator*>(generator_.get()) == nullptr) return;
  const Rows rows(RowRange{0, 100'000});
  std::map<std::string, int64_t> mark_of;
  std::map<int64_t, int64_t> rows_of;
  for (const int64_t seed : {42, 43}) {
    TestContext context(seed);
    const auto bound = Bound(&context);
    ASSERT_NE(bound, nullptr);
    std::vector<int64_t> marks(static_cast<size_t>(rows.length()));
    dynamic_cast<const MarkedGenerator&>(*bound).MarksOf(rows, marks.data());
    ArrayPtr values = context.Generate(*bound, rows).ValueOrDie();
    if (values->type_id() == arrow::Type::STRUCT) {
      values = static_cast<const arrow::StructArray&>(*values).field(0);
    }
    for (int64_t i = 0; i < rows.length(); ++i) {
      const int64_t mark = marks[static_cast<size_t>(i)];
      const std::string value = TextAt(*values, i);
      ASSERT_EQ(mark_of.try_emplace(value, mark).first->second, mark) << value;
      ++rows_of[mark];
    }
  }
  // Values are there twice, and most pairs of them are told apart.
  EXPECT_LT(mark_of.size(), static_cast<size_t>(2 * rows.length()));
  double alike = 0;
  for (const auto& [mark, count] : rows_of) {
    const double share =
        static_cast<double>(count) / static_cast<double>(2 * rows.length());
    alike += share * share;
  }
  EXPECT_LT(alike, 0.01);
}

TEST_P(GeneratorLaws, AnUnknownParameterIsAnError) {
  const std::string name(def().name);
  TestContext context;
  auto bound = context.Bind(def(), "{" + name + ": {no_such_parameter: {}}}");
  ASSERT_FALSE(bound.ok());
  EXPECT_EQ(ExitCodeOf(bound.status()), ExitCode::kRequest) << bound.status().ToString();
}

INSTANTIATE_TEST_SUITE_P(Builtin, GeneratorLaws, testing::ValuesIn(Forms()),
                         [](const auto& info) { return info.param.name; });

TEST(BuiltinGenerators, AreSortedAndFound) {
  const auto all = BuiltinGenerators();
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(FindGenerator(all[i]->name), all[i]);
    EXPECT_FALSE(all[i]->summary.empty());
    EXPECT_NE(all[i]->summary.back(), '.');
    if (i > 0) {
      EXPECT_LT(all[i - 1]->name, all[i]->name);
    }
  }
  EXPECT_EQ(FindGenerator("forein_key"), nullptr);
  EXPECT_EQ(FindGenerator(""), nullptr);
}

}  // namespace
}  // namespace lakeseed
