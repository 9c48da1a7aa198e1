#include "lakeseed/feed/feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/feed/change_file.h"
#include "lakeseed/write/choice.h"

namespace lakeseed {
namespace {

constexpr size_t kLinesBytes = 1 << 20;  ///< That are given to the sink at once.

void Count(const ChangeBatch& batch, ChangeCounts* counts) {
  for (const ChangeOp op : batch.ops) {
    switch (op) {
      case ChangeOp::kInsert:
        ++counts->inserts;
        break;
      case ChangeOp::kUpdate:
        ++counts->updates;
        break;
      case ChangeOp::kDelete:
        ++counts->deletes;
        break;
      case ChangeOp::kRead:
        ++counts->reads;
        break;
    }
  }
}

/// Tables whose rows come, stay and go by rules that RowChanges knows.
bool HasFeed(const BoundDataset& dataset, const BoundTable& table) {
  const TableSpec& root = *dataset.table(table.root).spec;
  return root.population || root.has_own_days() || root.rows || root.history;
}

arrow::Status CheckDays(const DatasetSpec& spec, DateRange days) {
  if (days.to < days.from) {
    return RequestError(fmt::format("--to is before --from: {}", FormatDate(days.to)));
  }
  if (days.from <= spec.epoch) {
    return RequestError(
        fmt::format("changes begin on the day after the epoch of {}, which is {}: {}",
                    spec.id(), FormatDate(spec.epoch), FormatDate(days.from)),
        fmt::format("`--from {} --initial` gives the state of the epoch's end first",
                    FormatDate(spec.epoch + 1)));
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<std::unique_ptr<Feed>> Feed::Make(const BoundDataset& dataset,
                                                const FeedRequest& request) {
  ARROW_RETURN_NOT_OK(CheckDays(dataset.spec(), request.days));
  std::vector<std::string_view> names;
  for (const auto& table : dataset.written_tables()) names.push_back(table->name);
  for (const std::string& name : request.tables) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return UnknownChoice("table of " + dataset.spec().id(), name, names);
    }
  }
  std::unique_ptr<Feed> feed(new Feed(dataset, request));
  for (const auto& table : dataset.written_tables()) {
    const auto& chosen = request.tables;
    const bool is_chosen = chosen.empty() || std::find(chosen.begin(), chosen.end(),
                                                       table->name) != chosen.end();
    if (!is_chosen) continue;
    if (!HasFeed(dataset, *table)) {
      if (chosen.empty()) continue;
      return RequestError("table has no change feed: " + table->name,
                          "choose others with --tables");
    }
    feed->tables_.push_back(std::make_unique<TableFeed>(
        dataset, *table, request.piece_rows, arrow::default_memory_pool()));
  }
  return feed;
}

int32_t Feed::first_day() const {
  const int32_t first = request_.days.from - dataset_.spec().epoch;
  return request_.with_initial ? first - 1 : first;
}

int32_t Feed::last_day() const { return request_.days.to - dataset_.spec().epoch; }

std::string Feed::NameOfDays() const {
  return FormatDate(request_.days.from) + "_" + FormatDate(request_.days.to);
}

arrow::Status Feed::CheckNotCancelled() const {
  if (request_.cancel == nullptr || !request_.cancel->load()) return arrow::Status::OK();
  return arrow::Status::Cancelled("interrupted");
}

arrow::Status Feed::EachOn(const TableFeed& table, int32_t day,
                           const TableFeed::Visit& visit) const {
  const auto checked = [&](const ChangeBatch& batch) -> arrow::Status {
    ARROW_RETURN_NOT_OK(CheckNotCancelled());
    return visit(batch);
  };
  ARROW_RETURN_NOT_OK(CheckNotCancelled());
  const bool is_initial = request_.with_initial && day == first_day();
  return is_initial ? table.EachOf(day, checked) : table.Each(day, checked);
}

arrow::Result<std::vector<ChangeCounts>> Feed::Print(ChangeLines::Form form,
                                                     const Sink& sink) const {
  std::vector<ChangeCounts> counts;
  std::vector<std::unique_ptr<ChangeLines>> lines;
  for (const auto& table : tables_) {
    counts.push_back({.table = table->table().name});
    ARROW_ASSIGN_OR_RAISE(auto of_table,
                          ChangeLines::Make(dataset_, table->table(), form));
    lines.push_back(std::move(of_table));
  }
  std::string text;
  for (int32_t day = first_day(); day <= last_day(); ++day) {
    for (size_t i = 0; i < tables_.size(); ++i) {
      ARROW_RETURN_NOT_OK(EachOn(*tables_[i], day, [&](const ChangeBatch& batch) {
        Count(batch, &counts[i]);
        ARROW_RETURN_NOT_OK(lines[i]->Append(batch, &text));
        if (text.size() < kLinesBytes) return arrow::Status::OK();
        ARROW_RETURN_NOT_OK(sink(text));
        text.clear();
        return arrow::Status::OK();
      }));
    }
  }
  if (!text.empty()) ARROW_RETURN_NOT_OK(sink(text));
  return counts;
}

std::string Feed::Folder() const { return "Changes/" + dataset_.spec().id(); }

std::string Feed::Staging() const {
  return fmt::format("{}/.staging_{}", Folder(), NameOfDays());
}

arrow::Result<std::vector<ChangeCounts>> Feed::NameFiles(const FeedFiles& files,
                                                         const Storage& storage) const {
  std::vector<ChangeCounts> counts;
  for (const auto& table : tables_) {
    const std::string& name = table->table().name;
    counts.push_back({.table = name,
                      .path = fmt::format("{}/{}/{}.{}", Folder(), name, NameOfDays(),
                                          files.format->extension)});
    ARROW_ASSIGN_OR_RAISE(const bool exists, storage.Exists(counts.back().path));
    if (exists && !files.replace) {
      return RequestError("file exists already: " + counts.back().path,
                          "--if-exists overwrite replaces it");
    }
  }
  return counts;
}

arrow::Result<std::vector<DataFile>> Feed::MakeFiles(
    const FeedFiles& files, Storage* storage, std::vector<ChangeCounts>* counts) const {
  std::vector<DataFile> made;
  for (size_t i = 0; i < tables_.size(); ++i) {
    ChangeCounts& one = (*counts)[i];
    ARROW_ASSIGN_OR_RAISE(
        const auto file,
        ChangeFile::Open(dataset_, tables_[i]->table(), *files.format, files.options,
                         storage, one.path, Staging() + "/" + one.table));
    for (int32_t day = first_day(); day <= last_day(); ++day) {
      ARROW_RETURN_NOT_OK(EachOn(*tables_[i], day, [&](const ChangeBatch& batch) {
        Count(batch, &one);
        return file->Append(batch);
      }));
    }
    ARROW_ASSIGN_OR_RAISE(DataFile closed, file->Close());
    made.push_back(std::move(closed));
  }
  return made;
}

arrow::Status Feed::Publish(const std::vector<DataFile>& made, Replace replace,
                            Storage* storage, std::vector<std::string>* fresh) const {
  ARROW_RETURN_NOT_OK(CheckNotCancelled());
  const std::string facts_path =
      fmt::format("{}/_lakeseed/{}.json", Folder(), NameOfDays());
  // While it is not there, the files are not known to belong together.
  ARROW_RETURN_NOT_OK(storage->Remove(facts_path));
  nlohmann::ordered_json facts = {
      {"identity", dataset_.identity().ToJson()},
      {"from", FormatDate(request_.days.from)},
      {"to", FormatDate(request_.days.to)},
      {"initial", request_.with_initial},
      {"files", nlohmann::ordered_json::array()},
  };
  for (const DataFile& file : made) {
    ARROW_RETURN_NOT_OK(
        storage->Rename(Staging() + "/" + file.table, file.path, replace));
    if (replace == Replace::kRefuse) fresh->push_back(file.path);
    facts["files"].push_back(ToJson(file));
  }
  return storage->WriteAll(facts_path, facts.dump(2) + "\n", Replace::kReplace);
}

arrow::Result<std::vector<ChangeCounts>> Feed::WriteFiles(const FeedFiles& files,
                                                          Storage* storage) const {
  ARROW_ASSIGN_OR_RAISE(std::vector<ChangeCounts> counts, NameFiles(files, *storage));
  // What a run that was killed has left.
  ARROW_RETURN_NOT_OK(storage->RemoveDirectory(Staging()));
  std::vector<std::string> fresh;
  const auto made = MakeFiles(files, storage, &counts);
  const arrow::Status published =
      !made.ok() ? made.status()
                 : Publish(*made, files.replace ? Replace::kReplace : Replace::kRefuse,
                           storage, &fresh);
  if (!published.ok()) {
    for (const std::string& path : fresh) (void)storage->Remove(path);
  }
  // What stays is hidden, and goes when the days are made again.
  (void)storage->RemoveDirectory(Staging());
  ARROW_RETURN_NOT_OK(published);
  return counts;
}

}  // namespace lakeseed
