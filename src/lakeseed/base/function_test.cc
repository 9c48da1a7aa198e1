#include "lakeseed/base/function.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/golden.h"

namespace lakeseed {
namespace {

uint64_t Bits(double x) { return std::bit_cast<uint64_t>(x); }

template <typename F>
void CheckPairs(const nlohmann::json& pair, F f) {
  const auto x = GoldenDoubles(pair[0]), y = GoldenDoubles(pair[1]);
  ASSERT_GT(x.size(), 20u);
  for (size_t i = 0; i < x.size(); ++i) {
    EXPECT_EQ(Bits(f(x[i])), Bits(y[i]))
        << "x = " << x[i] << ", " << f(x[i]) << " != " << y[i];
  }
}

TEST(Function, EqualsReferenceModelToTheBit) {
  const auto golden = LoadGolden("function");
  CheckPairs(golden["log"], [](double x) { return Log(x); });
  CheckPairs(golden["exp"], [](double x) { return Exp(x); });
  CheckPairs(golden["sine"], [](double x) { return Sine(x); });
  CheckPairs(golden["inverse_normal"], [](double x) { return InverseNormal(x); });
  for (const auto& one : golden["power"]) {
    const double p = GoldenDouble(one["p"]);
    CheckPairs(nlohmann::json::array({one["x"], one["y"]}),
               [p](double x) { return Power(x, p); });
  }
}

// Points of all sizes, many of them so that the vectorised loop and its rest run.
std::vector<double> Points(double low, double high, int count) {
  const Key key = StreamKey(1, {"function", "points"});
  std::vector<double> out;
  for (int i = 0; i < count; ++i) out.push_back(low + Unit(Cell(key, i)) * (high - low));
  return out;
}

TEST(Function, ArraysEqualScalarsToTheBit) {
  std::vector<double> positive;
  for (double x : Points(-1020, 1020, 5001)) positive.push_back(std::exp2(x));
  positive.insert(positive.end(), {5e-324, 0x1p-1022, 1.0, 0.5, 1.7e308});
  for (size_t size : {size_t{0}, size_t{1}, size_t{3}, positive.size()}) {
    std::vector<double> out(size);
    LogOf(std::span(positive).first(size), out.data());
    for (size_t i = 0; i < size; ++i) ASSERT_EQ(Bits(out[i]), Bits(Log(positive[i])));
    PowerOf(std::span(positive).first(size), -0.7, out.data());
    for (size_t i = 0; i < size; ++i)
      ASSERT_EQ(Bits(out[i]), Bits(Power(positive[i], -0.7)));
    SquareRootOf(std::span(positive).first(size), out.data());
    for (size_t i = 0; i < size; ++i) {
      ASSERT_EQ(Bits(out[i]), Bits(std::sqrt(positive[i])));
    }
  }
  // With numbers that take the long way, and without any.
  const auto normal = Points(0, 1, 5001);
  std::vector<double> out(normal.size());
  LogOf(normal, out.data());
  for (size_t i = 0; i < out.size(); ++i) ASSERT_EQ(Bits(out[i]), Bits(Log(normal[i])));
  for (const double most : {1.0, 690.0, 800.0}) {
    const auto x = Points(-most, most, 5001);
    ExpOf(x, out.data());
    for (size_t i = 0; i < x.size(); ++i) ASSERT_EQ(Bits(out[i]), Bits(Exp(x[i])));
  }
  auto p = Points(0, 1, 5001);
  p.insert(p.end(), {1e-300, 1e-16, 0x1p-53, 0.075, 0.925, 1 - 0x1p-53});
  std::vector<double> inverse(p.size());
  InverseNormalOf(p, inverse.data());
  for (size_t i = 0; i < p.size(); ++i) {
    ASSERT_EQ(Bits(inverse[i]), Bits(InverseNormal(p[i]))) << p[i];
  }
  InverseNormalOf(p, p.data());  // In place.
  EXPECT_EQ(p, inverse);
}

TEST(Function, IsNearTheTruth) {
  for (double x : Points(-690, 690, 20000)) {
    EXPECT_NEAR(Exp(x) / std::exp(x), 1.0, 1e-15);
    const double y = std::exp(x);
    EXPECT_NEAR(Log(y), std::log(y), 3e-15 * std::max(std::abs(x), 1e-3));
  }
  for (double t : Points(-3, 3, 20000)) {
    EXPECT_NEAR(Sine(t), std::sin(2 * M_PI * (t - std::rint(t))), 6e-16);
  }
  // The distribution function brings the inverse back.
  for (double p : Points(0, 1, 20000)) {
    const double x = InverseNormal(p);
    EXPECT_NEAR(0.5 * std::erfc(-x / std::sqrt(2.0)), p, 1e-15 + 4e-15 * p);
  }
  EXPECT_EQ(InverseNormal(0.5), 0.0);
}

TEST(Function, EndsOfTheRange) {
  EXPECT_EQ(Exp(0.0), 1.0);
  EXPECT_EQ(Exp(-1e300), 0.0);
  EXPECT_EQ(Exp(1e300), INFINITY);
  EXPECT_EQ(Log(1.0), 0.0);
  EXPECT_EQ(Sine(0.25), 1.0);
}

}  // namespace
}  // namespace lakeseed
