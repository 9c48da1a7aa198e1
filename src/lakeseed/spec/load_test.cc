#include "lakeseed/spec/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "lakeseed/base/date.h"
#include "lakeseed/spec/sample.h"

namespace lakeseed {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

DatasetSpec Load(std::string_view text, const std::string& variant = "",
                 const SpecOverrides& overrides = {}) {
  auto result = ParseDataset(text, "f.yaml", variant, overrides);
  EXPECT_TRUE(result.ok()) << result.status().message();
  return result.ok() ? *result : DatasetSpec{};
}

std::string Errors(std::string_view text, const std::string& variant = "",
                   const SpecOverrides& overrides = {}) {
  const auto result = ParseDataset(text, "f", variant, overrides);
  if (result.ok()) return "OK";
  EXPECT_EQ(ExitCodeOf(result.status()), ExitCode::kRequest);
  return result.status().message();
}

std::string Replace(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

SpecOverrides Set(std::vector<std::pair<std::string, std::string>> set) {
  SpecOverrides overrides;
  overrides.set = std::move(set);
  return overrides;
}

TEST(ParseDataset, ReadsTheHead) {
  const DatasetSpec spec = Load(kSampleText, "small");
  EXPECT_EQ(spec.id(), "shop_small");
  EXPECT_EQ(spec.domain, "retail");
  EXPECT_EQ(spec.pattern, "oltp");
  EXPECT_EQ(spec.epoch, 18262);
  EXPECT_EQ(spec.window, (DateRange{19358, 20088}));
  EXPECT_EQ(spec.main, "orders");
  EXPECT_EQ(spec.target_rows, 10000);
  EXPECT_EQ(spec.law_version, 1);
  EXPECT_THAT(spec.variants, ElementsAre("small", "large", "quiet"));
  ASSERT_EQ(spec.parameters.size(), 2u);
  EXPECT_EQ(FormatExpression(*spec.parameters[0].value), "0.10 * main");
  EXPECT_EQ(spec.parameters[0].doc, "living customers");
  EXPECT_EQ(FormatExpression(*spec.parameters[1].value), "50");
  const DatasetSpec least = Load(
      "dataset: x\nwindow: {from: 2024-01-01, to: 2024-01-01}\n"
      "tables: {t: {rows: 5, columns: {a: {key: {}}}}}\n");
  EXPECT_EQ(least.domain, "x");
  EXPECT_EQ(least.epoch, least.window.from);
  EXPECT_EQ(least.target_rows, std::nullopt);
}

TEST(ParseDataset, ReadsTheTables) {
  const DatasetSpec spec = Load(kSampleText);
  ASSERT_EQ(spec.tables.size(), 4u);
  EXPECT_EQ(FormatExpression(*spec.FindTable("stores")->rows->count), "stores");
  const PopulationSpec& people = *spec.FindTable("customers")->population;
  EXPECT_EQ(people.growth_per_day, 0.002);
  EXPECT_DOUBLE_EQ(people.churn_per_day, 0.01);
  EXPECT_EQ(people.founders_since_days, 1826);
  EXPECT_EQ(people.changes->per_year, 0.8);
  EXPECT_THAT(people.changes->tracks, ElementsAre("home"));
  const ColumnSpec& segment = spec.FindTable("customers")->columns[2];
  EXPECT_EQ(segment.generator->name, "choice");
  EXPECT_EQ(segment.null_fraction, 0.05);
  EXPECT_EQ(segment.doc, "how they pay");
  EXPECT_EQ(segment.place.ToString(), "f.yaml:44:7");
  const TableSpec& items = *spec.FindTable("order_items");
  EXPECT_EQ(items.children->parent, "orders");
  EXPECT_EQ(items.children->count.name, "geometric");
  EXPECT_EQ(FormatExpression(*items.children->rows), "25 * main / 10");
  EXPECT_EQ(spec.FindTable("nothing"), nullptr);
}

TEST(ParseDataset, ReadsColumnsRulesAndGroups) {
  const DatasetSpec spec = Load(kSampleText);
  const TableSpec& orders = *spec.FindTable("orders");
  std::vector<std::string> names;
  for (const ColumnSpec& column : orders.columns) names.push_back(column.name);
  EXPECT_THAT(names, ElementsAre("created_at", "source", "order_id", "customer_id",
                                 "subtotal", "tax", "shipped"));
  EXPECT_EQ(orders.columns[5].type, "decimal(12,2)");
  EXPECT_EQ(FormatExpression(*orders.columns[5].expression), "round(subtotal * 0.07, 2)");
  // Inside of the quotes: the place of `subtotal` itself.
  EXPECT_EQ(PathsOf(*orders.columns[5].expression)[0]->place.column, 26);
  EXPECT_EQ(FormatExpression(*orders.columns[6].when), "subtotal > 5.00");
  ASSERT_EQ(orders.rules.size(), 2u);
  EXPECT_THAT(orders.rules[1].unique, ElementsAre("order_id", "customer_id"));
  EXPECT_EQ(orders.rules[1].doc, "a pair stands once");
}

TEST(ParseDataset, GroupsStandWhereTheyAreIncluded) {
  const std::string inner =
      Replace(Replace(kSampleText, "    include: audit\n", ""), "      subtotal: sum",
              "      include: [audit]\n"
              "      subtotal: sum");
  EXPECT_EQ(Load(inner).FindTable("orders")->columns[2].name, "created_at");
  const std::string last = Replace(Replace(kSampleText, "    include: audit\n", ""),
                                   "    rules:\n", "    include: audit\n    rules:\n");
  EXPECT_EQ(Load(last).FindTable("orders")->columns[6].name, "source");
}

TEST(ParseDataset, SeasonsOfATableReplaceKeys) {
  const SeasonsSpec seasons = Load(kSampleText).FindTable("orders")->events->seasons;
  EXPECT_THAT(seasons.weekday, ElementsAre(0.8, 1, 1, 1, 1, 1.5, 1));
  EXPECT_EQ(seasons.month[0], 2);
  EXPECT_EQ(seasons.month[11], 1);
  EXPECT_THAT(seasons.holidays,
              ElementsAre(std::pair("2024-07-04", 2.0), std::pair("black_friday", 3.5)));
  ASSERT_EQ(seasons.hours.size(), 24u);
  EXPECT_EQ(seasons.hours[8], 0.3);
  EXPECT_EQ(seasons.hours[9], 1.2);
  EXPECT_EQ(seasons.hours[12], 0.3);
  EXPECT_EQ(seasons.hours[23], 0.5);
  EXPECT_EQ(seasons.hours[1], 0.5);
  EXPECT_EQ(seasons.hours[2], 0.3);
  EXPECT_DOUBLE_EQ(seasons.growth_per_day, 0.1 / 365.25);
}

TEST(ParseDataset, VariantsCompose) {
  EXPECT_EQ(Load(kSampleText).FindTable("orders")->events->noise, 0.05);
  const DatasetSpec spec = Load(kSampleText, "quiet_small");
  EXPECT_EQ(spec.variant, "small_quiet");
  EXPECT_EQ(spec.target_rows, 10000);
  EXPECT_EQ(spec.FindTable("orders")->events->noise, 0);
  EXPECT_EQ(spec.FindTable("orders")->events->seasons.growth_per_day, 0);
  EXPECT_EQ(spec.canonical_text, Load(kSampleText, "small_quiet").canonical_text);
  EXPECT_EQ(Errors(kSampleText, "smal"),
            "unknown variant: smal\n\nhint: did you mean `small`?");
  EXPECT_EQ(Errors(kSampleText, "small_small"),
            "unknown variant: small_small\n\nhint: variants: small, large, quiet");
  EXPECT_EQ(Errors(kSampleText, "small_large"),
            "f:14:11: variants.large: variant `small` sets this too: target_rows\n\n"
            "hint: choose one of the two");
  const std::string twice =
      Replace(kSampleText, "  quiet: {", "  a: {}\n  b_c: {}\n  a_b: {}\n  c: {");
  EXPECT_THAT(Errors(twice, "a_b_c"), HasSubstr("ambiguous variant: a_b_c"));
  EXPECT_EQ(Load(twice, "a_b").variant, "a_b");
}

TEST(ParseDataset, ACombinationFollowsItsParts) {
  const std::string text =
      Replace(kSampleText, "  quiet: {",
              "  small_quiet: {target_rows: 77, seasons.growth: null}\n  quiet: {");
  for (const char* variant : {"small_quiet", "quiet_small"}) {
    const DatasetSpec spec = Load(text, variant);
    EXPECT_EQ(spec.variant, "small_quiet");
    EXPECT_EQ(spec.target_rows, 77);
    EXPECT_EQ(spec.FindTable("orders")->events->noise, 0);
    EXPECT_EQ(spec.FindTable("orders")->events->seasons.growth_per_day, 0);
    EXPECT_THAT(spec.variants, ElementsAre("small", "large", "small_quiet", "quiet"));
  }
  EXPECT_EQ(Load(text, "small").target_rows, 10000);
  EXPECT_GT(Load(text, "small").FindTable("orders")->events->seasons.growth_per_day, 0);
}

TEST(ParseDataset, ACombinationSettlesWhatItsPartsBothSet) {
  const std::string text =
      Replace(kSampleText, "  quiet: {",
              "  small_large: {target_rows: 5, tables.order_items.per.rows: null}\n"
              "  bare: {tables.order_items.per.rows: null}\n"
              "  free: {tables.order_items.per.rows: null}\n"
              "  bare_free: {tables.order_items.per.rows: null}\n  quiet: {");
  EXPECT_EQ(Load(text, "large_small").target_rows, 5);
  EXPECT_EQ(Load(text, "small").target_rows, 10000);
  EXPECT_EQ(Load(text, "bare_free").FindTable("order_items")->children->rows, nullptr);
  EXPECT_THAT(Errors(Replace(text, "bare_free", "bare_quiet"), "bare_free"),
              HasSubstr("variants.free: variant `bare` sets this too"));
}

TEST(ParseDataset, SettingsAreMeantForTheChosenVariantAlone) {
  const std::string text =
      Replace(kSampleText, "  quiet: {",
              "  later: {window: {from: 2024-01-01, to: 2024-12-31}}\n  quiet: {");
  const SpecOverrides overrides{.set = {{"window.to", "2023-02-01"}}};
  EXPECT_EQ(Errors(text, "small", overrides), "OK");
  EXPECT_THAT(Errors(text, "later", overrides), HasSubstr("`to` is before `from`"));
}

TEST(ParseDataset, NullTakesAKeyAway) {
  const std::string text = Replace(kSampleText, "  quiet: {",
                                   "  free: {main: null, "
                                   "parameters.customers.default: 7, "
                                   "tables.orders.events.per_day: 5, "
                                   "tables.order_items.per.rows: null}\n  quiet: {");
  const DatasetSpec spec = Load(text, "free");
  EXPECT_EQ(spec.main, "");
  EXPECT_FALSE(spec.FindTable("orders")->events->is_main);
  EXPECT_EQ(Load(text, "small_free").target_rows, std::nullopt);
  EXPECT_EQ(Load(text, "small").target_rows, 10000);
  EXPECT_EQ(spec.FindTable("order_items")->children->rows, nullptr);
  EXPECT_EQ(Errors(text, "free", {.target_rows = 10}),
            "dataset has no target rows, its tables state their own: 10\n\n"
            "hint: use --scale-factor");
  EXPECT_THAT(Errors(Replace(text, "per.rows: null", "per.rwos: null")),
              HasSubstr("tables.order_items.per.rwos: unknown path: rwos\n\n"
                        "hint: did you mean `rows`?"));
}

TEST(ParseDataset, WeekendsAndHolidays) {
  const std::string text =
      Replace(kSampleText, "seasons: {month: {jan: 2}}",
              "seasons: {weekend: 1.4, holiday: 2.2, holidays: {christmas: 3}}");
  const SeasonsSpec seasons = Load(text).FindTable("orders")->events->seasons;
  EXPECT_THAT(WeekdayFactors(seasons), ElementsAre(0.8, 1, 1, 1, 1, 1.5 * 1.4, 1.4));
  const int32_t from = DaysFromCivil(2023, 1, 1), to = DaysFromCivil(2024, 12, 31);
  const std::map<int32_t, double> days = *HolidayFactors(seasons, from, to);
  EXPECT_EQ(days.at(DaysFromCivil(2024, 12, 25)), 3);  // Its own name goes before.
  EXPECT_EQ(days.at(DaysFromCivil(2023, 7, 4)), 2.2);
  EXPECT_EQ(days.at(DaysFromCivil(2024, 11, 28)), 2.2);
  EXPECT_FALSE(days.contains(DaysFromCivil(2024, 11, 29)));  // Black Friday is none.
  EXPECT_EQ(days.size(), 22u);
  EXPECT_THAT(Errors(Replace(text, "weekend: 1.4", "wekend: 1.4")),
              HasSubstr("unknown key: wekend\n\nhint: did you mean `weekend`?"));
  EXPECT_THAT(Errors(Replace(text, "christmas: 3", "chrismas: 3")),
              HasSubstr("unknown holiday: chrismas\n\nhint: did you mean `christmas`?"));
  EXPECT_THAT(Errors(Replace(text, "holiday: 2.2", "holiday: -1")),
              HasSubstr("seasons.holiday"));
}

TEST(ParseDataset, SizesThatDoNotScale) {
  const std::string text =
      Replace(Replace(kSampleText, "rows: stores", "rows: {fixed: 366}"),
              "size: customers", "size: customers\n      at_least: 12");
  const DatasetSpec spec = Load(text);
  EXPECT_TRUE(spec.FindTable("stores")->rows->is_fixed);
  EXPECT_EQ(spec.FindTable("customers")->population->at_least, 12);
  EXPECT_FALSE(Load(kSampleText).FindTable("stores")->rows->is_fixed);
  EXPECT_NE(Load(text).canonical_text, Load(kSampleText).canonical_text);
  EXPECT_THAT(Errors(Replace(text, "{fixed: 366}", "{fixd: 366}")),
              HasSubstr("did you mean `fixed`?"));
}

TEST(ParseDataset, SettingsReplaceParametersAndPaths) {
  const DatasetSpec spec =
      Load(kSampleText, "small",
           Set({{"customers", "5000"},
                {"stores", "2% of main"},
                {"window.from", "2024-01-01"},
                {"tables.orders.events.noise", "0.5"},
                {"target_rows", "77"},
                {"tables.stores.columns.country", "{choice: [SE, NO]}"}}));
  EXPECT_EQ(FormatExpression(*spec.parameters[0].value), "5000");
  EXPECT_EQ(spec.parameters[0].doc, "living customers");
  EXPECT_EQ(FormatExpression(*spec.parameters[1].value), "0.02 * main");
  EXPECT_EQ(spec.window.from, 19723);
  EXPECT_EQ(spec.target_rows, 77);
  EXPECT_EQ(spec.FindTable("orders")->events->noise, 0.5);
  EXPECT_EQ(spec.FindTable("stores")->columns[1].generator->params.items[1].text, "NO");
}

TEST(ParseDataset, SettingsHaveErrorsToo) {
  EXPECT_EQ(
      Errors(kSampleText, "", Set({{"custmers", "5"}})),
      "--set custmers: unknown parameter: custmers\n\nhint: did you mean `customers`?");
  EXPECT_EQ(Errors(kSampleText, "", Set({{"windw.from", "2024-01-01"}})),
            "--set windw.from: windw.from: unknown path: windw\n\nhint: did you mean "
            "`window`?");
  EXPECT_EQ(Errors(kSampleText, "", Set({{"window.form", "2024-01-01"}})),
            "--set window.form: window: unknown key: form\n\nhint: did you mean `from`?");
  EXPECT_EQ(
      Errors(kSampleText, "", Set({{"tables.order.events.noise", "0"}})),
      "--set tables.order.events.noise: tables.order.events.noise: unknown path: order"
      "\n\nhint: did you mean `orders`?");
  EXPECT_EQ(Errors(kSampleText, "", Set({{"main.x", "0"}})),
            "--set main.x: main.x: nothing can be set below a plain value: main");
  EXPECT_EQ(Errors(kSampleText, "", Set({{"window.from", "{"}})),
            "--set window.from: malformed value: {");
  EXPECT_EQ(Errors(kSampleText, "", Set({{"window.from", "soon"}})),
            "--set window.from: window.from: not a date: soon\n\nhint: write YYYY-MM-DD");
  EXPECT_EQ(Errors(kSampleText, "", Set({{"dataset", "x"}})).substr(0, 36),
            "--set dataset: unknown parameter: da");
}

TEST(ParseDataset, ChecksTheRequest) {
  SpecOverrides overrides;
  overrides.target_rows = 0;
  EXPECT_EQ(Errors(kSampleText, "", overrides), "target rows must be from 1 to 1e13: 0");
  overrides.target_rows = 5;
  EXPECT_EQ(Load(kSampleText, "small", overrides).target_rows, 5);
  overrides.scale_factor = 0;
  EXPECT_EQ(Errors(kSampleText, "", overrides),
            "scale factor must be above 0 and at most 1e13: 0");
  overrides.scale_factor = 2;
  EXPECT_EQ(Load(kSampleText, "", overrides).scale_factor, 2);
  EXPECT_EQ(Errors("dataset: x\nwindow: {from: 2024-01-01, to: 2024-01-01}\n"
                   "tables: {t: {rows: 5, columns: {a: {key: {}}}}}\n",
                   "", overrides),
            "dataset has no target rows, its tables state their own: 5\n\n"
            "hint: use --scale-factor");
}

TEST(ParseDataset, ReadsJson) {
  const DatasetSpec spec = Load(R"({
    "dataset": "x", "window": {"from": "2024-01-01", "to": "2024-12-31"}, "main": "t",
    "tables": {"t": {"events": {"per_day": "main"}, "columns": {"a": {"key": {}},
      "b": {"uniform": [1, 5]}, "c": "b * 2"}},
      "p": {"population": {"size": "10% of main", "churn": "0.1 per year"},
            "columns": {"k": {"key": null}}}}})");
  EXPECT_TRUE(spec.FindTable("t")->events->is_main);
  EXPECT_EQ(FormatExpression(*spec.FindTable("t")->columns[2].expression), "b * 2");
  EXPECT_EQ(FormatExpression(*spec.FindTable("p")->population->size), "0.10 * main");
}

TEST(CanonicalText, IgnoresWhatMeansNothing) {
  const std::string text = Load(kSampleText, "small").canonical_text;
  const std::pair<const char*, const char*> equal[] = {
      {"# A shop\n", "\n\n# Another\n"},
      {"doc: Shops and orders", "doc: other words"},
      {"dataset: shop\n", "\"dataset\":   'shop'   # same\n"},
      {"{from: 2023-01-01, to: 2024-12-31}", "\n  to: 2024-12-31\n  from: 2023-01-01"},
      {"sum(order_items.line_total)", "( sum( order_items . line_total ) )"},
      {"{mon: 0.8, sat: 1.5}", "[0.80, 1, 1, 1, 1, 1.50, 1]"},
      {"type: {decimal: [12, 2]}", "type: \"decimal(12, 2)\""},
      {"  stores: 50\n", "  stores: {default: 50}\n"},
      {"noise: 0.05, zone: America/New_York", "zone: America/New_York, noise: 0.050"},
      {"      positive: subtotal >= 0.00\n", ""},
  };
  for (const auto& [from, to] : equal) {
    EXPECT_EQ(Load(Replace(kSampleText, from, to), "small").canonical_text, text) << from;
  }
  const std::pair<const char*, const char*> different[] = {
      {"dataset: shop", "dataset: shop2"},
      {"domain: retail", "domain: other"},
      {"to: 2024-12-31", "to: 2024-12-30"},
      {"epoch: 2020-01-01", "epoch: 2020-01-02"},
      {"target_rows: 10000}", "target_rows: 10001}"},
      {"stores: 50", "stores: 51"},
      {"sat: 1.5", "sat: 1.6"},
      {"black_friday: 3.5", "black_friday: 3.6"},
      {"{Premium: 0.1, Basic: 0.9}", "{Basic: 0.9, Premium: 0.1}"},
      {"[US, CA, NO]", "[US, CA, \"NO\"]"},
      {"null_fraction: 0.05", "null_fraction: 0.06"},
      {"subtotal > 5.00", "subtotal > 5.01"},
      {"rate: 0.8 per year", "rate: 0.8 per day"},
      {"max: 12", "max: 13"},
      {"25 * main", "26 * main"},
      {"America/New_York", "UTC"},
      {"founders_since: 5y", "founders_since: 4y"},
  };
  for (const auto& [from, to] : different) {
    EXPECT_NE(Load(Replace(kSampleText, from, to), "small").canonical_text, text) << from;
  }
  SpecOverrides scaled;
  scaled.scale_factor = 2;
  EXPECT_NE(Load(kSampleText, "small", scaled).canonical_text, text);
  // A variant that was not asked for is not part of the dataset.
  EXPECT_EQ(Load(Replace(kSampleText, "10000000", "5"), "small").canonical_text, text);
}

class DatasetFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    directory_ = std::filesystem::path(::testing::TempDir()) /
                 fmt::format("lakeseed_{}_{}", info->name(), ::getpid());
    std::filesystem::create_directories(directory_);
    SetDatasetDirectory(directory_.string());
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name) << text;
  }

  std::filesystem::path directory_;
};

