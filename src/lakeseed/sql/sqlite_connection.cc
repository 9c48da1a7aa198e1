#include "lakeseed/sql/sqlite_connection.h"

#include <optional>
#include <utility>

namespace lakeseed {
namespace {

class SqliteConnection final : public SqlConnection {
 public:
  explicit SqliteConnection(std::unique_ptr<Database> database)
      : database_(std::move(database)) {}

  arrow::Result<std::vector<SqlRow>> Query(const std::string& sql,
                                           const SqlRow& values) override {
    ARROW_ASSIGN_OR_RAISE(Statement statement, database_->Prepare(sql));
    ARROW_RETURN_NOT_OK(statement.Bind(values));
    std::vector<SqlRow> rows;
    for (;;) {
      ARROW_ASSIGN_OR_RAISE(const bool is_there, statement.Step());
      if (!is_there) return rows;
      SqlRow row;
      for (int i = 0; i < statement.num_columns(); ++i) row.push_back(statement.Value(i));
      rows.push_back(std::move(row));
    }
  }

  arrow::Result<bool> HasTable(const std::string& name) override {
    ARROW_ASSIGN_OR_RAISE(
        const auto rows,
        Query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1", {name}));
    return !rows.empty();
  }

  arrow::Status CheckWritable(const std::string&) override {
    ARROW_RETURN_NOT_OK(Begin());
    Rollback();
    return arrow::Status::OK();
  }

  std::string_view TypeName(std::string_view standard) const override {
    return standard == "BOOLEAN" ? "BIGINT" : "VARCHAR";
  }

  arrow::Status Begin() override {
    ARROW_ASSIGN_OR_RAISE(Transaction begun, Transaction::Begin(database_.get()));
    transaction_.emplace(std::move(begun));
    return arrow::Status::OK();
  }

  arrow::Status Commit() override {
    ARROW_RETURN_NOT_OK(transaction_->Commit());
    transaction_.reset();
    return arrow::Status::OK();
  }

  void Rollback() override { transaction_.reset(); }

 private:
  const std::unique_ptr<Database> database_;
  std::optional<Transaction> transaction_;
};

}  // namespace

arrow::Result<std::unique_ptr<SqlConnection>> OpenSqlite(const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(auto database,
                        Database::Open(path, Database::Mode::kWriteShared));
  return std::make_unique<SqliteConnection>(std::move(database));
}

}  // namespace lakeseed
