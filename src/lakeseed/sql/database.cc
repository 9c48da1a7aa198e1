#include "lakeseed/sql/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

#include "lakeseed/base/refused_place.h"
#include "lakeseed/base/status.h"
#include "lakeseed/write/storage_fault.h"

namespace lakeseed {
namespace {

/// How long to wait for another writer. Transactions last milliseconds.
constexpr int kPatienceMs = 60'000;

arrow::Status MakeFolderOf(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (folder.empty() || std::filesystem::is_directory(folder, error)) {
    return arrow::Status::OK();
  }
  ARROW_RETURN_NOT_OK(
      internal::CountStorageCall(internal::StorageCall::kMakeDirectory, folder.string()));
  std::filesystem::create_directories(folder, error);
  if (!error) return arrow::Status::OK();
  if (IsRefusedPlace(error.value())) {
    return RequestError(
        fmt::format("cannot make directory: {}: {}", folder.string(), error.message()),
        "choose a directory you may write to");
  }
  return arrow::Status::IOError("cannot make directory '", folder.string(),
                                "': ", error.message());
}

/// Lets through what only reads tables.
int OnlyReads(void*, int action, const char*, const char* name, const char*,
              const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return name != nullptr && std::string_view(name) == "load_extension" ? SQLITE_DENY
                                                                           : SQLITE_OK;
    default:
      return SQLITE_DENY;
  }
}

}  // namespace

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}

arrow::Status Statement::Bind(const std::vector<SqlValue>& values) {
  sqlite3_reset(statement_);
  int at = 0;
  for (const SqlValue& value : values) {
    ++at;
    int code = SQLITE_OK;
    if (const auto* whole = std::get_if<int64_t>(&value)) {
      code = sqlite3_bind_int64(statement_, at, *whole);
    } else if (const auto* real = std::get_if<double>(&value)) {
      code = sqlite3_bind_double(statement_, at, *real);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      code = sqlite3_bind_text(statement_, at, text->data(),
                               static_cast<int>(text->size()), SQLITE_TRANSIENT);
    } else {
      code = sqlite3_bind_null(statement_, at);
    }
    if (code != SQLITE_OK) return database_->ErrorOf(code);
  }
  return arrow::Status::OK();
}

arrow::Result<bool> Statement::Step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_->ErrorOf(code);
}

int Statement::num_columns() const { return sqlite3_column_count(statement_); }

std::string Statement::ColumnName(int column) const {
  const char* name = sqlite3_column_name(statement_, column);
  return name == nullptr ? "" : name;
}

SqlValue Statement::Value(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER:
      return Integer(column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement_, column);
    case SQLITE_NULL:
      return std::monostate{};
    default:
      return Text(column);
  }
}

int64_t Statement::Integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Statement::Text(int column) const {
  const auto* text =
      reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return text == nullptr ? "" : std::string(text, static_cast<size_t>(size));
}

arrow::Result<std::unique_ptr<Database>> Database::Open(const std::string& path,
                                                        Mode mode) {
  if (mode != Mode::kRead) ARROW_RETURN_NOT_OK(MakeFolderOf(path));
  sqlite3* connection = nullptr;
  // Readers too: who may not write leaves the log's files behind (`query_only`, set
  // below, keeps readers from changing anything).
  const int flags =
      SQLITE_OPEN_READWRITE | (mode == Mode::kRead ? 0 : SQLITE_OPEN_CREATE);
  const int code = sqlite3_open_v2(path.c_str(), &connection, flags, nullptr);
  std::unique_ptr<Database> database(new Database(path, connection));
  if (code != SQLITE_OK) return database->ErrorOf(code);
  ARROW_RETURN_NOT_OK(database->Configure(mode));
  return database;
}

Database::~Database() { sqlite3_close(connection_); }

