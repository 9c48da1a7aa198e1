#include "lakeseed/write/parquet/word_compressor.h"

#include <arrow/util/compression.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <type_traits>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/simd_level.h"

namespace lakeseed {
namespace {

uint64_t Draw(uint64_t column, int64_t row, uint64_t n) {
  return Below(Cell({column << 40, column * 0x9E3779B97F4A7C15}, row), n);
}

template <class Elements>
constexpr arrow::Compression::type kCodecOf =
    std::is_same_v<Elements, SnappyElements> ? arrow::Compression::SNAPPY
                                             : arrow::Compression::LZ4;

/// The stream of the bytes, which stand in memory that ends where they end.
template <class Elements>
std::string Compress(WordCompressor* words, const std::string& text) {
  const auto size = static_cast<int64_t>(text.size());
  const auto in = std::make_unique<uint8_t[]>(text.size());
  if (size > 0) std::memcpy(in.get(), text.data(), text.size());
  const auto room = static_cast<size_t>(WordCompressor::MaxSize(size));
  const auto out = std::make_unique<uint8_t[]>(room);
  const int64_t compressed = words->Compress<Elements>(in.get(), size, out.get());
  EXPECT_LE(compressed, WordCompressor::MaxSize(size));
  return {reinterpret_cast<const char*>(out.get()), static_cast<size_t>(compressed)};
}

/// What the library makes of a stream.
template <class Elements>
std::string Decompress(const std::string& stream, size_t size) {
  const auto codec = arrow::util::Codec::Create(kCodecOf<Elements>).ValueOrDie();
  std::string text(size, '?');
  const auto done = codec->Decompress(static_cast<int64_t>(stream.size()),
                                      reinterpret_cast<const uint8_t*>(stream.data()),
                                      static_cast<int64_t>(size),
                                      reinterpret_cast<uint8_t*>(text.data()));
  EXPECT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done.ok() ? *done : -1, static_cast<int64_t>(size));
  return text;
}

template <class Elements>
void ExpectSame(WordCompressor* words, const std::string& text, const std::string& what) {
  const std::string stream = Compress<Elements>(words, text);
  EXPECT_TRUE(Decompress<Elements>(stream, text.size()) == text) << what;
}

std::string Address(int64_t row) {
  constexpr const char* kNames[] = {"Main", "Oak", "Église", "Washington", "N", "42nd"};
  return fmt::format("{} {} {}, Town {}, NY {:05}", Draw(1, row, 9'999),
                     kNames[Draw(2, row, 6)], Draw(3, row, 2) ? "St" : "Avenue",
                     Draw(4, row, 300), Draw(5, row, 99'999));
}

/// PLAIN texts of addresses, of so many bytes.
std::string Addresses(size_t size) {
  std::string page;
  for (int64_t row = 0; page.size() < size; ++row) {
    const std::string text = Address(row);
    const auto length = static_cast<uint32_t>(text.size());
    page.append(reinterpret_cast<const char*>(&length), sizeof(length));
    page += text;
  }
  page.resize(size);
  return page;
}

/// PLAIN texts of e-mail addresses.
std::string Emails(size_t size) {
  constexpr const char* kEnds[] = {"com", "net", "org"};
  std::string page;
  for (int64_t row = 0; page.size() < size; ++row) {
    const std::string text =
        fmt::format("name{}.family{}{}@example.{}", Draw(6, row, 500), Draw(7, row, 900),
                    Draw(8, row, 99), kEnds[Draw(9, row, 3)]);
    const auto length = static_cast<uint32_t>(text.size());
    page.append(reinterpret_cast<const char*>(&length), sizeof(length));
    page += text;
  }
  page.resize(size);
  return page;
}

template <class Elements>
class WordCompressorTest : public testing::Test {};
using AllElements = testing::Types<SnappyElements, Lz4Elements>;
TYPED_TEST_SUITE(WordCompressorTest, AllElements);

TYPED_TEST(WordCompressorTest, EverySize) {
  const auto words = std::make_unique<WordCompressor>();
  const std::string addresses = Addresses(70'000);
  for (size_t size = 0; size <= 600; ++size) {
    ExpectSame<TypeParam>(words.get(), addresses.substr(0, size),
                          fmt::format("{} bytes", size));
  }
  const std::string emails = "@" + Emails(70'000);
  for (size_t size = 0; size <= 600; ++size) {
    ExpectSame<TypeParam>(words.get(), emails.substr(0, size),
                          fmt::format("{} bytes", size));
  }
  for (const size_t edge : {4'096, 8'192, 65'536}) {
    for (size_t size = edge - 130; size <= edge + 130; ++size) {
      ExpectSame<TypeParam>(words.get(), addresses.substr(0, size),
                            fmt::format("{} bytes", size));
    }
  }
}

/// Bytes of every kind, in runs of every length: words, gaps, repeats.
TYPED_TEST(WordCompressorTest, RandomBytes) {
  const auto words = std::make_unique<WordCompressor>();
  for (uint64_t seed = 0; seed < 300; ++seed) {
    std::string text;
    const uint64_t size = Draw(seed, 0, 100'000), kinds = 1 + Draw(seed, 1, 5);
    for (int64_t i = 2; text.size() < size; ++i) {
      const uint64_t length = Draw(seed, 3 * i, 100) + (Draw(seed, i, 50) == 0 ? 500 : 0);
      const uint64_t kind = Draw(seed, 3 * i + 1, kinds);
      const uint64_t from = text.empty() ? 0 : Draw(seed, 3 * i + 2, text.size());
      for (uint64_t k = 0; k < length; ++k) {
        const uint64_t any = Cell({seed, static_cast<uint64_t>(i)}, k);
        text += kind == 0   ? static_cast<char>(any)
                : kind == 1 ? static_cast<char>('a' + any % 3)
                : kind == 2 ? " ,a@"[any % 4]
                : kind == 3 ? text[(from + k) % std::max<size_t>(text.size(), 1)]
                            : 'x';
      }
    }
    ExpectSame<TypeParam>(words.get(), text, fmt::format("seed {}", seed));
  }
}

TYPED_TEST(WordCompressorTest, FarAndLong) {
  const auto words = std::make_unique<WordCompressor>();
  std::string noise;
  for (int64_t i = 0; i < 200'000; ++i) noise += static_cast<char>(Draw(11, i, 256));
  // The same words at every distance around what a short copy reaches.
  for (const size_t gap : {1, 2'040, 2'041, 2'048, 65'500, 65'515, 65'516, 65'535, 65'536,
                           65'537, 131'072, 199'000}) {
    ExpectSame<TypeParam>(words.get(),
                          " Springfield Avenue " + noise.substr(0, gap) +
                              " Springfield Avenue " + std::string(300, '.'),
                          fmt::format("{} bytes between", gap));
  }
  // Copies of every length.
  for (size_t length = 4; length < 300; ++length) {
    const std::string word(length, 'w');
    ExpectSame<TypeParam>(words.get(), "--------- " + word + " 1 " + word + " 2" + noise,
                          fmt::format("{} bytes", length));
  }
  const std::string million(1 << 20, 'x');
  ExpectSame<TypeParam>(words.get(), million, "1 MB of one letter");
  ExpectSame<TypeParam>(words.get(), million + noise + million, "1 MB twice");
  ExpectSame<TypeParam>(words.get(), std::string(1 << 20, '\0'), "1 MB of zeros");
  ExpectSame<TypeParam>(words.get(), Addresses(3 << 20), "3 MB of addresses");
  ExpectSame<TypeParam>(words.get(), Emails(3 << 20), "3 MB of e-mail addresses");
}

TYPED_TEST(WordCompressorTest, FindsWhatRepeats) {
  const auto words = std::make_unique<WordCompressor>();
  const std::string addresses = Addresses(1 << 20);
  const std::string stream = Compress<TypeParam>(words.get(), addresses);
  EXPECT_LT(stream.size(), addresses.size() * 55 / 100);
  // Domains are copied whole: one copy a text, and what is left of two numbers.
  const std::string emails = Emails(1 << 20);
  EXPECT_LT(Compress<TypeParam>(words.get(), emails).size(), emails.size() * 60 / 100);
  // A function of the bytes: nothing is left of what came before.
  Compress<TypeParam>(words.get(), Addresses(1 << 16) + "x");
  for (const char* level : {"baseline", "avx2", "avx512"}) {
    if (!SetSimdLevel(level).ok()) continue;
    EXPECT_TRUE(Compress<TypeParam>(words.get(), addresses) == stream) << level;
  }
}

}  // namespace
}  // namespace lakeseed
