// What the library of a store throws comes back as an error, whatever was called.

#include "lakeseed/write/store_lease.h"

#include <arrow/filesystem/mockfs.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

/// Its token runs out: every call throws from then on.
struct Token {
  bool has_ended = false;

  void Use() const {
    if (has_ended) throw std::runtime_error("no token can be had");
  }
};

class ThrowingStream final : public arrow::io::OutputStream {
 public:
  explicit ThrowingStream(const Token& token) : token_(token) {}
  arrow::Status Close() override { return Use(); }
  arrow::Status Abort() override { return Use(); }
  bool closed() const override { return false; }
  arrow::Result<int64_t> Tell() const override { return 0; }
  arrow::Status Write(const void*, int64_t) override { return Use(); }
  arrow::Status Flush() override { return Use(); }

 private:
  arrow::Status Use() const {
    token_.Use();
    return arrow::Status::OK();
  }
  const Token& token_;
};

class ThrowingFiles final : public arrow::fs::internal::MockFileSystem {
 public:
  explicit ThrowingFiles(const Token& token)
      : MockFileSystem(arrow::fs::TimePoint()), token_(token) {}

  arrow::Result<arrow::fs::FileInfo> GetFileInfo(const std::string& path) override {
    token_.Use();
    return MockFileSystem::GetFileInfo(path);
  }
  arrow::Status DeleteFile(const std::string&) override {
    token_.Use();
    return arrow::Status::OK();
  }
  arrow::Result<std::shared_ptr<arrow::io::OutputStream>> OpenOutputStream(
      const std::string&,
      const std::shared_ptr<const arrow::KeyValueMetadata>&) override {
    token_.Use();
    return std::make_shared<ThrowingStream>(token_);
  }

 private:
  const Token& token_;
};

TEST(StoreLease, WhatIsThrownIsAnErrorWithAHint) {
  Token token;
  const auto files = LeasedFileSystem(
      std::make_shared<StoreLease>(
          LeasedStore{std::make_shared<ThrowingFiles>(token), {}, {}}, nullptr),
      [](const arrow::Status&) { return false; }, "log in again");
  const auto stream = files->OpenOutputStream("a", nullptr).ValueOrDie();
  EXPECT_TRUE(stream->Write("x", 1).ok());
  EXPECT_TRUE(files->GetFileInfo("a").ok());
  token.has_ended = true;
  for (const arrow::Status& status :
       {stream->Write("x", 1), stream->Flush(), stream->Close(), stream->Abort(),
        files->GetFileInfo("a").status(), files->DeleteFile("a"),
        files->OpenOutputStream("b", nullptr).status()}) {
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kFailed);
    ASSERT_EQ(DiagnosticsOf(status).size(), 1u);
    EXPECT_EQ(DiagnosticsOf(status)[0].reason,
              "the store cannot be used: no token can be had");
    EXPECT_EQ(DiagnosticsOf(status)[0].hint, "log in again");
  }
}

}  // namespace
}  // namespace lakeseed
