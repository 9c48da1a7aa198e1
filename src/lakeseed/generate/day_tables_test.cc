// DayTables: few tables for who goes through the days in order, more for who comes back.

#include "lakeseed/generate/day_tables.h"

#include <gtest/gtest.h>

namespace lakeseed {
namespace {

struct NoLaw {
  bool operator==(const NoLaw&) const = default;
};

using Tables = DayTables<int32_t, NoLaw>;

// How many of the days had to be made.
int Visit(Tables* tables, int32_t begin, int32_t end) {
  int made = 0;
  for (int32_t day = begin; day < end; ++day) {
    if (const auto found = tables->Find(day, {})) {
      EXPECT_EQ(*found, day);
      continue;
    }
    auto table = tables->Spare();
    if (table == nullptr) table = std::make_shared<int32_t>();
    *table = day;
    tables->Keep(day, {}, table);
    ++made;
  }
  return made;
}

TEST(DayTablesTest, DaysInOrderNeedNoMoreRoom) {
  Tables tables(64, 4);
  EXPECT_EQ(Visit(&tables, 0, 1000), 1000);
  EXPECT_EQ(tables.room(), 4U);
  EXPECT_EQ(Visit(&tables, 996, 1000), 0) << "the last four are kept";
}

TEST(DayTablesTest, WhoComesBackGetsRoom) {
  Tables tables(64, 4);
  // Every twenty days are gone through twice, as by who draws again.
  int made = 0;
  for (int32_t day = 0; day < 400; day += 20) {
    made += Visit(&tables, day, day + 20);
    made += Visit(&tables, day, day + 20);
  }
  EXPECT_GE(tables.room(), 20U);
  EXPECT_LT(tables.room(), 64U) << "no more than it needs";
  EXPECT_LE(made, 400 + 3 * 20);
}

TEST(DayTablesTest, NoMoreThanTheMost) {
  Tables tables(8, 2);
  for (int i = 0; i < 10; ++i) Visit(&tables, 0, 8);
  EXPECT_EQ(Visit(&tables, 0, 8), 0);
  for (int i = 0; i < 10; ++i) Visit(&tables, 0, 9);
  EXPECT_EQ(tables.room(), 8U);
  EXPECT_EQ(Visit(&tables, 0, 9), 9) << "the ninth drops the first";
}

TEST(DayTablesTest, WhatSomebodyHoldsIsNotUsedAgain) {
  Tables tables(2);
  EXPECT_EQ(tables.Spare(), nullptr) << "there is room";
  Visit(&tables, 0, 2);
  const auto held = tables.Find(0, {});
  Visit(&tables, 1, 2);
  EXPECT_EQ(tables.Spare(), nullptr);
  Visit(&tables, 2, 6);
  EXPECT_EQ(*held, 0);
}

TEST(DayTablesTest, TheNearestDayOfTheLaw) {
  Tables tables(8, 4);
  EXPECT_EQ(tables.Nearest(3, {}), nullptr);
  Visit(&tables, 10, 12);
  Visit(&tables, 20, 21);
  EXPECT_EQ(*tables.Nearest(14, {}), 11);
  EXPECT_EQ(*tables.Nearest(19, {}), 20);
}

}  // namespace
}  // namespace lakeseed