TEST_F(DatasetFiles, AreListedWithTheirVariants) {
  Write("shop.yaml", kSampleText);
  Write("tiny.yaml",
        "dataset: tiny\nwindow: {from: 2024-01-01, to: 2024-01-01}\n"
        "tables: {t: {rows: 5, columns: {a: {key: {}}}}}\n");
  Write("notes.txt", "no dataset");
  const auto listings = ListDatasets();
  ASSERT_TRUE(listings.ok()) << listings.status().message();
  std::vector<std::string> ids;
  for (const DatasetListing& one : *listings) ids.push_back(one.id);
  EXPECT_THAT(ids, ElementsAre("shop_large", "shop_quiet", "shop_small", "tiny"));
  EXPECT_EQ((*listings)[2].target_rows, 10000);
  EXPECT_THAT((*listings)[3].tables, ElementsAre("t"));
}

TEST_F(DatasetFiles, AreLoadedById) {
  Write("shop.yaml", kSampleText);
  Write("shop_star.yaml", Replace(kSampleText, "dataset: shop", "dataset: shop_star"));
  EXPECT_EQ(LoadDataset("shop_small", {})->id(), "shop_small");
  EXPECT_EQ(LoadDataset("shop", {})->id(), "shop");
  EXPECT_EQ(LoadDataset("shop_star_large", {})->name, "shop_star");
  EXPECT_EQ(LoadDataset("shop_quiet_large", {})->id(), "shop_large_quiet");
  const auto unknown = LoadDataset("shop_smal", {}).status();
  EXPECT_EQ(ExitCodeOf(unknown), ExitCode::kRequest);
  EXPECT_EQ(unknown.message(),
            "unknown dataset: shop_smal\n\nhint: did you mean `shop_small`? datasets: "
            "shop_large, shop_quiet, shop_small, shop_star_large, shop_star_quiet, "
            "shop_star_small");
  Write("other.yaml", kSampleText);
  EXPECT_THAT(LoadDataset("other", {}).status().message(),
              HasSubstr("name differs from that of the file: shop"));
}

