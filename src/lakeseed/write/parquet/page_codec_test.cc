#include "lakeseed/write/parquet/page_codec.h"

#include <arrow/type.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "lakeseed/base/cell.h"

namespace lakeseed {
namespace {

uint64_t Draw(uint64_t column, int64_t row, uint64_t n) {
  return Below(Cell({column << 40, column * 0x9E3779B97F4A7C15}, row), n);
}

/// A name of four to eleven letters.
std::string Name(uint64_t column, int64_t number) {
  std::string name;
  for (uint64_t i = 0; i < 4 + Draw(column, number, 8); ++i) {
    name += static_cast<char>((i == 0 ? 'A' : 'a') + Draw(column + i, number + 99, 26));
  }
  return name;
}
/// Towns have their postal codes.
std::string Address(int64_t row) {
  const auto street = static_cast<int64_t>(Draw(2, row, 1 + Draw(3, row, 1000)));
  const auto town = static_cast<int64_t>(Draw(4, row, 1 + Draw(5, row, 1000)));
  return fmt::format("{} {} St, {}, PA {:05}", Draw(1, row, 9'999), Name(20, street),
                     Name(40, town), 10'000 + 7 * town);
}
std::string Code(int64_t row) {
  return fmt::format("{:x}{:x}", Draw(5, row, 1 << 20), Draw(6, row, 1 << 16));
}

std::string Texts(std::string (*text_of)(int64_t), size_t size) {
  std::string page;
  for (int64_t row = 0; page.size() < size; ++row) {
    const std::string text = text_of(row);
    const auto length = static_cast<uint32_t>(text.size());
    page.append(reinterpret_cast<const char*>(&length), sizeof(length));
    page += text;
  }
  return page;
}

std::string Append(PageCodec* codec, const std::string& page) {
  ByteBuffer out;
  EXPECT_TRUE(codec
                  ->Append(reinterpret_cast<const uint8_t*>(page.data()),
                           static_cast<int64_t>(page.size()), &out)
                  .ok());
  return {reinterpret_cast<const char*>(out.data()), static_cast<size_t>(out.size())};
}

class PageCodecTest : public testing::TestWithParam<arrow::Compression::type> {
 protected:
  std::string ByLibrary(const std::string& page) {
    return Append(PageCodec::Make(codec_.get()).get(), page);
  }
  std::string Back(const std::string& compressed, size_t size) {
    std::string page(size, '?');
    const auto done = codec_->Decompress(
        static_cast<int64_t>(compressed.size()),
        reinterpret_cast<const uint8_t*>(compressed.data()), static_cast<int64_t>(size),
        reinterpret_cast<uint8_t*>(page.data()));
    EXPECT_TRUE(done.ok()) << done.status();
    return page;
  }

  const std::unique_ptr<arrow::util::Codec> codec_ =
      arrow::util::Codec::Create(GetParam()).ValueOrDie();
};

INSTANTIATE_TEST_SUITE_P(Codecs, PageCodecTest,
                         testing::Values(arrow::Compression::SNAPPY,
                                         arrow::Compression::LZ4));

TEST_P(PageCodecTest, TextsOfWordsAreCompressedByWords) {
  const auto codec = PageCodec::MakePlain(codec_.get(), *arrow::utf8());
  const std::string page = Texts(Address, 1 << 20);
  const std::string library = ByLibrary(page);
  const std::string ours = Append(codec.get(), page);
  EXPECT_FALSE(ours == library);
  EXPECT_LE(ours.size(), library.size() * 104 / 100);
  EXPECT_TRUE(Back(ours, page.size()) == page);
  // What the first page decided holds for a short one.
  const std::string last = page.substr(0, 5'000);
  EXPECT_FALSE(Append(codec.get(), last) == ByLibrary(last));
}

/// Under Snappy by phrases, under others as any page.
TEST_P(PageCodecTest, DictionariesOfAddresses) {
  const auto codec = PageCodec::MakeDictionary(codec_.get(), *arrow::utf8());
  const std::string page = Texts(Address, 1 << 20);
  const std::string library = ByLibrary(page);
  const std::string by_words =
      Append(PageCodec::MakePlain(codec_.get(), *arrow::utf8()).get(), page);
  const std::string ours = Append(codec.get(), page);
  EXPECT_EQ(ours == by_words, GetParam() != arrow::Compression::SNAPPY);
  EXPECT_LE(ours.size(), library.size() * 104 / 100);
  EXPECT_TRUE(Back(ours, page.size()) == page);
  // What the first one decided holds for a short one, and for one without a text.
  const std::string last = Texts(Address, 5'000);
  EXPECT_TRUE(Back(Append(codec.get(), last), last.size()) == last);
  EXPECT_TRUE(Back(Append(codec.get(), ""), 0).empty());
  // Where phrases do not pay, or too little is there to say so: as other pages.
  for (const std::string& other : {Texts(Code, 1 << 20), Texts(Address, 5'000)}) {
    EXPECT_TRUE(
        Append(PageCodec::MakeDictionary(codec_.get(), *arrow::utf8()).get(), other) ==
        Append(PageCodec::MakePlain(codec_.get(), *arrow::utf8()).get(), other));
  }
  EXPECT_EQ(PageCodec::MakeDictionary(nullptr, *arrow::utf8()), nullptr);
}

TEST_P(PageCodecTest, TheRestIsTheLibrarys) {
  const auto codec = PageCodec::MakePlain(codec_.get(), *arrow::utf8());
  const std::string codes = Texts(Code, 1 << 20), addresses = Texts(Address, 1 << 20);
  EXPECT_TRUE(Append(codec.get(), codes) == ByLibrary(codes));
  EXPECT_TRUE(Append(codec.get(), addresses) == ByLibrary(addresses));
  // Too little to decide by.
  const auto other = PageCodec::MakePlain(codec_.get(), *arrow::large_utf8());
  const std::string first = addresses.substr(0, (1 << 17) - 1);
  EXPECT_TRUE(Append(other.get(), first) == ByLibrary(first));
  EXPECT_FALSE(Append(other.get(), addresses) == ByLibrary(addresses));
  // Numbers, and other codecs.
  const auto numbers = PageCodec::MakePlain(codec_.get(), *arrow::int64());
  EXPECT_TRUE(Append(numbers.get(), addresses) == ByLibrary(addresses));
  const auto zstd = arrow::util::Codec::Create(arrow::Compression::ZSTD).ValueOrDie();
  EXPECT_TRUE(Append(PageCodec::MakePlain(zstd.get(), *arrow::utf8()).get(), addresses) ==
              Append(PageCodec::Make(zstd.get()).get(), addresses));
  EXPECT_EQ(PageCodec::MakePlain(nullptr, *arrow::utf8()), nullptr);
}

}  // namespace
}  // namespace lakeseed
