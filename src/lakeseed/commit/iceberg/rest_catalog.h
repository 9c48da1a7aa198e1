// RestCatalog: a catalog behind the Iceberg REST protocol, which writes the metadata of
// tables itself.
//
// A service that knows transactions moves all tables of a run together; new ones are
// made first, without rows. One that does not moves them one after the other.
//
// Thread safety: as Catalog says.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <set>
#include <string>

#include "lakeseed/commit/iceberg/catalog.h"
#include "lakeseed/commit/iceberg/rest_client.h"

namespace lakeseed::iceberg {

class RestCatalog final : public Catalog {
 public:
  /// The errors are those of RestClient::Open.
  static arrow::Result<std::unique_ptr<Catalog>> Open(const std::string& uri);

  /// What the service says about writing below the root of a table, when the URI has
  /// `credentials=vended`; of a table that is not there too. Its namespace is made then.
  /// \retval Invalid (exit code 2)  it vends nothing that would do.
  static arrow::Result<StoreProperties> Vended(const std::string& uri,
                                               const TablePlace& place);

  arrow::Result<TableState> Load(const Storage& storage,
                                 const TablePlace& place) override;
  /// Only a commit tells.
  arrow::Status CheckWritable() override { return arrow::Status::OK(); }
  arrow::Status Commit(Storage* storage, const std::string& scratch,
                       std::span<const TableMove> moves) override;

 private:
  explicit RestCatalog(std::unique_ptr<RestClient> client) : client_(std::move(client)) {}

  arrow::Status Prepare(const std::string& name_space);
  /// What is said of a table that is there, or of one that could be.
  arrow::Result<nlohmann::ordered_json> AskFor(const TablePlace& place);
  arrow::Status CommitTable(const TablePlace& place, const nlohmann::ordered_json& before,
                            const nlohmann::ordered_json& after);
  arrow::Status CommitTogether(std::span<const TableMove> moves);
  /// The change of a move as part of a transaction, which has no new tables: such a
  /// table is made without rows.
  arrow::Result<nlohmann::ordered_json> ChangeTogether(const TableMove& move);
  arrow::Status Send(const std::string& path, const nlohmann::ordered_json& body,
                     RestAnswer* answer);

  const std::unique_ptr<RestClient> client_;
  std::set<std::string> prepared_;  // Namespaces that are there.
  bool has_transactions_ = true;    // Until the service says otherwise.
  int num_lost_ = 0;                // Answers, since the last that came.
};

}  // namespace lakeseed::iceberg
