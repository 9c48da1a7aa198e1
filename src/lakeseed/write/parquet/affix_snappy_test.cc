#include "lakeseed/write/parquet/affix_snappy.h"

#include <arrow/util/compression.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/simd_level.h"

namespace lakeseed {
namespace {

uint64_t Draw(uint64_t column, int64_t row, uint64_t n) {
  return Below(Cell({column << 40, column * 0x9E3779B97F4A7C15}, row), n);
}

/// Bytes, then texts one behind the other.
struct Page {
  std::string bytes;
  std::vector<int32_t> lengths;

  void Add(const std::string& text) {
    bytes += text;
    lengths.push_back(static_cast<int32_t>(text.size()));
  }
};

/// The stream of the page, which stands in memory that ends where it ends.
std::string Compress(AffixSnappy* affixes, const Page& page) {
  const auto size = static_cast<int64_t>(page.bytes.size());
  const auto in = std::make_unique<uint8_t[]>(page.bytes.size());
  if (size > 0) std::memcpy(in.get(), page.bytes.data(), page.bytes.size());
  const int64_t room = AffixSnappy::MaxSize(size, std::ssize(page.lengths));
  const auto out = std::make_unique<uint8_t[]>(static_cast<size_t>(room));
  const int64_t compressed = affixes->Compress(in.get(), size, page.lengths, out.get());
  EXPECT_LE(compressed, room);
  return {reinterpret_cast<const char*>(out.get()), static_cast<size_t>(compressed)};
}

/// What the library makes of a stream.
std::string Decompress(const std::string& stream, size_t size) {
  const auto codec = arrow::util::Codec::Create(arrow::Compression::SNAPPY).ValueOrDie();
  std::string bytes(size, '?');
  const auto done = codec->Decompress(static_cast<int64_t>(stream.size()),
                                      reinterpret_cast<const uint8_t*>(stream.data()),
                                      static_cast<int64_t>(size),
                                      reinterpret_cast<uint8_t*>(bytes.data()));
  EXPECT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done.ok() ? *done : -1, static_cast<int64_t>(size));
  return bytes;
}

/// \returns the size of the stream.
size_t ExpectSame(AffixSnappy* affixes, const Page& page, const std::string& what) {
  const std::string stream = Compress(affixes, page);
  EXPECT_TRUE(Decompress(stream, page.bytes.size()) == page.bytes) << what;
  return stream.size();
}

std::string Email(int64_t row) {
  constexpr const char* kEnds[] = {"com", "net", "org"};
  return fmt::format("name{}.family{}{}@example.{}", Draw(6, row, 50), Draw(7, row, 900),
                     Draw(8, row, 99), kEnds[Draw(9, row, 3)]);
}
std::string Line(int64_t row) {
  constexpr const char* kNames[] = {"Main", "Oak", "Église", "Washington", "N", "42nd"};
  return fmt::format("{} {} {}", Draw(1, row, 9'999), kNames[Draw(2, row, 6)],
                     Draw(3, row, 2) ? "St" : "Avenue");
}

Page Texts(const std::string& before, int64_t rows,
           const std::function<std::string(int64_t)>& text_of) {
  Page page{before, {}};
  for (int64_t row = 0; row < rows; ++row) page.Add(text_of(row));
  return page;
}

TEST(AffixSnappy, EveryNumberOfTexts) {
  const auto affixes = std::make_unique<AffixSnappy>();
  for (const char* before : {"", "x", "length bytes are not looked at"}) {
    for (int64_t rows = 0; rows < 40; ++rows) {
      const std::string what = fmt::format("{} texts behind '{}'", rows, before);
      ExpectSame(affixes.get(), Texts(before, rows, Email), what);
      ExpectSame(affixes.get(), Texts(before, rows, Line), what);
      ExpectSame(affixes.get(), Texts(before, rows, [](int64_t) { return ""; }), what);
      ExpectSame(
          affixes.get(),
          Texts(before, rows, [](int64_t row) { return std::string(row % 3 == 0, 'a'); }),
          what);
    }
  }
}

/// Begins, ends and what stands between of every size, few kinds of each.
TEST(AffixSnappy, RandomTexts) {
  const auto affixes = std::make_unique<AffixSnappy>();
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const uint64_t kinds = 1 + Draw(seed, 1, 6), longest = 1 + Draw(seed, 2, 40);
    const auto piece = [&](uint64_t part, int64_t row) {
      const auto kind = static_cast<int64_t>(Draw(part, row, kinds));
      std::string bytes;
      for (uint64_t i = 0; i < Draw(seed + part, kind, longest); ++i) {
        bytes += static_cast<char>(Draw(seed + part + i, kind, seed % 2 == 0 ? 2 : 256));
      }
      return bytes;
    };
    const auto text_of = [&](int64_t row) {
      const uint64_t any = Cell({seed, 9}, row);
      std::string text = piece(1'000, row);
      if (any % 4 == 0) text += std::to_string(any);
      if (any % 97 == 0) text.append(any % 700, 'x');
      return text + piece(2'000, row);
    };
    const auto rows = static_cast<int64_t>(Draw(seed, 0, 9'000));
    ExpectSame(affixes.get(), Texts(piece(3'000, 0), rows, text_of),
               fmt::format("seed {}", seed));
  }
}

TEST(AffixSnappy, FarAndLong) {
  const auto affixes = std::make_unique<AffixSnappy>();
  // The same begin and end at every distance around what a copy reaches.
  for (const int gap : {0, 1, 2'000, 2'047, 2'048, 2'049, 65'470, 65'495, 65'496, 65'497,
                        65'535, 65'536, 65'537, 131'032, 131'072}) {
    Page page{std::string(20, '.'), {}};
    page.Add("Springfield 1 Avenue East");
    if (gap > 0) {
      std::string noise;
      for (int i = 0; i < gap; ++i) noise += static_cast<char>(Draw(11, i, 256));
      page.Add(noise);
    }
    page.Add("Springfield 2 Avenue East");
    page.Add(std::string(100, '-'));
    ExpectSame(affixes.get(), page, fmt::format("{} bytes between", gap));
  }
  const std::string million(1 << 20, 'x');
  ExpectSame(affixes.get(), Texts("", 3, [&](int64_t) { return million; }), "1 MB texts");
  ExpectSame(affixes.get(), Texts(million, 300, Email), "1 MB before");
}

TEST(AffixSnappy, FindsWhatRepeats) {
  const auto affixes = std::make_unique<AffixSnappy>();
  const Page emails = Texts("lengths", 40'000, Email), lines = Texts("", 40'000, Line);
  const std::string stream = Compress(affixes.get(), emails);
  EXPECT_LT(stream.size(), emails.bytes.size() * 70 / 100);
  EXPECT_LT(ExpectSame(affixes.get(), lines, "lines"), lines.bytes.size() * 65 / 100);
  // A function of the page: nothing is left of what came before, on any level.
  for (const char* level : {"baseline", "avx2", "avx512"}) {
    if (!SetSimdLevel(level).ok()) continue;
    EXPECT_TRUE(Compress(affixes.get(), emails) == stream) << level;
  }
}

}  // namespace
}  // namespace lakeseed
