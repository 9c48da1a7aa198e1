// The test double's own definitions, and that its made-up rows hold their laws.

#include "lakeseed/generate/test_context.h"

#include <gtest/gtest.h>

namespace lakeseed {
namespace {

const auto kInstant = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");

template <typename Builder>
std::shared_ptr<arrow::Array> Built(Builder& builder) {
  return builder.Finish().ValueOrDie();
}

}  // namespace

void TestContext::AddInput(const std::string& name, std::shared_ptr<arrow::DataType> type,
                           Values values) {
  columns_.insert_or_assign(name, Column{std::move(type), std::move(values)});
}

void TestContext::AddText(const std::string& name, std::vector<std::string> texts) {
  AddInput(name, arrow::utf8(), [name, texts](const Rows& rows) {
    const Key key = StreamKey(0, {"test input", name});
    arrow::StringBuilder builder;
    for (int64_t i = 0; i < rows.length(); ++i) {
      const int64_t k = Below(Cell(key, rows[i]), static_cast<int64_t>(texts.size()));
      EXPECT_TRUE(builder.Append(texts[static_cast<size_t>(k)]).ok());
    }
    return Built(builder);
  });
}

void TestContext::AddCategory(const std::string& name, std::vector<std::string> texts) {
  arrow::StringBuilder words;
  EXPECT_TRUE(words.AppendValues(texts).ok());
  const auto dictionary = Built(words);
  const auto type = arrow::dictionary(arrow::int32(), arrow::utf8());
  AddInput(name, type, [name, type, dictionary](const Rows& rows) {
    const Key key = StreamKey(0, {"test input", name});
    arrow::Int32Builder codes;
    for (int64_t i = 0; i < rows.length(); ++i) {
      const int64_t k = Below(Cell(key, rows[i]), dictionary->length());
      EXPECT_TRUE(codes.Append(static_cast<int32_t>(k)).ok());
    }
    return std::make_shared<arrow::DictionaryArray>(type, Built(codes), dictionary);
  });
}

void TestContext::AddInt64(const std::string& name, std::function<int64_t(int64_t)> value,
                           std::shared_ptr<arrow::DataType> type) {
  AddInput(name, type, [type, value](const Rows& rows) -> std::shared_ptr<arrow::Array> {
    if (type->id() == arrow::Type::DATE32) {
      arrow::Date32Builder builder;
      for (int64_t i = 0; i < rows.length(); ++i) {
        EXPECT_TRUE(builder.Append(static_cast<int32_t>(value(rows[i]))).ok());
      }
      return Built(builder);
    }
    arrow::Int64Builder builder;
    for (int64_t i = 0; i < rows.length(); ++i) {
      EXPECT_TRUE(builder.Append(value(rows[i])).ok());
    }
    return Built(builder)->View(type).ValueOrDie();
  });
}

void TestContext::AddStruct(const std::string& name, std::vector<std::string> inputs) {
  arrow::FieldVector fields;
  std::vector<Values> parts;
  for (const std::string& input : inputs) {
    fields.push_back(arrow::field(input, columns_.at(input).type));
    parts.push_back(columns_.at(input).values);
  }
  AddInput(name, arrow::struct_(fields), [fields, parts](const Rows& rows) {
    arrow::ArrayVector arrays;
    for (const Values& part : parts) arrays.push_back(part(rows));
    return arrow::StructArray::Make(arrays, fields).ValueOrDie();
  });
}

void TestContext::AddKnownInputs() {
  AddInt64("$row", [](int64_t row) { return row; });
  AddInt64(
      "$day", [](int64_t row) { return TestRowSpace::kEpoch + row / 1000 % 3000; },
      arrow::date32());
  AddInt64(
      "$time",
      [](int64_t row) {
        return (TestRowSpace::kEpoch + row / 1000 % 3000) * TestRowSpace::kDay +
               row % 1000 * (TestRowSpace::kDay / 1000);
      },
      kInstant);
  AddInt64(
      "$as_of",
      [](int64_t) { return (TestRowSpace::kEpoch + int64_t{100}) * TestRowSpace::kDay; },
      kInstant);
  AddText("channel", {"online", "in_store"});
  AddText("first", {"Ada", "Grace", "Edsger", "Niklaus"});
  AddText("last", {"Lovelace", "Hopper", "Dijkstra"});
}

arrow::Result<std::unique_ptr<ColumnGenerator>> TestContext::Bind(const GeneratorDef& def,
                                                                  std::string_view yaml) {
  ARROW_ASSIGN_OR_RAISE(SpecNode root, ParseYaml(yaml, "test.yaml"));
  if (!root.is_mapping() || root.entries.size() != 1) {
    return arrow::Status::Invalid("not a mapping of one key: ", yaml);
  }
  if (root.entries[0].first.text != def.name) {
    return arrow::Status::Invalid("another generator: ", root.entries[0].first.text);
  }
  GeneratorCall call{root.entries[0].first.text, root.entries[0].second,
                     root.entries[0].first.place};
  Params params(call, "table." + column_);
  return def.bind(params, *this);
}

arrow::Result<std::unique_ptr<ColumnGenerator>> TestContext::Bind(std::string_view yaml) {
  ARROW_ASSIGN_OR_RAISE(SpecNode root, ParseYaml(yaml, "test.yaml"));
  if (!root.is_mapping() || root.entries.empty()) {
    return arrow::Status::Invalid("not a mapping: ", yaml);
  }
  const GeneratorDef* def = FindGenerator(root.entries[0].first.text);
  if (def == nullptr) {
    return arrow::Status::KeyError("no generator ", root.entries[0].first.text);
  }
  return Bind(*def, yaml);
}

arrow::Result<std::shared_ptr<arrow::Array>> TestContext::Generate(
    const ColumnGenerator& generator, const Rows& rows) const {
  std::vector<int> fields;
  if (generator.type()->id() == arrow::Type::STRUCT) {
    for (int i = 0; i < generator.type()->num_fields(); ++i) fields.push_back(i);
  }
  return Generate(generator, rows, fields);
}

arrow::Result<std::shared_ptr<arrow::Array>> TestContext::Generate(
    const ColumnGenerator& generator, const Rows& rows, std::vector<int> fields) const {
  const arrow::ArrayVector inputs = InputsOf(rows);
  return generator.Generate({rows, inputs, fields, arrow::default_memory_pool()});
}

arrow::ArrayVector TestContext::InputsOf(const Rows& rows) const {
  arrow::ArrayVector inputs;
  for (const std::string& name : asked_) {
    inputs.push_back(columns_.find(name)->second.values(rows));
  }
  return inputs;
}

arrow::Result<BoundInput> TestContext::Input(const SpecNode& expression) {
  return Input(expression.text);
}

arrow::Result<BoundInput> TestContext::Input(std::string_view expression) {
  const auto column = columns_.find(expression);
  if (column == columns_.end()) {
    return RequestError("unknown column: " + std::string(expression));
  }
  for (size_t i = 0; i < asked_.size(); ++i) {
    if (asked_[i] == expression)
      return BoundInput{static_cast<int>(i), column->second.type};
  }
  asked_.emplace_back(expression);
  return BoundInput{static_cast<int>(asked_.size()) - 1, column->second.type};
}

arrow::Result<ReferencedTable> TestContext::Table(const std::string& name,
                                                  const Place& place) {
  const auto table = tables_.find(name);
  if (table == tables_.end()) {
    return SpecErrors({{place, "table." + column_, "unknown table", name, ""}});
  }
  return ReferencedTable{name, table->second};
}

arrow::Result<std::shared_ptr<const DayTotals>> TestContext::Totals(
    const std::string&, const Place&, const SpecNode&, std::span<const KeyMatch>) {
  return std::make_shared<const EvenTotals>();
}

arrow::Result<DayTotals::TotalsPtr> EvenTotals::Of(DaySpan days) const {
  auto totals = std::make_shared<TotalsByKey>();
  for (int64_t thing = 0; thing < kThings; ++thing) {
    for (int32_t day = days.first; day <= days.last; ++day) {
      totals->Add({thing, 0}, UnitsOf(thing, day));
    }
  }
  return totals;
}

namespace {

TEST(TestContextTest, InputsDependOnTheRowAlone) {
  TestContext context;
  ASSERT_TRUE(context.Input("channel").ok());
  ASSERT_TRUE(context.Input("$time").ok());
  EXPECT_EQ(context.Input("channel")->index, 0);
  EXPECT_FALSE(context.Input("chanel").ok());
}

TEST(TestContextTest, EventRowsLieOnTheirDays) {
  const TestRowSpace rows(-1, 10);
  const RowRange extent = rows.Extent({3, 4});
  EXPECT_EQ(extent, (RowRange{30, 50}));
  std::vector<int32_t> days(static_cast<size_t>(extent.length()));
  std::vector<int64_t> times(days.size());
  rows.DaysOf(Rows(extent), days.data());
  rows.TimesOf(Rows(extent), times.data());
  EXPECT_EQ(days.front(), 3);
  EXPECT_EQ(days.back(), 4);
  EXPECT_EQ(times[10], rows.DayStart(4));
}

}  // namespace
}  // namespace lakeseed
