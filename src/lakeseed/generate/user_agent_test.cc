// user_agent: everything agrees, visitors keep their browsers, versions follow the day.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/test_struct.h"

namespace lakeseed {
namespace {

constexpr int64_t kMany = 20'000;
const Rows kRows(RowRange{0, kMany});
const std::vector<std::string> kAll = {"user_agent", "device", "os", "browser",
                                       "version"};

/// What a reader of the text alone says: device, system, browser.
std::string Parsed(const std::string& text) {
  const auto has = [&text](const char* part) {
    return text.find(part) != std::string::npos;
  };
  std::string system = "Linux", device = "desktop", browser = "Safari";
  if (has("iPhone")) system = "iOS", device = "mobile";
  if (has("iPad")) system = "iPadOS", device = "tablet";
  if (has("Android")) system = "Android", device = has("Mobile") ? "mobile" : "tablet";
  if (has("Windows NT")) system = "Windows";
  if (has("Macintosh")) system = "macOS";
  if (has("CrOS")) system = "Chrome OS";
  if (has("Chrome/") || has("CriOS/")) browser = "Chrome";
  if (has("Edg/")) browser = "Edge";
  if (has("SamsungBrowser/")) browser = "Samsung Internet";
  if (has("Firefox/")) browser = "Firefox";
  return device + "|" + system + "|" + browser;
}

TEST(UserAgent, KeepsTheLawsOfStructs) {
  TestContext context;
  const auto agents = context.Bind("{user_agent: {}}").ValueOrDie();
  ExpectStructLaws(context, *agents);
}

TEST(UserAgent, TextSaysTheSameAsTheFields) {
  TestContext context;
  const auto agents = context.Bind("{user_agent: {}}").ValueOrDie();
  const TestStruct made(context, *agents, kRows, kAll);
  const auto texts = made.Texts("user_agent"), devices = made.Texts("device"),
             systems = made.Texts("os"), browsers = made.Texts("browser"),
             versions = made.Texts("version");
  std::map<std::string, int> by_device;
  for (size_t i = 0; i < texts.size(); ++i) {
    ASSERT_EQ(Parsed(texts[i]), devices[i] + "|" + systems[i] + "|" + browsers[i]);
    ASSERT_NE(texts[i].find("/" + versions[i]), std::string::npos) << texts[i];
    ASSERT_EQ(texts[i].find('{'), std::string::npos);
    ++by_device[devices[i]];
  }
  EXPECT_NEAR(by_device["mobile"] / double{kMany}, 0.55, 0.02);
  EXPECT_NEAR(by_device["tablet"] / double{kMany}, 0.07, 0.01);
}

TEST(UserAgent, VersionsAreThoseOfTheDay) {
  TestContext context;
  context.AddInput("on", arrow::date32(), [](const Rows& rows) {
    arrow::Date32Builder builder;
    for (int64_t i = 0; i < rows.length(); ++i) {
      EXPECT_TRUE(builder.Append(rows[i] % 2 == 0 ? 19358 : 20088).ok());
    }
    return builder.Finish().ValueOrDie();
  });
  const auto agents =
      context.Bind("{user_agent: {day: on, browsers: [Chrome, Safari]}}").ValueOrDie();
  const TestStruct made(context, *agents, kRows, {"user_agent", "browser", "version"});
  const auto versions = made.Texts("version"), browsers = made.Texts("browser");
  int newest[2] = {0, 0};
  for (size_t i = 0; i < versions.size(); ++i) {
    const int major = std::stoi(versions[i]);
    if (browsers[i] == "Safari") {  // 16 in January 2023, 18 in December 2024.
      ASSERT_TRUE(i % 2 == 0 ? major == 16 || major == 15 : major == 18 || major == 17);
      continue;
    }
    newest[i % 2] = std::max(newest[i % 2], major);
    ASSERT_GE(major, i % 2 == 0 ? 100 : 124);
  }
  EXPECT_EQ(newest[0], 109);  // 278 days after version 100.
  EXPECT_EQ(newest[1], 132);
}

TEST(UserAgent, VisitorKeepsItsBrowserOnADevice) {
  TestContext context;
  context.AddInt64("who", [](int64_t row) { return row % 50; });
  context.AddText("kind", {"Mobile", "Desktop"});
  const auto agents =
      context.Bind("{user_agent: {visitor: who, device: kind}}").ValueOrDie();
  const TestStruct made(context, *agents, kRows, kAll);
  const auto texts = made.Texts("user_agent"), devices = made.Texts("device");
  std::map<std::string, std::string> first;
  std::set<std::string> different;
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto [found, added] =
        first.emplace(devices[i] + std::to_string(i % 50), texts[i]);
    ASSERT_EQ(found->second, texts[i]);
    different.insert(texts[i]);
  }
  EXPECT_EQ(first.size(), 100u);
  EXPECT_GT(different.size(), 20u);
}

TEST(UserAgent, MistakesHaveAWayOut) {
  TestContext context;
  for (const char* yaml :
       {"{user_agent: {browsers: [Netscape]}}", "{user_agent: {devices: {watch: 1}}}",
        "{user_agent: {systems: [Windows]}}",
        "{user_agent: {device: channel, devices: {mobile: 1}}}"}) {
    EXPECT_FALSE(context.Bind(yaml).ok()) << yaml;
  }
}

}  // namespace
}  // namespace lakeseed
