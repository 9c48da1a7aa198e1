// Tests: the laws of connections, in SQLite files and in a PostgreSQL server that this
// test starts; and what is told when there is no such server, user or database.

#include "lakeseed/sql/connection.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A server that lives as long as this object; tests share one.
class Server {
 public:
  Server() {
    const std::string file = folder_ + "/url";
    process_ = ::popen(fmt::format("exec python3 {}/tests/lake/postgres.py {}",
                                   LAKESEED_SOURCE_DIR, file)
                           .c_str(),
                       "w");
    for (int i = 0; i < 600 && !std::filesystem::exists(file); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    std::getline(std::ifstream(file), url_);
  }
  ~Server() {
    ::pclose(process_);
    std::filesystem::remove_all(folder_);
  }

  /// "postgresql://postgres:pass-word@127.0.0.1:41000/postgres"
  const std::string& url() const { return url_; }
  std::string With(const std::string& from, const std::string& to) const {
    std::string changed = url_;
    return changed.replace(changed.rfind(from), from.size(), to);
  }

 private:
  static std::string NewFolder() {
    std::string name = std::filesystem::temp_directory_path() / "lakeseed-sql-XXXXXX";
    return ::mkdtemp(name.data());
  }

  const std::string folder_ = NewFolder();
  std::string url_;
  FILE* process_ = nullptr;
};

class ConnectionTest : public testing::TestWithParam<const char*> {
 protected:
  static void SetUpTestSuite() { server_ = new Server(); }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }

  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / "lakeseed-connection-XXXXXX";
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    uri_ = GetParam() == std::string("sqlite") ? "sqlite:///" + folder_ + "/a.sqlite"
                                               : server_->url();
    ASSERT_FALSE(server_->url().empty());
    auto connection = Open();
    ASSERT_TRUE(connection->Run("DROP TABLE IF EXISTS counts").ok());
    ASSERT_TRUE(connection
                    ->Run("CREATE TABLE counts(id BIGINT PRIMARY KEY, text VARCHAR, "
                          "flag " +
                          std::string(connection->TypeName("BOOLEAN")) + ")")
                    .ok());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<SqlConnection> Open() const {
    auto connection = SqlConnection::Open(uri_);
    EXPECT_TRUE(connection.ok()) << connection.status();
    return std::move(connection).ValueOr(nullptr);
  }

  static Server* server_;
  std::string folder_, uri_;
};

Server* ConnectionTest::server_ = nullptr;

TEST_P(ConnectionTest, ValuesComeBackAsTheyWent) {
  auto connection = Open();
  const std::string odd = "it's \"odd\" \xF0\x9F\x90\x98\n\\";
  ASSERT_TRUE(connection
                  ->Run("INSERT INTO counts(id, text, flag) VALUES ($1, $2, $3)",
                        {INT64_MIN, odd, int64_t{1}})
                  .ok());
  ASSERT_TRUE(connection
                  ->Run("INSERT INTO counts(id, text, flag) VALUES ($1, $2, $3)",
                        {INT64_MAX, std::monostate{}, int64_t{0}})
                  .ok());
  const auto rows =
      connection->Query("SELECT id, text, flag FROM counts ORDER BY id").ValueOrDie();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0][0], SqlValue(INT64_MIN));
  EXPECT_EQ(rows[0][1], SqlValue(odd));
  EXPECT_EQ(rows[0][2], SqlValue(int64_t{1}));
  EXPECT_TRUE(IsNull(rows[1][1]));
  EXPECT_EQ(rows[1][2], SqlValue(int64_t{0}));
  EXPECT_TRUE(connection->HasTable("counts").ValueOrDie());
  EXPECT_FALSE(connection->HasTable("coun\"ts").ValueOrDie());
  EXPECT_TRUE(connection->CheckWritable("counts").ok());
  EXPECT_TRUE(connection->CheckWritable("not_there_yet").ok());
}

TEST_P(ConnectionTest, WhatIsNotCommittedChangesNothing) {
  auto connection = Open();
  const auto count = [&] {
    return IntegerOf(Open()->Query("SELECT count(*) FROM counts").ValueOrDie()[0][0]);
  };
  {
    ASSERT_TRUE(connection->Begin().ok());
    SqlTransaction transaction(connection.get());
    ASSERT_TRUE(connection->Run("INSERT INTO counts(id) VALUES (1)").ok());
  }
  EXPECT_EQ(count(), 0);
  ASSERT_TRUE(connection->Begin().ok());
  SqlTransaction transaction(connection.get());
  ASSERT_TRUE(connection->Run("INSERT INTO counts(id) VALUES (1)").ok());
  ASSERT_TRUE(transaction.Commit().ok());
  EXPECT_EQ(count(), 1);
  // The lock has been given back.
  auto other = Open();
  EXPECT_TRUE(other->Begin().ok());
  other->Rollback();
}

