#include "lakeseed/evaluate/expression_case.h"

#include <arrow/json/from_string.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "lakeseed/base/date.h"
#include "lakeseed/base/decimal.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/base/vocabulary.h"

namespace lakeseed {
namespace {

std::shared_ptr<arrow::Array> Make(const std::shared_ptr<arrow::DataType>& type,
                                   const char* json) {
  return arrow::json::ArrayFromJSONString(type, json).ValueOrDie();
}

std::string PrintValue(const arrow::Array& array, int64_t i) {
  using arrow::Type;
  if (array.IsNull(i)) return "null";
  switch (array.type_id()) {
    case Type::BOOL:
      return static_cast<const arrow::BooleanArray&>(array).Value(i) ? "true" : "false";
    case Type::DOUBLE:
      return fmt::format("{}", static_cast<const arrow::DoubleArray&>(array).Value(i));
    case Type::DATE32:
      return FormatDate(static_cast<const arrow::Date32Array&>(array).Value(i));
    case Type::TIMESTAMP: {
      std::string text =
          FormatTimestamp(static_cast<const arrow::TimestampArray&>(array).Value(i));
      text[10] = 'T';
      return text;
    }
    case Type::DECIMAL64: {
      const auto& type = static_cast<const arrow::DecimalType&>(*array.type());
      return FormatDecimal(array.data()->GetValues<int64_t>(1)[i], type.scale());
    }
    case Type::STRING:
      return fmt::format("'{}'",
                         static_cast<const arrow::StringArray&>(array).GetView(i));
    case Type::DICTIONARY: {
      const auto& codes = static_cast<const arrow::DictionaryArray&>(array);
      return PrintValue(*codes.dictionary(), codes.GetValueIndex(i));
    }
    default:
      return array.GetScalar(i).ValueOrDie()->ToString();
  }
}

}  // namespace

const Arrays& CaseColumns() {
  static const Arrays columns = {
      {"a", Make(arrow::int32(), "[7, -7, null, 0, 2000000000]")},
      {"b", Make(arrow::int64(), "[2, 3, 5, null, 9223372036854775807]")},
      {"n", Make(arrow::int8(), "[1, 2, 3, null, 5]")},
      {"p", Make(arrow::decimal64(12, 2),
                 R"(["10.50", "-0.05", null, "0.00", "9999999999.99"])")},
      {"q", Make(arrow::decimal64(12, 4),
                 R"(["1.2345", "-1.2345", "0.5000", null, "0.0001"])")},
      {"m", Make(arrow::decimal64(18, 2),
                 R"(["1.00", "2.00", "3.00", null, "9999999999999999.99"])")},
      {"w", Make(arrow::decimal128(12, 2), R"(["1.50", "-1.50", "0.01", null, "2.00"])")},
      {"x", Make(arrow::float64(), "[0.5, -1.25, null, 0.1, 1000000.25]")},
      {"y", Make(arrow::float64(), "[2.0, 4.0, 8.0, null, 3.0]")},
      {"t", Make(arrow::utf8(), R"(["Ann", "bob smith", "", null, "Zoë-Éva"])")},
      {"u", Make(arrow::utf8(), R"(["n", " x ", "a%b", "TX", null])")},
      {"s", Make(arrow::dictionary(arrow::int8(), arrow::utf8()),
                 R"(["CA", "NY", null, "TX", "CA"])")},
      {"k", Make(arrow::dictionary(arrow::int32(), arrow::utf8()),
                 R"(["web", null, "shop", "shop", "web"])")},
      {"f", Make(arrow::boolean(), "[true, false, null, true, false]")},
      {"g", Make(arrow::boolean(), "[null, true, null, false, false]")},
      {"d", Make(arrow::date32(), "[19782, -1, null, 19358, 20087]")},
      {"e", Make(arrow::date32(), "[7364, 0, 1, null, 19000]")},
      {"z",
       Make(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"),
            "[1709249400000000, -500000, null, 1672531200000000, 1735560000000000]")},
      {"v", Make(arrow::timestamp(arrow::TimeUnit::MILLI),
                 "[1709249400000, null, 0, 1672531200001, 1]")},
      {"fold",
       Make(arrow::decimal64(18, 2), R"(["3.00", "4.00", "0.00", null, "1.00"])")},
  };
  return columns;
}

arrow::Result<NameResolver::Input> ArrayResolver::Resolve(const Expr& path) {
  const std::string& name = path.path.back();
  const auto at = arrays_.find(name);
  if (at == arrays_.end()) {
    std::vector<std::string> known;
    for (const auto& [key, array] : arrays_) known.push_back(key);
    return RequestError("unknown name: " + name, DidYouMean(name, known));
  }
  for (size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == name) return Input{static_cast<int>(i), at->second->type()};
  }
  names_.push_back(name);
  return Input{static_cast<int>(names_.size()) - 1, at->second->type()};
}

