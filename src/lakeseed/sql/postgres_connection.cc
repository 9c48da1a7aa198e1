#include "lakeseed/sql/postgres_connection.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "lakeseed/base/status.h"
#include "lakeseed/sql/postgres_session.h"
#include "lakeseed/write/storage_fault.h"

namespace lakeseed {
namespace {

/// How long to wait for another writer. Transactions last milliseconds.
constexpr char kPatience[] = "60s";
/// Key of the advisory lock: "lakeseed" in ASCII.
constexpr char kLockKey[] = "7809641312309044580";
/// Types of values that are numbers, by their object ids.
constexpr Oid kBool = 16, kInt8 = 20, kInt2 = 21, kInt4 = 23, kFloat4 = 700,
              kFloat8 = 701;

SqlValue ValueOf(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column)) return std::monostate{};
  const char* const text = PQgetvalue(result, row, column);
  switch (PQftype(result, column)) {
    case kBool:
      return int64_t{*text == 't'};
    case kInt8:
    case kInt2:
    case kInt4:
      return int64_t{std::strtoll(text, nullptr, 10)};
    case kFloat4:
    case kFloat8:
      return std::strtod(text, nullptr);
    default:
      return std::string(text, static_cast<size_t>(PQgetlength(result, row, column)));
  }
}

class PostgresConnection final : public SqlConnection {
 public:
  PostgresConnection(std::string uri, PostgresSession session)
      : uri_(std::move(uri)), session_(std::move(session)) {}

  arrow::Result<std::vector<SqlRow>> Query(const std::string& sql,
                                           const SqlRow& values) override {
    std::vector<std::string> texts;
    texts.reserve(values.size());
    std::vector<const char*> parameters;
    for (const SqlValue& value : values) {
      texts.push_back(TextOf(value));
      parameters.push_back(IsNull(value) ? nullptr : texts.back().c_str());
    }
    if (!is_locked_) ARROW_RETURN_NOT_OK(Reconnect());
    ARROW_ASSIGN_OR_RAISE(const PostgresResult result, session_.Run(sql, parameters));
    std::vector<SqlRow> rows(static_cast<size_t>(PQntuples(result.get())));
    for (size_t i = 0; i < rows.size(); ++i) {
      for (int column = 0; column < PQnfields(result.get()); ++column) {
        rows[i].push_back(ValueOf(result.get(), static_cast<int>(i), column));
      }
    }
    return rows;
  }

  arrow::Result<bool> HasTable(const std::string& name) override {
    ARROW_ASSIGN_OR_RAISE(
        const auto rows,
        Query("SELECT to_regclass(quote_ident($1)) IS NOT NULL", {name}));
    return IntegerOf(rows[0][0]) != 0;
  }

  std::string_view TypeName(std::string_view standard) const override { return standard; }

  arrow::Status CheckWritable(const std::string& table) override {
    ARROW_ASSIGN_OR_RAISE(
        const auto rows,
        Query("SELECT current_setting('transaction_read_only'), current_schema(), "
              "current_user, CASE WHEN current_schema() IS NULL THEN false "
              "WHEN to_regclass(quote_ident($1)) IS NULL "
              "THEN has_schema_privilege(current_schema(), 'CREATE') ELSE "
              "has_table_privilege(to_regclass(quote_ident($1)), 'INSERT') END",
              {table}));
    const SqlRow& row = rows[0];
    if (IsNull(row[1])) {
      return RequestError("the schema of the search path is not in the database: " +
                              WithoutPassword(uri_),
                          "CREATE SCHEMA makes it");
    }
    if (TextOf(row[0]) == "off" && IntegerOf(row[3]) != 0) return arrow::Status::OK();
    return RequestError(
        fmt::format("the user {} may not write the catalog: {}", TextOf(row[2]),
                    WithoutPassword(uri_)),
        fmt::format("GRANT CREATE, USAGE ON SCHEMA {0} TO {1}, and for tables that "
                    "are there GRANT ALL ON ALL TABLES IN SCHEMA {0} TO {1}",
                    TextOf(row[1]), TextOf(row[2])));
  }

  arrow::Status Begin() override {
    Rollback();
    ARROW_RETURN_NOT_OK(Reconnect());
    // Before the transaction: what it sees is decided by its first query, which must
    // not be the one that waits.
    ARROW_RETURN_NOT_OK(Run(fmt::format("SET lock_timeout = '{}'", kPatience)));
    ARROW_RETURN_NOT_OK(Run(fmt::format("SELECT pg_advisory_lock({})", kLockKey)));
    is_locked_ = true;
    return Run("BEGIN ISOLATION LEVEL REPEATABLE READ");
  }

  arrow::Status Commit() override {
    ARROW_RETURN_NOT_OK(
        internal::CountStorageCall(internal::StorageCall::kWrite, WithoutPassword(uri_)));
    ARROW_ASSIGN_OR_RAISE(const PostgresResult result, session_.Run("COMMIT"));
    Rollback();  // Gives the lock back.
    // The end of a transaction that had an error, whatever it was told.
    if (std::string_view(PQcmdStatus(result.get())) == "COMMIT") {
      return arrow::Status::OK();
    }
    return arrow::Status::IOError("PostgreSQL has rolled the transaction back");
  }

  void Rollback() override {
    if (!session_.is_lost() && session_.is_in_transaction()) {
      ARROW_UNUSED(Run("ROLLBACK"));
    }
    if (std::exchange(is_locked_, false) && !session_.is_lost()) {
      ARROW_UNUSED(Run(fmt::format("SELECT pg_advisory_unlock({})", kLockKey)));
    }
  }

 private:
  /// REQUIRES: no transaction, whose rows would be lost with its connection.
  arrow::Status Reconnect() {
    if (session_.is_lost()) {
      ARROW_ASSIGN_OR_RAISE(session_, PostgresSession::Open(uri_));
    }
    return arrow::Status::OK();
  }

  const std::string uri_;
  PostgresSession session_;
  bool is_locked_ = false;  ///< From Begin() to the end of the transaction.
};

}  // namespace

arrow::Result<std::unique_ptr<SqlConnection>> OpenPostgres(const std::string& uri) {
  ARROW_ASSIGN_OR_RAISE(PostgresSession session, PostgresSession::Open(uri));
  return std::make_unique<PostgresConnection>(uri, std::move(session));
}

}  // namespace lakeseed
