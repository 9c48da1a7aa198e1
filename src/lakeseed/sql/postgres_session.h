// PostgresSession: one connection to a PostgreSQL server, and its errors as statuses.
//
// Errors never show a password.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/result.h>
#include <libpq-fe.h>

#include <memory>
#include <string>
#include <vector>

namespace lakeseed {

struct EndPostgresResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using PostgresResult = std::unique_ptr<PGresult, EndPostgresResult>;

class PostgresSession {
 public:
  /// Connect, within seconds; the errors are those of OpenPostgres.
  static arrow::Result<PostgresSession> Open(const std::string& uri);

  /// Run one statement; a null pointer is a null.
  /// \retval AlreadyExists          somebody else was first, or the connection was
  ///                                lost: roll back and begin again
  /// \retval Invalid (exit code 2)  the user may not do it
  arrow::Result<PostgresResult> Run(const std::string& sql,
                                    const std::vector<const char*>& values = {});

  bool is_lost() const { return PQstatus(connection_.get()) != CONNECTION_OK; }
  bool is_in_transaction() const {
    return PQtransactionStatus(connection_.get()) != PQTRANS_IDLE;
  }

 private:
  struct End {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };

  explicit PostgresSession(PGconn* connection) : connection_(connection) {}

  arrow::Status Wait();
  arrow::Status RefusedOf(const std::string& message) const;
  arrow::Status ErrorOf(const PGresult* result) const;
  std::string Place() const;

  std::unique_ptr<PGconn, End> connection_;
};

}  // namespace lakeseed
