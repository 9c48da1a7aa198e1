#include "lakeseed/write/parquet/text_snappy.h"

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

/// Bytes, then texts one behind the other, with the first bytes of its length before
/// each.
struct Page {
  std::string bytes;
  int64_t gap = 0;
  std::vector<int32_t> lengths = {};

  void Add(const std::string& text) {
    lengths.push_back(static_cast<int32_t>(text.size()));
    bytes.append(reinterpret_cast<const char*>(&lengths.back()),
                 static_cast<size_t>(gap));
    bytes += text;
  }
};

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
std::string Address(int64_t row) {
  const uint64_t town = Draw(4, row, 3'000);
  return fmt::format("{}, {:x}ville, {} {:05}", Line(row), town * 0x9E3779B1 % (1 << 30),
                     town % 2 ? "NY" : "PA", 7 * town);
}

/// One of those that make streams: of texts that have so many bytes between them.
struct Maker {
  const char* name;
  int64_t gap;
  int64_t (*compress)(const Page& page, const uint8_t* in, uint8_t* out);
  int64_t (*max_size)(int64_t size, int64_t num_texts);
  std::string (*repeating)(int64_t row);  ///< Texts that it is made for,
  size_t left_percent;                    ///< of which it leaves so much.
};

int64_t ByAffixes(const Page& page, const uint8_t* in, uint8_t* out) {
  return std::make_unique<AffixSnappy>()->Compress(in, std::ssize(page.bytes),
                                                   page.lengths, out);
}
int64_t ByPhrases(const Page& page, const uint8_t* in, uint8_t* out) {
  return std::make_unique<PhraseSnappy>()->Compress(in, std::ssize(page.bytes),
                                                    page.lengths, page.gap, out);
}

constexpr Maker kMakers[] = {
    {"Affixes", 0, ByAffixes, AffixSnappy::MaxSize, Email, 70},
    {"Phrases", 0, ByPhrases, PhraseSnappy::MaxSize, Address, 60},
    {"PhrasesOfAPlainPage", 4, ByPhrases, PhraseSnappy::MaxSize, Address, 65},
};

class TextSnappyTest : public testing::TestWithParam<Maker> {
 protected:
  Page Begin(const std::string& before) const { return {before, GetParam().gap}; }
  Page Texts(const std::string& before, int64_t rows,
             const std::function<std::string(int64_t)>& text_of) const {
    Page page = Begin(before);
    for (int64_t row = 0; row < rows; ++row) page.Add(text_of(row));
    return page;
  }

  /// The stream of the page, which stands in memory that ends where it ends.
  static std::string Compress(const Page& page) {
    const auto size = static_cast<int64_t>(page.bytes.size());
    const auto in = std::make_unique<uint8_t[]>(page.bytes.size());
    if (size > 0) std::memcpy(in.get(), page.bytes.data(), page.bytes.size());
    const int64_t room = GetParam().max_size(size, std::ssize(page.lengths));
    const auto out = std::make_unique<uint8_t[]>(static_cast<size_t>(room));
    const int64_t compressed = GetParam().compress(page, in.get(), out.get());
    EXPECT_LE(compressed, room);
    return {reinterpret_cast<const char*>(out.get()), static_cast<size_t>(compressed)};
  }

  /// What the library makes of a stream.
  static std::string Decompress(const std::string& stream, size_t size) {
    const auto codec =
        arrow::util::Codec::Create(arrow::Compression::SNAPPY).ValueOrDie();
    std::string bytes(size, '?');
    const auto done = codec->Decompress(static_cast<int64_t>(stream.size()),
                                        reinterpret_cast<const uint8_t*>(stream.data()),
                                        static_cast<int64_t>(size),
                                        reinterpret_cast<uint8_t*>(bytes.data()));
    EXPECT_TRUE(done.ok()) << done.status();
    EXPECT_EQ(done.ok() ? *done : -1, static_cast<int64_t>(size));
    return bytes;
  }

  static void ExpectSame(const Page& page, const std::string& what) {
    EXPECT_TRUE(Decompress(Compress(page), page.bytes.size()) == page.bytes) << what;
  }
};

INSTANTIATE_TEST_SUITE_P(Makers, TextSnappyTest, testing::ValuesIn(kMakers),
                         [](const auto& maker) { return maker.param.name; });

TEST_P(TextSnappyTest, EveryNumberOfTexts) {
  for (const char* before : {"", "x", "length bytes are not looked at"}) {
    for (int64_t rows = 0; rows < 40; ++rows) {
      const std::string what = fmt::format("{} texts behind '{}'", rows, before);
      ExpectSame(Texts(before, rows, Email), what);
      ExpectSame(Texts(before, rows, Line), what);
      ExpectSame(Texts(before, rows, Address), what);
      ExpectSame(Texts(before, rows, [](int64_t) { return ""; }), what);
      ExpectSame(
          Texts(before, rows, [](int64_t row) { return std::string(row % 3 == 0, 'a'); }),
          what);
      // Commas and blanks at begins and ends, and nothing else.
      ExpectSame(Texts(before, rows,
                       [](int64_t row) {
                         return std::string(", ,, ").substr(static_cast<size_t>(row) % 5);
                       }),
                 what);
    }
  }
}

/// Begins, ends and what stands between of every size, few kinds of each.
TEST_P(TextSnappyTest, RandomTexts) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const uint64_t kinds = 1 + Draw(seed, 1, 6), longest = 1 + Draw(seed, 2, 40);
    const auto piece = [&](uint64_t part, int64_t row) {
      const auto kind = static_cast<int64_t>(Draw(part, row, kinds));
      std::string bytes;
      for (uint64_t i = 0; i < Draw(seed + part, kind, longest); ++i) {
        const uint64_t any = Draw(seed + part + i, kind, 256);
        bytes += seed % 3 == 0   ? static_cast<char>(any % 2)
                 : seed % 3 == 1 ? static_cast<char>(any)
                                 : "a, Z"[any % 4];
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
    ExpectSame(Texts(piece(3'000, 0), rows, text_of), fmt::format("seed {}", seed));
  }
}

TEST_P(TextSnappyTest, FarAndLong) {
  // The same begin and end at every distance around what a copy reaches.
  for (const int between :
       {0, 1, 2'000, 2'047, 2'048, 2'049, 65'470, 65'495, 65'496, 65'497, 65'519, 65'531,
        65'535, 65'536, 65'537, 131'032, 131'072, 9'000'000}) {
    Page page = Begin(std::string(20, '.'));
    page.Add("Springfield 1 Avenue East, Springfield, NY");
    if (between > 0) {
      std::string noise;
      for (int i = 0; i < between; ++i) noise += static_cast<char>(Draw(11, i, 256));
      page.Add(noise);
    }
    page.Add("Springfield 2 Avenue East, Springfield, NY");
    page.Add(std::string(100, '-'));
    ExpectSame(page, fmt::format("{} bytes between", between));
  }
  const std::string million(1 << 20, 'x');
  ExpectSame(Texts("", 3, [&](int64_t) { return million; }), "1 MB texts");
  ExpectSame(Texts(million, 300, Email), "1 MB before");
}

TEST_P(TextSnappyTest, FindsWhatRepeats) {
  const Page page = Texts("lengths", 40'000, GetParam().repeating);
  const std::string stream = Compress(page);
  EXPECT_LT(stream.size(), page.bytes.size() * GetParam().left_percent / 100);
  // A function of the page, on any level.
  for (const char* level : {"baseline", "avx2", "avx512"}) {
    if (!SetSimdLevel(level).ok()) continue;
    EXPECT_TRUE(Compress(page) == stream) << level;
  }
}

/// What came before leaves nothing behind.
TEST(TextSnappy, EachPageIsOnItsOwn) {
  Page page, other;
  for (int64_t row = 0; row < 3'000; ++row) {
    page.Add(row % 2 == 0 ? Email(row) : Address(row));
    other.Add(Address(row + 70'000));
  }
  const auto compress = [](TextSnappy* snappy, const Page& one) {
    const auto size = static_cast<int64_t>(one.bytes.size());
    std::string out(
        static_cast<size_t>(TextSnappy::MaxSize(size, std::ssize(one.lengths))), '?');
    out.resize(static_cast<size_t>(
        snappy->Compress(reinterpret_cast<const uint8_t*>(one.bytes.data()), size,
                         one.lengths, reinterpret_cast<uint8_t*>(out.data()))));
    return out;
  };
  for (const TextSearch search : {TextSearch::kAffixes, TextSearch::kPhrases}) {
    TextSnappy used(search), fresh(search);
    compress(&used, other);
    EXPECT_TRUE(compress(&used, page) == compress(&fresh, page));
  }
}

}  // namespace
}  // namespace lakeseed