arrow::Result<NameResolver::Input> ArrayResolver::ResolveFold(const Expr& call) {
  Expr name = call;
  name.path = {"fold"};
  return Resolve(name);
}

std::vector<std::shared_ptr<arrow::Array>> ArrayResolver::inputs() const {
  std::vector<std::shared_ptr<arrow::Array>> arrays;
  for (const std::string& name : names_) arrays.push_back(arrays_.at(name));
  return arrays;
}

arrow::Result<std::shared_ptr<arrow::Array>> Evaluate(const std::string& expression,
                                                      const Arrays& columns) {
  ARROW_ASSIGN_OR_RAISE(ExprPtr tree, ParseExpression(expression, Place{"f.yaml", 3, 1}));
  ArrayResolver resolver(columns);
  ARROW_ASSIGN_OR_RAISE(auto bound, BoundExpression::Bind(*tree, "t.c", &resolver));
  const int64_t length = columns.begin()->second->length();
  ARROW_ASSIGN_OR_RAISE(auto array, bound->Evaluate(resolver.inputs(), length,
                                                    arrow::default_memory_pool()));
  ARROW_RETURN_NOT_OK(array->ValidateFull());
  if (!array->type()->Equals(*bound->type())) {
    return arrow::Status::TypeError("bound as ", bound->type()->ToString(), ", made ",
                                    array->type()->ToString());
  }
  if (array->null_count() > 0 && !bound->nullable()) {
    return arrow::Status::TypeError("nulls in what is not nullable");
  }
  return array;
}

VocabularyOfCases::VocabularyOfCases() : before_(VocabularyDirectory()) {
  unsetenv("LAKESEED_VOCAB");
  const auto directory = std::filesystem::temp_directory_path() /
                         fmt::format("lakeseed_expressions_{}", getpid());
  std::filesystem::create_directories(directory);
  std::ofstream(directory / "states.csv")
      << "state,name,rate:decimal(4),people:int,area:double\n"
         "CA,California,.0725,39000000,163695.5\nNY,New York,.04,19500000,54555.0\n"
         "CA,Twice,.5,1,1\n";
  std::ofstream(directory / "codes.csv")
      << "code:int,name\n7,seven\n-7,minus seven\n0,zero\n";
  SetVocabularyDirectory(directory.string());
}

VocabularyOfCases::~VocabularyOfCases() {
  std::filesystem::remove_all(VocabularyDirectory());
  SetVocabularyDirectory(before_);
}

std::string Print(const arrow::Array& array) {
  std::string text = array.type_id() == arrow::Type::DICTIONARY
                         ? "codes:"
                         : TypeName(*array.type()) + ":";
  for (int64_t i = 0; i < array.length(); ++i) text += " " + PrintValue(array, i);
  return text;
}

void ExpectCases(std::span<const ExpressionCase> cases) {
  for (const ExpressionCase& one : cases) {
    const auto result = Evaluate(one.expression, CaseColumns());
    ASSERT_TRUE(result.ok()) << one.expression << "\n" << result.status().ToString();
    EXPECT_EQ(Print(**result), one.expected) << one.expression;
  }
}

}  // namespace lakeseed