TEST_F(DatasetFiles, MayBeTheUsersOwn) {
  Write("mine.yaml", kSampleText);
  const std::string path = (directory_ / "mine.yaml").string();
  EXPECT_EQ(LoadCustomDataset(path, "small", {})->id(), "shop_small");
  EXPECT_EQ(LoadCustomDataset(path, "small", {})->file, path);
  const auto missing = LoadCustomDataset("no/such.yaml", "", {}).status();
  EXPECT_EQ(missing.message(), "no such file: no/such.yaml");
  EXPECT_EQ(ExitCodeOf(missing), ExitCode::kRequest);
  EXPECT_EQ(LoadCustomDataset(" {dataset: x, window: {from: 2024-01-01, to: 2024-01-02}, "
                              "tables: {t: {rows: 5, columns: {a: {key: {}}}}}}",
                              "", {})
                ->name,
            "x");
  EXPECT_EQ(LoadCustomDataset(directory_.string(), "", {}).status().message(),
            "no such file: " + directory_.string());
}

// Random edits: never a crash, always a status with diagnostics.
TEST(ParseDataset, SurvivesRandomEdits) {
  std::mt19937 random(26);
  const std::string sample = kSampleText;
  const std::string_view pieces[] = {
      "{",    "}",  "[",      "]",     ":",          "- ", "\t", "\n",   "'",
      "\"",   "*a", "&a ",    "<<: ",  "|",          "#",  "%",  "null", "1e999",
      "\x80", "  ", "!!str ", "---\n", "case when ", "(",  "."};
  int failed = 0;
  for (int i = 0; i < 2'000; ++i) {
    std::string text = sample;
    for (uint32_t edits = 1 + random() % 4; edits > 0; --edits) {
      const size_t at = random() % (text.size() + 1);
      const size_t length = std::min<size_t>(random() % 12, text.size() - at);
      switch (random() % 4) {
        case 0:
          text.erase(at, length);
          break;
        case 1:
          text.insert(at, pieces[random() % std::size(pieces)]);
          break;
        case 2:
          text.insert(at, text.substr(random() % text.size(), random() % 40));
          break;
        default:
          if (at < text.size()) text[at] = static_cast<char>(random() % 256);
      }
    }
    const auto result = ParseDataset(text, "f.yaml", i % 2 == 0 ? "small" : "", {});
    if (result.ok()) {
      EXPECT_FALSE(result->canonical_text.empty());
      continue;
    }
    ++failed;
    EXPECT_EQ(ExitCodeOf(result.status()), ExitCode::kRequest);
    EXPECT_FALSE(DiagnosticsOf(result.status()).empty());
  }
  EXPECT_GT(failed, 1'000);
}

}  // namespace
}  // namespace lakeseed
