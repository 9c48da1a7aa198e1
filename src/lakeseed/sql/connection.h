// SqlConnection: a connection to the database of a catalog, in an SQLite file or a
// PostgreSQL server, which other programs write to as well.
//
// Parameters of a statement are $1, $2, … in the order of their first appearance.
//
// Laws:  what was not committed changes nothing; each commit counts as one storage
//        call, so that LAKESEED_FAULT reaches it.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/sql/database.h"

namespace lakeseed {

using SqlRow = std::vector<SqlValue>;

class SqlConnection {
 public:
  virtual ~SqlConnection() = default;

  /// Open "sqlite:///relative/path" or "sqlite:////absolute/path", whose file is made
  /// when it is missing, or "postgresql://user:password@host:port/database".
  /// \retval Invalid (exit code 2)  another scheme, a file that is no database, no such
  ///                                database, a user that is refused.
  /// \retval IOError                the server cannot be reached; within seconds.
  static arrow::Result<std::unique_ptr<SqlConnection>> Open(const std::string& uri);
  /// The same to read, so nothing is made: null when the file is missing.
  static arrow::Result<std::unique_ptr<SqlConnection>> Find(const std::string& uri);

  /// Run one statement; return its rows.
  /// \retval AlreadyExists  somebody else was first, or the connection was lost, in
  ///                        Commit() even after it was done: roll back, begin again
  ///                        and look what is there.
  virtual arrow::Result<std::vector<SqlRow>> Query(const std::string& sql,
                                                   const SqlRow& values = {}) = 0;
  arrow::Status Run(const std::string& sql, const SqlRow& values = {}) {
    return Query(sql, values).status();
  }
  virtual arrow::Result<bool> HasTable(const std::string& name) = 0;
  /// Whether this user could write the table, or make it if it is not there.
  /// \retval Invalid (exit code 2)  no; says what would help.
  virtual arrow::Status CheckWritable(const std::string& table) = 0;
  /// SQL type of a boolean, an instant and a UUID.
  virtual std::string_view TypeName(std::string_view standard) const = 0;

  /// Wait for other writers, then see one state of the database until the end.
  virtual arrow::Status Begin() = 0;
  virtual arrow::Status Commit() = 0;
  /// Harmless when nothing has begun.
  virtual void Rollback() = 0;
};

/// Rolls back what was not committed.
class SqlTransaction {
 public:
  explicit SqlTransaction(SqlConnection* connection) : connection_(connection) {}
  ~SqlTransaction() {
    if (connection_ != nullptr) connection_->Rollback();
  }
  SqlTransaction(const SqlTransaction&) = delete;
  SqlTransaction& operator=(const SqlTransaction&) = delete;

  arrow::Status Commit() {
    ARROW_RETURN_NOT_OK(connection_->Commit());
    connection_ = nullptr;
    return arrow::Status::OK();
  }

 private:
  SqlConnection* connection_;  // Null once it has been committed.
};

/// The URI without what must not be shown: the password of its user.
std::string WithoutPassword(const std::string& uri);

/// The value as a number; 0 for null. REQUIRES: it holds none else.
int64_t IntegerOf(const SqlValue& value);
/// The value as text; "" for null.
std::string TextOf(const SqlValue& value);
bool IsNull(const SqlValue& value);

}  // namespace lakeseed
