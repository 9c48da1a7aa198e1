#include "lakeseed/commit/iceberg/rest_catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "lakeseed/base/status.h"
#include "lakeseed/commit/iceberg/rest_updates.h"
#include "lakeseed/commit/iceberg/vended_credentials.h"
#include "lakeseed/write/storage_fault.h"

namespace lakeseed::iceberg {
namespace {

using nlohmann::ordered_json;

constexpr char kTransactions[] = "POST /v1/{prefix}/transactions/commit";
/// Lost answers in a row, after which nobody knows and the run ends.
constexpr int kMostLost = 4;
constexpr std::chrono::milliseconds kPauseAfterLost{200};

std::string NamespacePath(const std::string& name) {
  return "namespaces/" + UrlEncoded(name);
}

std::string TablePath(const TablePlace& place) {
  return NamespacePath(place.name_space) + "/tables/" + UrlEncoded(place.table);
}

ordered_json ChangeOf(const TablePlace& place, const ordered_json& before,
                      const ordered_json& after) {
  RestUpdates changes = UpdatesBetween(before, after);
  return {
      {"identifier",
       {{"namespace", ordered_json::array({place.name_space})}, {"name", place.table}}},
      {"requirements", std::move(changes.requirements)},
      {"updates", std::move(changes.updates)}};
}

/// An answer of a service that has no such endpoint, whatever it has said.
bool IsNotOffered(const RestAnswer& answer) {
  return answer.status == 405 || answer.status == 406 || answer.status == 501 ||
         (answer.status == 404 && answer.type.find("NoSuch") == std::string::npos);
}

}  // namespace

arrow::Result<std::unique_ptr<Catalog>> RestCatalog::Open(const std::string& uri) {
  ARROW_ASSIGN_OR_RAISE(auto client, RestClient::Open(uri));
  return std::unique_ptr<Catalog>(new RestCatalog(std::move(client)));
}

arrow::Result<ordered_json> RestCatalog::AskFor(const TablePlace& place) {
  RestAnswer answer = client_->Get(TablePath(place));
  if (answer.status == 404) {
    ARROW_RETURN_NOT_OK(Prepare(place.name_space));
    answer = client_->Post(
        NamespacePath(place.name_space) + "/tables",
        {{"name", place.table},
         {"location", place.location()},
         {"schema",
          {{"type", "struct"}, {"schema-id", 0}, {"fields", ordered_json::array()}}},
         {"stage-create", true}});
  }
  if (!answer.is_good()) return client_->ErrorOf("credentials", answer);
  return std::move(answer.body);
}

arrow::Result<StoreProperties> RestCatalog::Vended(const std::string& uri,
                                                   const TablePlace& place) {
  ARROW_ASSIGN_OR_RAISE(auto client, RestClient::Open(uri));
  if (!client->vends()) return StoreProperties();
  RestCatalog catalog(std::move(client));
  ARROW_ASSIGN_OR_RAISE(const ordered_json said, catalog.AskFor(place));
  StoreProperties vended = catalog.client_->properties();
  return CredentialsFor(place.root, said, std::move(vended));
}

arrow::Result<TableState> RestCatalog::Load(const Storage&, const TablePlace& place) {
  TableState state;
  RestAnswer answer = client_->Get(TablePath(place));
  if (answer.status == 404) return state;
  if (!answer.is_good()) return client_->ErrorOf("table " + place.table, answer);
  try {
    state.metadata_location = answer.body.at("metadata-location").get<std::string>();
    state.metadata = std::move(answer.body.at("metadata"));
  } catch (const nlohmann::json::exception& error) {
    return arrow::Status::IOError(
        "the Iceberg catalog says what is no table: ", place.table, ": ", error.what());
  }
  return state;
}

arrow::Status RestCatalog::Prepare(const std::string& name_space) {
  if (prepared_.contains(name_space)) return arrow::Status::OK();
  RestAnswer answer = client_->Get(NamespacePath(name_space));
  if (answer.status == 404) {
    answer =
        client_->Post("namespaces", {{"namespace", ordered_json::array({name_space})},
                                     {"properties", ordered_json::object()}});
  }
  const bool is_there = answer.is_good() || answer.status == 409;
  if (!is_there) return client_->ErrorOf("namespace " + name_space, answer);
  prepared_.insert(name_space);
  return arrow::Status::OK();
}

arrow::Status RestCatalog::Send(const std::string& path, const ordered_json& body,
                                RestAnswer* answer) {
  ARROW_RETURN_NOT_OK(internal::CountStorageCall(internal::StorageCall::kWrite, path));
  *answer = client_->Post(path, body);
  if (!answer->is_unknown()) num_lost_ = 0;
  if (answer->is_good()) return arrow::Status::OK();
  // 404: the table was dropped meanwhile.
  if (answer->status == 409 || answer->status == 404) {
    return arrow::Status::AlreadyExists("another writer was first: ", answer->reason);
  }
  if (!answer->is_unknown()) {
    // Not a request's error, which would give the commit up.
    return arrow::Status::Invalid(client_->ErrorOf("commit", *answer).message(),
                                  "; --if-exists resume goes on from here");
  }
  if (++num_lost_ > kMostLost) return client_->ErrorOf("commit", *answer);
  // It may have been done. The same snapshot is not added twice: if it has been, what
  // the next load says shows it; if it will be, the next try is told of a conflict.
  std::this_thread::sleep_for(kPauseAfterLost * num_lost_);
  return arrow::Status::AlreadyExists("the answer to a commit was lost");
}

arrow::Status RestCatalog::CommitTable(const TablePlace& place,
                                       const ordered_json& before,
                                       const ordered_json& after) {
  RestAnswer answer;
  return Send(TablePath(place), ChangeOf(place, before, after), &answer);
}

arrow::Result<ordered_json> RestCatalog::ChangeTogether(const TableMove& move) {
  if (move.from.exists()) return ChangeOf(move.place, move.from.metadata, move.metadata);
  ordered_json before = WithoutSnapshots(move.metadata), after = move.metadata;
  RestAnswer answer;
  ARROW_RETURN_NOT_OK(
      Send(TablePath(move.place), ChangeOf(move.place, ordered_json(), before), &answer));
  try {
    // What the service has added of its own stays as it is.
    const ordered_json& made = answer.body.at("metadata");
    before["table-uuid"] = made.at("table-uuid");
    // It was made by the service's clock, which no snapshot may be before.
    ordered_json& time = after.at("snapshots").back().at("timestamp-ms");
    const int64_t least = made.at("last-updated-ms").get<int64_t>() + 1;
    time = std::max(time.get<int64_t>(), least);
  } catch (const nlohmann::json::exception& error) {
    return arrow::Status::IOError("the Iceberg catalog says what is no table: ",
                                  move.place.table, ": ", error.what());
  }
  return ChangeOf(move.place, before, after);
}

arrow::Status RestCatalog::CommitTogether(std::span<const TableMove> moves) {
  ordered_json changes = ordered_json::array();
  for (const TableMove& move : moves) {
    ARROW_ASSIGN_OR_RAISE(changes.emplace_back(), ChangeTogether(move));
  }
  RestAnswer answer;
  const arrow::Status sent =
      Send("transactions/commit", {{"table-changes", std::move(changes)}}, &answer);
  if (!IsNotOffered(answer)) return sent;
  has_transactions_ = false;
  // Tables that were made for it are there now: begin again.
  return arrow::Status::AlreadyExists("the catalog has no transactions");
}

arrow::Status RestCatalog::Commit(Storage*, const std::string&,
                                  std::span<const TableMove> moves) {
  for (const TableMove& move : moves) {
    ARROW_RETURN_NOT_OK(Prepare(move.place.name_space));
  }
  if (moves.size() > 1 && has_transactions_ && client_->MayOffer(kTransactions)) {
    return CommitTogether(moves);
  }
  for (const TableMove& move : moves) {
    ARROW_RETURN_NOT_OK(CommitTable(move.place, move.from.metadata, move.metadata));
  }
  return arrow::Status::OK();
}

}  // namespace lakeseed::iceberg
