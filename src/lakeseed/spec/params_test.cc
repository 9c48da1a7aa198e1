#include "lakeseed/spec/params.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lakeseed {
namespace {

using ::testing::ElementsAre;

// The call in `{name: value}`.
Params Make(std::string_view text, Params::ConstantEvaluator constant = nullptr) {
  const SpecNode root = *ParseYaml(text, "f.yaml");
  const auto& [name, value] = root.entries.front();
  return Params(GeneratorCall{name.text, value, name.place}, "orders.x", constant);
}

template <typename T>
std::string Message(const arrow::Result<T>& result) {
  return result.status().ok() ? "OK" : DiagnosticsOf(result.status()).front().ToString();
}

TEST(Params, ReadsEveryType) {
  Params params = Make(
      "{g: {i: -7, d: 1e3, p: 12.5%, m: 12.50, b: True, t: NO, q: \"7\", day: "
      "2024-02-29}}");
  EXPECT_EQ(*params.GetInt64("i"), -7);
  EXPECT_EQ(*params.GetDouble("d"), 1000.0);
  EXPECT_EQ(*params.GetDouble("p"), 0.125);
  EXPECT_EQ(params.GetDecimal("m")->unscaled, 1250);
  EXPECT_EQ(params.GetDecimal("m")->scale, 2);
  EXPECT_EQ(params.GetDecimal("m")->ToDouble(), 12.5);
  EXPECT_EQ(*params.GetBool("b"), true);
  EXPECT_EQ(*params.GetText("t"), "NO");
  EXPECT_EQ(*params.GetText("q"), "7");
  EXPECT_EQ(*params.GetDate("day"), 19782);
  EXPECT_TRUE(params.Finish().ok());
  EXPECT_EQ(*params.GetInt64Or("none", 5), 5);
  EXPECT_EQ(*params.GetDoubleOr("none", 0.5), 0.5);
  EXPECT_EQ(*params.GetBoolOr("none", true), true);
  EXPECT_EQ(*params.GetTextOr("none", "x"), "x");
  EXPECT_EQ(*params.GetInt64Or("i", 5), -7);
}

TEST(Params, ReadsDurations) {
  const std::pair<const char*, int64_t> cases[] = {{"90s", 90'000'000},
                                                   {"30m", 1'800'000'000},
                                                   {"2h", 7'200'000'000},
                                                   {"3d", 259'200'000'000},
                                                   {"1w", 604'800'000'000},
                                                   {"250ms", 250'000},
                                                   {"1.5h", 5'400'000'000},
                                                   {"0.5us", -1},
                                                   {"7", -1},
                                                   {"h", -1},
                                                   {"9999999999w", -1},
                                                   {"2 h", 7'200'000'000}};
  for (const auto& [text, expected] : cases) {
    Params params = Make(fmt::format("{{g: {{x: {}}}}}", text));
    EXPECT_EQ(params.GetDuration("x").ValueOr(-1), expected) << text;
  }
}

TEST(Params, ErrorsHavePlacesAndPaths) {
  Params params =
      Make("{g: {i: 1.5, n: ten, q: \"5\", b: yes, t: [a], d: 2023-02-30, s: 3x}}");
  EXPECT_EQ(Message(params.GetInt64("i")),
            "f.yaml:1:9: orders.x.i: is not a whole number of 64 bits: 1.5");
  EXPECT_EQ(Message(params.GetDouble("n")),
            "f.yaml:1:17: orders.x.n: is not a number: ten");
  EXPECT_EQ(
      Message(params.GetDouble("q")),
      "f.yaml:1:25: orders.x.q: is text, not a number: \"5\"\n\nhint: remove the quotes");
  EXPECT_EQ(Message(params.GetBool("b")),
            "f.yaml:1:33: orders.x.b: is neither true nor false: yes");
  EXPECT_EQ(Message(params.GetText("t")), "f.yaml:1:41: orders.x.t: is not text: a list");
  EXPECT_EQ(
      Message(params.GetDate("d")),
      "f.yaml:1:49: orders.x.d: is not a date: 2023-02-30\n\nhint: write YYYY-MM-DD");
  EXPECT_EQ(
      Message(params.GetDuration("s")),
      "f.yaml:1:64: orders.x.s: is not a duration: 3x\n\nhint: write a number with a "
      "unit: 90s, 30m, 2h, 3d, 1w");
  EXPECT_EQ(
      Message(params.GetDouble("mean")),
      "f.yaml:1:2: orders.x: missing parameter: mean\n\nhint: write {g: {mean: …}}");
  EXPECT_EQ(Message(Make("{g: }").GetInt64("")),
            "f.yaml:1:2: orders.x: `g` needs a value\n\nhint: write {g: …}");
  EXPECT_EQ(params.Error("i", "must be positive", "1.5", "or zero").message(),
            "f.yaml:1:9: orders.x.i: must be positive: 1.5\n\nhint: or zero");
}

TEST(Params, ReadsWeightsInFileOrder) {
  const auto print = [](Params params, std::string_view key) {
    const auto weights = params.GetWeights(key);
    if (!weights.ok()) return weights.status().message();
    std::string text;
    for (const auto& [value, weight] : *weights) {
      text += fmt::format("{}={} ", value.text, weight);
    }
    return text + (params.Finish().ok() ? "ok" : "unread");
  };
  EXPECT_EQ(print(Make("{choice: {NO: 0.9, 4.99: 10%}}"), ""), "NO=0.9 4.99=0.1 ok");
  EXPECT_EQ(print(Make("{choice: [b, a, 3]}"), ""), "b=1 a=1 3=1 ok");
  EXPECT_EQ(print(Make("{choice: {of: [x]}}"), "of"), "x=1 ok");
  EXPECT_EQ(print(Make("{choice: {a: x, b: -1}}"), ""),
            "f.yaml:1:14: orders.x: weight of `a` is not a number: x\n"
            "f.yaml:1:20: orders.x: weight of `b` is negative: -1");
  EXPECT_EQ(print(Make("{choice: {a: 0, b: 0}}"), ""),
            "f.yaml:1:10: orders.x: weights must have a positive sum: 0");
  EXPECT_EQ(print(Make("{choice: []}"), ""), "f.yaml:1:10: orders.x: has no values");
  EXPECT_EQ(
      print(Make("{choice: 5}"), ""),
      "f.yaml:1:10: orders.x: is neither a list of values nor a mapping of weights: 5"
      "\n\nhint: write [a, b] or {a: 0.7, b: 0.3}");
}

TEST(Params, FinishReportsWhatNobodyRead) {
  Params params = Make("{normal: {mean: 1, stdev: 2, foo: 3}}");
  EXPECT_TRUE(params.GetDouble("mean").ok());
  EXPECT_FALSE(params.Has("stddev"));
  EXPECT_EQ(params.Find("stddev"), nullptr);
  EXPECT_EQ(
      params.Finish().message(),
      "f.yaml:1:20: orders.x: unknown parameter: stdev\n\nhint: did you mean `stddev`?\n"
      "f.yaml:1:30: orders.x: unknown parameter: foo\n\n"
      "hint: `normal` takes mean, stddev");
  EXPECT_EQ(Make("{key: 5}").Finish().message(),
            "f.yaml:1:7: orders.x: cannot use a plain value here: 5\n\n"
            "hint: `key` takes no parameters");
  EXPECT_TRUE(Make("{key: {}}").Finish().ok());
  EXPECT_TRUE(Make("{key: }").Finish().ok());
  EXPECT_TRUE(Make("{key: }").is_mapping());
  Params list = Make("{uniform: [1, 5]}");
  EXPECT_FALSE(list.is_mapping());
  EXPECT_EQ(list.value().items.size(), 2u);
  EXPECT_TRUE(list.Finish().ok());
}

TEST(Params, ConstantsGoToTheEvaluator) {
  const auto constant = [](const SpecNode& node) -> arrow::Result<std::string> {
    if (node.text == "main") return std::string("1000");
    return RequestError("unknown name: " + node.text);
  };
  Params params = Make("{g: {a: main, b: 5, c: mian}}", constant);
  EXPECT_EQ(*params.GetInt64("a"), 1000);
  EXPECT_EQ(*params.GetInt64("b"), 5);
  EXPECT_EQ(Message(params.GetDouble("c")), "unknown name: mian");
}

}  // namespace
}  // namespace lakeseed
