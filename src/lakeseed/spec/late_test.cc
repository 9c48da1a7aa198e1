// `late:` of a table of events: what is read, what is said to mistakes, and that it
// is a part of the identity.

#include <gtest/gtest.h>

#include "lakeseed/spec/load.h"

namespace lakeseed {
namespace {

std::string Text(const std::string& late, const std::string& kind = "events: 10") {
  return R"yaml(dataset: shop
window: {from: 2024-01-01, to: 2024-12-31}
tables:
  goods: {events: 5, columns: {good_id: {key: {}}}}
  orders:
    )yaml" +
         kind + "\n    late: " + late + "\n    columns: {order_id: {key: {}}}\n";
}

std::string Errors(const std::string& text) {
  const auto result = ParseDataset(text, "f", "", {});
  return result.ok() ? "OK" : result.status().message();
}

TEST(LateSpec, SharesAreReadByDays) {
  const auto spec = ParseDataset(Text("{1w: 1%, 1d: 0.06, 48h: 3%}"), "f", "", {});
  ASSERT_TRUE(spec.ok()) << spec.status().ToString();
  const std::vector<LateShare>& late = spec->FindTable("orders")->late;
  ASSERT_EQ(late.size(), 3u);
  EXPECT_EQ(late[0].days, 1);
  EXPECT_DOUBLE_EQ(late[0].share, 0.06);
  EXPECT_EQ(late[1].days, 2);
  EXPECT_EQ(late[2].days, 7);
  EXPECT_DOUBLE_EQ(late[2].share, 0.01);
  EXPECT_TRUE(spec->FindTable("goods")->late.empty());
}

TEST(LateSpec, IsPartOfTheIdentity) {
  const auto a = ParseDataset(Text("{1d: 6%}"), "f", "", {});
  const auto b = ParseDataset(Text("{1d: 7%}"), "f", "", {});
  const auto same = ParseDataset(Text("{24h: 0.06}"), "g", "", {});
  EXPECT_NE(a->canonical_text, b->canonical_text);
  EXPECT_EQ(a->canonical_text, same->canonical_text);
}

TEST(LateSpec, MistakesHaveTheirPlaces) {
  const auto has = [](const std::string& text, const std::string& part) {
    const std::string errors = Errors(text);
    EXPECT_NE(errors.find(part), std::string::npos) << errors;
  };
  has(Text("{1h: 6%}"), "f:7:12: orders.late: a lag is a whole number of days");
  has(Text("{soon: 6%}"), "not a span of time: soon");
  has(Text("{0d: 6%}"), "at least one: 0d");
  has(Text("{400d: 6%}"), "a lag is at most 366 days: 400d");
  has(Text("{1d: 6%, 24h: 1%}"), "lag stands twice: 24h");
  has(Text("{1d: 60%, 2d: 45%}"), "shares must sum to less than 1");
  has(Text("{1d: 60%, 2d: 45%}"), "1.05");
  has(Text("{1d: -1%}"), "orders.late.1d: must be from 0 to 1");
  has(Text("{1d: many}"), "orders.late.1d: must be a number: many");
  has(Text("6%"), "must say how many rows come how late");
  has(Text("{}"), "must say how many rows come how late");
  has(Text("{1d: 6%}", "rows: 10"), "only rows of `events:` come late");
  has(Text("{1d: 6%}", "per: {parent: goods, count: 2}"),
      "children come with their parent's row");
  EXPECT_EQ(Errors(Text("{1d: 6%}")), "OK");
}

}  // namespace
}  // namespace lakeseed