arrow::Status Database::Configure(Mode mode) {
  sqlite3_busy_timeout(connection_, kPatienceMs);
  if (mode == Mode::kRead)
    return RunScript("PRAGMA query_only = ON; SELECT 1 FROM sqlite_schema;");
  if (mode == Mode::kWriteShared) return RunScript("SELECT 1 FROM sqlite_schema;");
  ARROW_RETURN_NOT_OK(UseWriteAheadLog());
  // NORMAL: power loss may take the latest commits, never the file's order. A day
  // that is lost so is made again to the same bytes, so no commit waits for the disk.
  return RunScript("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;");
}

arrow::Status Database::UseWriteAheadLog() {
  // Changing the mode needs the file alone, and SQLite does not wait for that.
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(kPatienceMs);
  for (;;) {
    const int code =
        sqlite3_exec(connection_, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return arrow::Status::OK();
    if (code != SQLITE_BUSY || Clock::now() > end) return ErrorOf(code);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

arrow::Status Database::ErrorOf(int code) const {
  switch (code & 0xFF) {
    case SQLITE_NOTADB:
      return RequestError(fmt::format("the file is no SQLite database: {}", path_));
    case SQLITE_BUSY:
      return arrow::Status::IOError("another process keeps the database locked: ", path_);
    case SQLITE_NOMEM:
      return arrow::Status::OutOfMemory("out of memory in the database");
    default: {
      const int system = sqlite3_system_errno(connection_);
      const std::string why =
          system == 0 ? "" : fmt::format(": {}", std::strerror(system));
      return arrow::Status::IOError("database '", path_,
                                    "': ", sqlite3_errmsg(connection_), why);
    }
  }
}

arrow::Result<Statement> Database::Prepare(const std::string& sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(connection_, sql.c_str(),
                                      static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) return ErrorOf(code);
  return Statement(this, statement);
}

arrow::Result<Statement> Database::PrepareSelect(const std::string& sql) const {
  constexpr char kWay[] = "one SELECT, for example SELECT * FROM synthetic_data_state";
  sqlite3_set_authorizer(connection_, OnlyReads, nullptr);
  sqlite3_stmt *first = nullptr, *second = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v2(connection_, sql.c_str(),
                                      static_cast<int>(sql.size()), &first, &rest);
  Statement statement(this, first);
  const bool is_alone =
      code != SQLITE_OK ||
      (sqlite3_prepare_v2(connection_, rest, -1, &second, nullptr) == SQLITE_OK &&
       second == nullptr);
  sqlite3_finalize(second);
  sqlite3_set_authorizer(connection_, nullptr, nullptr);
  if (code == SQLITE_AUTH) return RequestError("the SQL does more than read", kWay);
  if (code != SQLITE_OK) {
    return RequestError(
        fmt::format("cannot run the SQL: {}", sqlite3_errmsg(connection_)), kWay);
  }
  if (first == nullptr) return RequestError("the SQL is empty", kWay);
  if (!is_alone) return RequestError("the SQL has more than one statement", kWay);
  return statement;
}

arrow::Status Database::Run(const std::string& sql, const std::vector<SqlValue>& values) {
  ARROW_ASSIGN_OR_RAISE(Statement statement, Prepare(sql));
  ARROW_RETURN_NOT_OK(statement.Bind(values));
  return statement.Step().status();
}

arrow::Status Database::RunScript(const std::string& sql) {
  const int code = sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? arrow::Status::OK() : ErrorOf(code);
}

int64_t Database::num_changed() const { return sqlite3_changes64(connection_); }

arrow::Result<Transaction> Transaction::Begin(Database* database) {
  ARROW_RETURN_NOT_OK(database->Run("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  if (database_ != nullptr) ARROW_UNUSED(database_->Run("ROLLBACK"));
}

arrow::Status Transaction::Commit() {
  ARROW_RETURN_NOT_OK(
      internal::CountStorageCall(internal::StorageCall::kWrite, database_->path()));
  ARROW_RETURN_NOT_OK(database_->Run("COMMIT"));
  database_ = nullptr;
  return arrow::Status::OK();
}

}  // namespace lakeseed
