#include "lakeseed/write/local_stream.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "lakeseed/write/sample_columns.h"

namespace lakeseed {
namespace {

TEST(LocalStream, HoldsWhatWasWrittenAndNoRoomBesides) {
  const sample::Folder folder;
  const std::string piece(300'000, 'x'), path = folder.path() + "/file";
  for (const int64_t pieces : {0, 1, 20, 150}) {
    const auto stream = OpenLocalStream(path).ValueOrDie();
    for (int64_t i = 0; i < pieces; ++i) {
      ASSERT_TRUE(stream->Write(piece.data(), std::ssize(piece)).ok());
    }
    EXPECT_EQ(stream->Tell().ValueOrDie(), pieces * std::ssize(piece));
    ASSERT_TRUE(stream->Close().ok());
    EXPECT_TRUE(stream->closed());
    ASSERT_TRUE(stream->Close().ok());
    EXPECT_EQ(folder.Read("file"),
              std::string(piece.size() * static_cast<size_t>(pieces), 'x'));
    struct stat facts;
    ASSERT_EQ(::stat(path.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_size, pieces * std::ssize(piece));
    EXPECT_LE(facts.st_blocks * 512, facts.st_size + (1 << 20));
  }
}

TEST(LocalStream, AFolderThatIsMissingIsAnError) {
  EXPECT_TRUE(OpenLocalStream("/no/such/folder/file").status().IsIOError());
}

}  // namespace
}  // namespace lakeseed
