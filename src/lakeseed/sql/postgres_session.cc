#include "lakeseed/sql/postgres_session.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <string_view>

#include "lakeseed/base/status.h"
#include "lakeseed/sql/postgres_library.h"

namespace lakeseed {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kConnectPatience{5};
constexpr char kForm[] = "postgresql://user:password@host:port/database";

/// Errors of another writer's being first, by their SQLSTATE.
constexpr std::string_view kOthersFirst[] = {
    "23505",  // unique_violation
    "40001",  // serialization_failure
    "40P01",  // deadlock_detected
    "42P06",  // duplicate_schema
    "42P07",  // duplicate_table
    "42701",  // duplicate_column
    "42710",  // duplicate_object
};

bool IsOneOf(std::string_view code, std::initializer_list<std::string_view> codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

std::string FirstLine(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

/// "FATAL:  28P01: no such user" in parts. Before there is a result, the text of an
/// error is the only place that has its code.
struct ServerError {
  std::string code, text;
};

ServerError Parsed(const std::string& message) {
  const size_t at = message.rfind("FATAL:  ");
  if (at == std::string::npos) return {"", FirstLine(message)};
  const std::string line = FirstLine(std::string_view(message).substr(at + 8));
  constexpr size_t kCode = 5;
  if (line.size() < kCode + 2 || line.compare(kCode, 2, ": ") != 0) return {"", line};
  return {line.substr(0, kCode), line.substr(kCode + 2)};
}

/// "\retval Invalid" for a URI that libpq cannot read.
arrow::Status CheckUri(const std::string& uri) {
  char* reason = nullptr;
  PQconninfoOption* options = PQconninfoParse(uri.c_str(), &reason);
  const bool is_good = options != nullptr;
  PQconninfoFree(options);
  PQfreemem(reason);  // It may quote the password.
  return is_good
             ? arrow::Status::OK()
             : RequestError("the URL of the PostgreSQL database cannot be read", kForm);
}

}  // namespace

arrow::Result<PostgresSession> PostgresSession::Open(const std::string& uri) {
  ARROW_RETURN_NOT_OK(OpenPostgresLibrary());
  ARROW_RETURN_NOT_OK(CheckUri(uri));
  // What stands after `dbname` the URI cannot change. Dead servers are noticed.
  const char* const names[] = {"keepalives_idle",           "keepalives_interval",
                               "keepalives_count",          "tcp_user_timeout",
                               "fallback_application_name", "dbname",
                               "client_encoding",           nullptr};
  const char* const values[] = {"10",       "5",         "3",    "30000",
                                "lakeseed", uri.c_str(), "UTF8", nullptr};
  PostgresSession session(PQconnectStartParams(names, values, /*expand_dbname=*/1));
  if (session.connection_ == nullptr) return arrow::Status::OutOfMemory("libpq");
  PQsetErrorVerbosity(session.connection_.get(), PQERRORS_VERBOSE);
  PQsetNoticeProcessor(
      session.connection_.get(), [](void*, const char*) {}, nullptr);
  ARROW_RETURN_NOT_OK(session.Wait());
  // Instants and texts as the other catalogs have them.
  ARROW_RETURN_NOT_OK(session
                          .Run("SELECT set_config('TimeZone', 'UTC', false), "
                               "set_config('DateStyle', 'ISO', false), "
                               "set_config('standard_conforming_strings', 'on', false)")
                          .status());
  return session;
}

arrow::Status PostgresSession::Wait() {
  const auto end = Clock::now() + kConnectPatience;
  PGconn* const connection = connection_.get();
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (PQstatus(connection) != CONNECTION_BAD && next != PGRES_POLLING_OK &&
         next != PGRES_POLLING_FAILED) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pollfd waited{
        .fd = PQsocket(connection),
        .events = next == PGRES_POLLING_READING ? short{POLLIN} : short{POLLOUT}};
    if (left.count() <= 0 || ::poll(&waited, 1, static_cast<int>(left.count())) == 0) {
      return arrow::Status::IOError("the PostgreSQL server does not answer: ", Place());
    }
    next = PQconnectPoll(connection);
  }
  if (next == PGRES_POLLING_OK) return arrow::Status::OK();
  return RefusedOf(PQerrorMessage(connection));
}

arrow::Status PostgresSession::RefusedOf(const std::string& message) const {
  const ServerError error = Parsed(message);
  const std::string user = PQuser(connection_.get()), name = PQdb(connection_.get());
  if (IsOneOf(error.code, {"28P01", "28000"}) ||
      PQconnectionNeedsPassword(connection_.get())) {
    return RequestError(
        fmt::format("the PostgreSQL server refuses the user {}: {}", user, Place()),
        "a user and password in the URL, or PGPASSWORD");
  }
  if (error.code == "3D000") {
    return RequestError(
        fmt::format("there is no such PostgreSQL database: {}", name),
        fmt::format("create it: createdb -h {} -p {} -U {} {}", PQhost(connection_.get()),
                    PQport(connection_.get()), user, name));
  }
  return arrow::Status::IOError("cannot reach the PostgreSQL server at ", Place(), ": ",
                                error.text);
}

arrow::Result<PostgresResult> PostgresSession::Run(
    const std::string& sql, const std::vector<const char*>& values) {
  PostgresResult result(PQexecParams(
      connection_.get(), sql.c_str(), static_cast<int>(values.size()),
      /*paramTypes=*/nullptr, values.data(), nullptr, nullptr, /*resultFormat=*/0));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return result;
  return ErrorOf(result.get());
}

arrow::Status PostgresSession::ErrorOf(const PGresult* result) const {
  const char* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string code = state == nullptr ? "" : state;
  const char* const primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string text =
      primary == nullptr ? FirstLine(PQerrorMessage(connection_.get())) : primary;
  // 57P01 to 57P03: the server goes down, and comes again.
  if (is_lost() || code.starts_with("08") || code.starts_with("57P")) {
    return arrow::Status::AlreadyExists("the connection to ", Place(),
                                        " was lost: ", text);
  }
  if (std::find(std::begin(kOthersFirst), std::end(kOthersFirst), code) !=
      std::end(kOthersFirst)) {
    return arrow::Status::AlreadyExists("another writer was first: ", text);
  }
  if (code == "42501" || code == "25006") {
    return RequestError(
        fmt::format("the user {} may not write the catalog at {}: {}",
                    PQuser(connection_.get()), Place(), text),
        "GRANT CREATE ON SCHEMA and GRANT ALL ON ALL TABLES, or another user");
  }
  if (code == "55P03") {
    return arrow::Status::IOError("another process keeps the database locked: ", Place());
  }
  return arrow::Status::IOError("PostgreSQL at ", Place(), ": ", text);
}

std::string PostgresSession::Place() const {
  return fmt::format("{}:{}/{}", PQhost(connection_.get()), PQport(connection_.get()),
                     PQdb(connection_.get()));
}

}  // namespace lakeseed
