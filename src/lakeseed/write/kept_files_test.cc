#include "lakeseed/write/kept_files.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace lakeseed {
namespace {

KeptFiles::Bytes Of(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

TEST(KeptFiles, TheLastOfAFolderIsFoundAndForgottenWithIt) {
  KeptFiles files;
  files.Keep("a/log/01", Of("one"));
  files.Keep("a/log/02", Of("two"));
  files.Keep("a/log/x", Of("other"));
  files.Keep("a/logs", Of("beside"));
  const auto [path, bytes] = files.Last("a/log/0");
  EXPECT_EQ(path, "a/log/02");
  EXPECT_EQ(*bytes, "two");
  EXPECT_EQ(files.Last("a/log/1").second, nullptr);
  EXPECT_EQ(files.Last("b").second, nullptr);
  files.Keep("a/log/02", Of("anew"));
  EXPECT_EQ(*files.Find("a/log/02"), "anew");
  files.Forget("a/log/");
  for (const char* gone : {"a/log/01", "a/log/02", "a/log/x"}) {
    EXPECT_EQ(files.Find(gone), nullptr) << gone;
  }
  EXPECT_EQ(*files.Find("a/logs"), "beside");
}

TEST(KeptFiles, WhatIsKeptIsBounded) {
  KeptFiles files;
  files.Keep("large", Of(std::string(KeptFiles::kLargest + 1, 'x')));
  EXPECT_EQ(files.Find("large"), nullptr);
  size_t most = 0;
  for (int i = 0; i < 40; ++i) {
    files.Keep(fmt::format("f{}", i), Of(std::string(KeptFiles::kLargest, 'x')));
    EXPECT_NE(files.Find(fmt::format("f{}", i)), nullptr);
    size_t num_bytes = 0;
    for (int k = 0; k <= i; ++k) {
      const auto bytes = files.Find(fmt::format("f{}", k));
      num_bytes += bytes == nullptr ? 0 : bytes->size();
    }
    most = std::max(most, num_bytes);
  }
  EXPECT_LE(most, size_t{8} << 20);
  // What takes the place of another counts once.
  KeptFiles same;
  same.Keep("other", Of("small"));
  for (int i = 0; i < 40; ++i) same.Keep("f", Of(std::string(KeptFiles::kLargest, 'y')));
  EXPECT_NE(same.Find("other"), nullptr);
}

}  // namespace
}  // namespace lakeseed
