// Children per parent: equal to the reference model, exact totals, both ways.

#include "lakeseed/generate/fanout.h"

#include <gtest/gtest.h>

#include <numeric>
#include <thread>

#include "lakeseed/base/golden.h"
#include "lakeseed/base/quantiles.h"

namespace lakeseed {
namespace {

const Key kKey = StreamKey(42, {"fanout test"});

std::vector<int64_t> Items() { return *QuantileTable(*GeometricLaw(2.5, 1, 12)); }

TEST(FanoutTest, EqualsTheModel) {
  const auto golden = LoadGolden("fanout");
  ASSERT_FALSE(golden.is_discarded());
  for (const auto& one : golden["cases"]) {
    const auto fanout =
        *Fanout::Make(GoldenKey(golden["key"]), GoldenIntegers(one["table"]),
                      {one["num"].get<int64_t>(), one["den"].get<int64_t>()},
                      GoldenIntegers(one["cuts"]));
    const auto parents = GoldenIntegers(one["parents"]);
    const auto first = GoldenIntegers(one["first_child"]);
    std::vector<int64_t> block(parents.size());
    fanout->FirstChildrenOf(Rows(parents), block.data());
    EXPECT_EQ(block, first);
    for (size_t i = 0; i < parents.size(); ++i) {
      EXPECT_EQ(fanout->FirstChild(parents[i]), first[i]);
      EXPECT_EQ(fanout->Count(parents[i]), one["count"][i].get<int64_t>());
    }
    const auto run = one["run"]["count"].get<std::vector<int32_t>>();
    std::vector<int32_t> counts(run.size());
    const auto start = one["run"]["first_parent"].get<int64_t>();
    fanout->CountsOf({start, start + static_cast<int64_t>(run.size())}, counts.data());
    EXPECT_EQ(counts, run);
    const auto children = GoldenIntegers(one["children"]);
    const auto want = GoldenIntegers(one["parent"]);
    std::vector<int64_t> got(children.size());
    fanout->ParentsOf(Rows(children), got.data());
    EXPECT_EQ(got, want);
    for (size_t i = 0; i < children.size(); ++i)
      EXPECT_EQ(fanout->Parent(children[i]), want[i]);
  }
}

TEST(FanoutTest, WindowsHaveExactTotals) {
  struct Case {
    int64_t parents, children, before;
  };
  for (const Case c : {Case{5000, 15000, 70},
                       {4001, 10003, 0},
                       {1, 12, 3},
                       {1024, 1024, 999},
                       {7, 77, 1'000'000'000'000},
                       {100'000, 250'000, 12'345}}) {
    const auto fanout = *Fanout::Make(kKey, Items(), {c.children, c.parents},
                                      {c.before, c.before + c.parents});
    EXPECT_EQ(fanout->FirstChild(c.before + c.parents) - fanout->FirstChild(c.before),
              c.children);
    std::vector<int32_t> counts(static_cast<size_t>(c.parents));
    fanout->CountsOf({c.before, c.before + c.parents}, counts.data());
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), int64_t{0}), c.children);
    EXPECT_GE(*std::min_element(counts.begin(), counts.end()), 1);
    EXPECT_LE(*std::max_element(counts.begin(), counts.end()), 12);
  }
}

TEST(FanoutTest, ParentsAndChildrenAgreeBothWays) {
  for (const bool zeros : {false, true}) {
    const auto table = zeros ? *QuantileTable(*PoissonLaw(0.3, 0, 5)) : Items();
    const auto fanout = *Fanout::Make(kKey, table, {}, {100, 3333});
    const int64_t end = fanout->FirstChild(9000);
    std::vector<int64_t> parents(static_cast<size_t>(end)), part(parents.size());
    fanout->ParentsOf(Rows(RowRange{0, end}), parents.data());
    int64_t child = 0;
    for (int64_t parent = 0; parent < 9000; ++parent) {
      ASSERT_EQ(fanout->FirstChild(parent), child);
      for (int64_t line = 0; line < fanout->Count(parent); ++line) {
        ASSERT_EQ(parents[static_cast<size_t>(child++)], parent);
      }
    }
    ASSERT_EQ(child, end);
    // In any order and in pieces: the same.
    std::vector<int64_t> backwards(parents.size());
    std::iota(backwards.rbegin(), backwards.rend(), int64_t{0});
    fanout->ParentsOf(Rows(backwards), part.data());
    EXPECT_TRUE(std::equal(part.rbegin(), part.rend(), parents.begin()));
    fanout->ParentsOf(Rows(RowRange{777, end}), part.data());
    EXPECT_TRUE(std::equal(parents.begin() + 777, parents.end(), part.begin()));
  }
}

TEST(FanoutTest, TheLawIsTheTable) {
  const auto fanout = *Fanout::Make(kKey, Items());
  std::vector<int32_t> counts(1024 * 40);
  fanout->CountsOf({0, static_cast<int64_t>(counts.size())}, counts.data());
  std::sort(counts.begin(), counts.end());
  std::vector<int64_t> table = Items();
  for (size_t i = 0; i < counts.size(); ++i) ASSERT_EQ(counts[i], table[i / 40]);
}

TEST(FanoutTest, AMeanOutsideTheLawIsAnError) {
  const auto fanout = Fanout::Make(kKey, Items(), {13, 1});
  ASSERT_FALSE(fanout.ok());
  EXPECT_NE(
      fanout.status().message().find("13 children for 1 parents do not fit 1 to 12"),
      std::string::npos);
  EXPECT_FALSE(Fanout::Make(kKey, Items(), {1, 2}).ok());
}

TEST(FanoutTest, ManyThreadsSeeOneLaw) {
  const auto fanout = *Fanout::Make(kKey, Items());
  std::vector<int64_t> want(200'000), got[2];
  fanout->ParentsOf(Rows(RowRange{0, 200'000}), want.data());
  std::vector<std::thread> threads;
  for (auto& one : got) {
    threads.emplace_back([&] {
      one.resize(want.size());
      fanout->ParentsOf(Rows(RowRange{0, 200'000}), one.data());
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(got[0], want);
  EXPECT_EQ(got[1], want);
}

}  // namespace
}  // namespace lakeseed
