#include "lakeseed/write/signature.h"

#include <gtest/gtest.h>

namespace lakeseed {
namespace {

const S3Credentials kExample{.access_key = "AKIAIOSFODNN7EXAMPLE",
                             .secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                             .session_token = ""};
constexpr std::chrono::sys_seconds kTime{std::chrono::seconds(1'369'353'600)};

std::string SignatureOf(S3Request request) {
  SignS3Request(kExample, "us-east-1", kTime, &request);
  const std::string& text = request.headers["authorization"];
  return text.substr(text.rfind('=') + 1);
}

// The examples of the service's own documentation.
TEST(Signature, EqualsTheDocumentedExamples) {
  S3Request get{.method = "GET",
                .host = "examplebucket.s3.amazonaws.com",
                .path = "/test.txt",
                .headers = {{"range", "bytes=0-9"}},
                .body = {}};
  EXPECT_EQ(SignatureOf(get),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  S3Request put{.method = "PUT",
                .host = "examplebucket.s3.amazonaws.com",
                .path = "/test$file.text",
                .headers = {{"date", "Fri, 24 May 2013 00:00:00 GMT"},
                            {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                .body = "Welcome to Amazon S3."};
  EXPECT_EQ(SignatureOf(put),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST(Signature, OfQueriesEqualsTheDocumentedExamples) {
  S3Request request{.method = "GET",
                    .host = "examplebucket.s3.amazonaws.com",
                    .path = "/",
                    .query = {{"lifecycle", ""}},
                    .headers = {},
                    .body = {}};
  EXPECT_EQ(SignatureOf(request),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  request.query = {{"prefix", "J"}, {"max-keys", "2"}};
  EXPECT_EQ(SignatureOf(request),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST(Signature, PathsAreEncodedByteByByte) {
  EXPECT_EQ(EncodedS3Path("/b/a b=c%é/x.y~z_-"), "/b/a%20b%3Dc%25%C3%A9/x.y~z_-");
}

TEST(Signature, SessionTokensAreSigned) {
  S3Credentials session = kExample;
  session.session_token = "token";
  S3Request request{.method = "GET", .host = "h", .path = "/", .headers = {}, .body = {}};
  SignS3Request(session, "us-east-1", kTime, &request);
  EXPECT_EQ(request.headers["x-amz-security-token"], "token");
  EXPECT_NE(request.headers["authorization"].find("x-amz-security-token,"),
            std::string::npos);
}

}  // namespace
}  // namespace lakeseed