TEST_P(ConnectionTest, ManyWritersLoseNothing) {
  ASSERT_TRUE(Open()->Run("INSERT INTO counts(id, text) VALUES (0, '0')").ok());
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([this] {
      auto connection = Open();
      for (int step = 0; step < 10; ++step) {
        ASSERT_TRUE(connection->Begin().ok());
        SqlTransaction transaction(connection.get());
        const auto rows =
            connection->Query("SELECT max(id) FROM counts WHERE id >= 0").ValueOrDie();
        ASSERT_TRUE(
            connection
                ->Run("INSERT INTO counts(id) VALUES ($1)", {IntegerOf(rows[0][0]) + 1})
                .ok());
        ASSERT_TRUE(transaction.Commit().ok());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  const auto rows = Open()->Query("SELECT count(*), max(id) FROM counts").ValueOrDie();
  EXPECT_EQ(IntegerOf(rows[0][0]), 41);
  EXPECT_EQ(IntegerOf(rows[0][1]), 40);
}

INSTANTIATE_TEST_SUITE_P(Databases, ConnectionTest,
                         testing::Values("sqlite", "postgresql"),
                         [](const auto& info) { return std::string(info.param); });

class PostgresTest : public ConnectionTest {
 protected:
  void ExpectError(const arrow::Status& status, ExitCode code, const char* what) const {
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(ExitCodeOf(status), code) << status;
    EXPECT_THAT(Render(status), HasSubstr(what));
    EXPECT_THAT(Render(status), Not(HasSubstr("pass-word")));
  }
  void ExpectRefused(const std::string& uri, ExitCode code, const char* what) const {
    const auto start = std::chrono::steady_clock::now();
    ExpectError(SqlConnection::Open(uri).status(), code, what);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(8));
  }
};

TEST_P(PostgresTest, WhoIsRefusedIsToldWhy) {
  ExpectRefused(server_->With("pass-word", "pass-word-2"), ExitCode::kRequest,
                "refuses the user postgres");
  ExpectRefused(server_->With("/postgres", "/nowhere"), ExitCode::kRequest,
                "createdb -h 127.0.0.1");
  ExpectRefused("postgresql://u:pass-word@127.0.0.1:1/x", ExitCode::kFailed,
                "127.0.0.1:1/x");
  ExpectRefused("postgresql://u:pass-word@127.0.0.1/x?colour=blue", ExitCode::kRequest,
                "cannot be read");
  ExpectRefused("mysql://u:pass-word@h/x", ExitCode::kRequest, "mysql://u:***@h/x");
}

TEST_P(PostgresTest, UsersWhoOnlyReadAreToldBeforeAnythingIsWritten) {
  auto owner = Open();
  ASSERT_TRUE(owner->Run("DROP ROLE IF EXISTS reader").ok());
  ASSERT_TRUE(owner->Run("CREATE ROLE reader LOGIN PASSWORD 'pass-word'").ok());
  auto reader =
      SqlConnection::Open(server_->With("postgres:pass-word", "reader:pass-word"))
          .ValueOrDie();
  ExpectError(reader->CheckWritable("counts"), ExitCode::kRequest, "GRANT");
  ExpectError(reader->CheckWritable("not_there_yet"), ExitCode::kRequest, "GRANT");
  ASSERT_TRUE(reader->Begin().ok());
  ExpectError(reader->Run("CREATE TABLE mine(id BIGINT)"), ExitCode::kRequest, "reader");
}

TEST_P(PostgresTest, OthersWhoWereFirstAreNoFailure) {
  auto mine = Open(), other = Open();
  ASSERT_TRUE(mine->Begin().ok());
  EXPECT_EQ(IntegerOf(mine->Query("SELECT count(*) FROM counts").ValueOrDie()[0][0]), 0);
  // Another program: it knows nothing of our lock.
  ASSERT_TRUE(other->Run("INSERT INTO counts(id) VALUES (1)").ok());
  EXPECT_EQ(IntegerOf(mine->Query("SELECT count(*) FROM counts").ValueOrDie()[0][0]), 0);
  const arrow::Status status = mine->Run("INSERT INTO counts(id) VALUES (1)");
  EXPECT_TRUE(status.IsAlreadyExists()) << status;
  EXPECT_FALSE(mine->Commit().ok());
  ASSERT_TRUE(mine->Begin().ok());
  EXPECT_EQ(IntegerOf(mine->Query("SELECT count(*) FROM counts").ValueOrDie()[0][0]), 1);
}

TEST_P(PostgresTest, LostConnectionsAreMadeAnew) {
  auto mine = Open(), other = Open();
  ASSERT_TRUE(mine->Begin().ok());
  ASSERT_TRUE(mine->Run("INSERT INTO counts(id) VALUES (7)").ok());
  const auto pid = mine->Query("SELECT pg_backend_pid()").ValueOrDie()[0];
  ASSERT_TRUE(other->Run("SELECT pg_terminate_backend($1)", pid).ok());
  const arrow::Status status = mine->Commit();
  EXPECT_TRUE(status.IsAlreadyExists()) << status;
  mine->Rollback();
  EXPECT_EQ(IntegerOf(mine->Query("SELECT count(*) FROM counts").ValueOrDie()[0][0]), 0);
  ASSERT_TRUE(mine->Begin().ok());
  EXPECT_EQ(IntegerOf(mine->Query("SELECT count(*) FROM counts").ValueOrDie()[0][0]), 0);
}

INSTANTIATE_TEST_SUITE_P(Servers, PostgresTest, testing::Values("postgresql"),
                         [](const auto& info) { return std::string(info.param); });

TEST(WithoutPasswordTest, PasswordsAndTokensAreNotShown) {
  EXPECT_EQ(WithoutPassword("sqlite:////a/b:c@d"), "sqlite:////a/b:c@d");
  EXPECT_EQ(WithoutPassword("postgresql://u:p@h:1/d"), "postgresql://u:***@h:1/d");
  EXPECT_EQ(WithoutPassword("postgresql://u:p:@q@h/d"), "postgresql://u:***@h/d");
  EXPECT_EQ(WithoutPassword("postgresql://u@h:1/d?password=p&sslmode=x"),
            "postgresql://u@h:1/d?password=***&sslmode=x");
  EXPECT_EQ(WithoutPassword("https://id:secret@h/x"), "https://id:***@h/x");
  EXPECT_EQ(WithoutPassword("https://token@h:80/x"), "https://***@h:80/x");
  EXPECT_EQ(WithoutPassword("http://h:8181/a@b"), "http://h:8181/a@b");
}

}  // namespace
}  // namespace lakeseed
