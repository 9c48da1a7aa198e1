// Database: SQLite with statuses, bound values and transactions that end.
//
// Laws:  a Transaction that is not committed changes nothing; each commit counts
//        as one storage call, so that LAKESEED_FAULT reaches it.
//
// Thread safety: one thread at a time for a Database and what it made.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace lakeseed {

/// Null, whole number, real or text.
using SqlValue = std::variant<std::monostate, int64_t, double, std::string>;

class Database;

class Statement {
 public:
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;

  /// Bind all parameters and go before the first row.
  arrow::Status Bind(const std::vector<SqlValue>& values);
  /// Go to the next row; false: there is none.
  arrow::Result<bool> Step();

  int num_columns() const;
  std::string ColumnName(int column) const;
  /// Values of the row; a null is 0 and "".
  SqlValue Value(int column) const;
  int64_t Integer(int column) const;
  std::string Text(int column) const;

 private:
  friend class Database;
  Statement(const Database* database, sqlite3_stmt* statement)
      : database_(database), statement_(statement) {}

  const Database* database_;
  sqlite3_stmt* statement_;
};

class Database {
 public:
  enum class Mode { kRead, kWrite, kWriteShared };

  /// kWrite makes the file and its folder, and keeps a write-ahead log beside it;
  /// kWriteShared leaves the journal as it is, for files that other programs have
  /// too; kRead wants the file there and changes nothing.
  /// \retval Invalid (exit code 2)  it is no SQLite file.
  static arrow::Result<std::unique_ptr<Database>> Open(const std::string& path,
                                                       Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const std::string& path() const { return path_; }

  arrow::Result<Statement> Prepare(const std::string& sql) const;
  /// Prepare the one statement of `sql`, which must only read; no PRAGMA, no ATTACH.
  /// \retval Invalid (exit code 2)
  arrow::Result<Statement> PrepareSelect(const std::string& sql) const;
  /// Run one statement that returns no rows.
  arrow::Status Run(const std::string& sql, const std::vector<SqlValue>& values = {});
  /// Run statements separated by semicolons.
  arrow::Status RunScript(const std::string& sql);
  /// Rows that the latest statement changed.
  int64_t num_changed() const;

 private:
  friend class Statement;
  Database(std::string path, sqlite3* connection)
      : path_(std::move(path)), connection_(connection) {}

  arrow::Status Configure(Mode mode);
  arrow::Status UseWriteAheadLog();
  arrow::Status ErrorOf(int code) const;

  const std::string path_;
  sqlite3* const connection_;
};

/// Waits for other writers, then keeps them out until it ends.
class Transaction {
 public:
  static arrow::Result<Transaction> Begin(Database* database);
  /// Rolls back what was not committed.
  ~Transaction();
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;

  arrow::Status Commit();

 private:
  explicit Transaction(Database* database) : database_(database) {}

  Database* database_;  // Null once it has ended.
};

}  // namespace lakeseed
