#include "lakeseed/plan/plan.h"

#include <nlohmann/json.hpp>

#include "lakeseed/base/date.h"
#include "lakeseed/base/key.h"
#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

using nlohmann::ordered_json;

constexpr char kTableVersion[] = "table_version", kAutoCompact[] = "auto_compact";

ordered_json RangeToJson(RowRange range) {
  return ordered_json::array({range.begin, range.end});
}

RowRange RangeFromJson(const ordered_json& json) {
  return {json.at(0).get<int64_t>(), json.at(1).get<int64_t>()};
}

ordered_json SourceToJson(const DatasetSource& source) {
  ordered_json set = ordered_json::array();
  for (const auto& [key, value] : source.overrides.set) {
    set.push_back(ordered_json::array({key, value}));
  }
  const auto& target = source.overrides.target_rows;
  return {{"dataset_id", source.dataset_id},
          {"custom", source.custom},
          {"custom_text", source.custom_text},
          {"variant", source.variant},
          {"target_rows", target ? ordered_json(*target) : ordered_json()},
          {"scale_factor", source.overrides.scale_factor},
          {"set", std::move(set)}};
}

DatasetSource SourceFromJson(const ordered_json& json) {
  DatasetSource source;
  source.dataset_id = json.at("dataset_id").get<std::string>();
  source.custom = json.at("custom").get<std::string>();
  source.custom_text = json.at("custom_text").get<std::string>();
  source.variant = json.at("variant").get<std::string>();
  if (!json.at("target_rows").is_null()) {
    source.overrides.target_rows = json.at("target_rows").get<int64_t>();
  }
  source.overrides.scale_factor = json.at("scale_factor").get<double>();
  for (const ordered_json& pair : json.at("set")) {
    source.overrides.set.emplace_back(pair.at(0).get<std::string>(),
                                      pair.at(1).get<std::string>());
  }
  return source;
}

ordered_json PartitionToJson(const PartitionField& field) {
  return {{"name", field.name},
          {"source", field.source},
          {"transform", ToString(field.transform)},
          {"zone", field.zone},
          {"width", field.width},
          {"style", ToString(field.style)}};
}

ordered_json SortToJson(const SortOrder& sort) {
  return {{"columns", sort.columns}, {"z_order", sort.is_z_order}};
}

SortOrder SortFromJson(const ordered_json& json) {
  if (json.is_null()) return {};
  return {json.at("columns").get<std::vector<std::string>>(),
          json.at("z_order").get<bool>()};
}

/// What decides bytes beside the identity and the tables' rows.
ordered_json RequestToJson(const Plan& plan) {
  ordered_json json = {{"from", FormatDate(plan.days.from)},
                       {"to", FormatDate(plan.days.to)},
                       {"by_day", plan.by_day},
                       {"as_of_day", plan.as_of.day},
                       {"as_of_own_day", plan.as_of.own_day},
                       {"table_format", plan.table_format},
                       {"table_statistics", plan.table_settings.statistics},
                       {"format", plan.files.format},
                       {"extension", plan.files.extension},
                       {"compression", plan.files.compression},
                       {"compress_all", plan.files.compress_all},
                       {"parquet_profile", plan.files.parquet_profile},
                       {"row_group_rows", plan.files.row_group_rows},
                       {"page_checksums", plan.files.page_checksums},
                       {"bloom_filters", plan.files.bloom_filters},
                       {"naive_timestamps", plan.files.naive_timestamps},
                       {"file_bytes", plan.file_bytes},
                       {"file_rows", plan.file_rows},
                       {"path", plan.layout.single},
                       {"path_of_parts", plan.layout.parts},
                       {"partition_by", plan.partition_by}};
  if (!plan.cut_format.empty()) json["cut_format"] = plan.cut_format;
  if (plan.table_settings.version > 0) json[kTableVersion] = plan.table_settings.version;
  for (const TablePlan& table : plan.tables) {
    if (table.partitions.empty() || !plan.partition_by.empty()) continue;
    for (const PartitionField& field : table.partitions) {
      json["own_partitions"][table.name].push_back(PartitionToJson(field));
    }
  }
  if (!plan.sort.empty()) json["sort"] = SortToJson(plan.sort);
  return json;
}

arrow::Result<PartitionField> PartitionFromJson(const ordered_json& json) {
  const std::string transform = json.at("transform").get<std::string>();
  const auto known = FindPartitionTransform(transform);
  const auto style = FindPartitionStyle(json.at("style").get<std::string>());
  if (!known || !style) return arrow::Status::Invalid("no such partition: ", transform);
  return PartitionField{
      json.at("name").get<std::string>(), json.at("source").get<std::string>(), *known,
      json.at("zone").get<std::string>(), json.at("width").get<int32_t>(),      *style};
}

arrow::Status RequestFromJson(const ordered_json& json, Plan* plan) {
  ARROW_ASSIGN_OR_RAISE(plan->days.from, ParseDate(json.at("from").get<std::string>()));
  ARROW_ASSIGN_OR_RAISE(plan->days.to, ParseDate(json.at("to").get<std::string>()));
  plan->by_day = json.at("by_day").get<bool>();
  plan->as_of.day = json.at("as_of_day").get<int32_t>();
  plan->as_of.own_day = json.at("as_of_own_day").get<bool>();
  plan->table_format = json.at("table_format").get<std::string>();
  plan->table_settings.statistics = json.at("table_statistics").get<std::string>();
  plan->table_settings.version = json.value(kTableVersion, 0);
  plan->files.format = json.at("format").get<std::string>();
  plan->files.extension = json.at("extension").get<std::string>();
  plan->files.compression = json.at("compression").get<std::string>();
  plan->files.compress_all = json.at("compress_all").get<bool>();
  plan->files.parquet_profile = json.at("parquet_profile").get<std::string>();
  plan->files.row_group_rows = json.at("row_group_rows").get<int64_t>();
  plan->files.page_checksums = json.at("page_checksums").get<bool>();
  plan->files.bloom_filters = json.at("bloom_filters").get<std::vector<std::string>>();
  plan->files.naive_timestamps = json.at("naive_timestamps").get<bool>();
  plan->file_bytes = json.at("file_bytes").get<int64_t>();
  plan->file_rows = json.at("file_rows").get<int64_t>();
  plan->layout.single = json.at("path").get<std::string>();
  plan->layout.parts = json.at("path_of_parts").get<std::string>();
  plan->partition_by = json.at("partition_by").get<std::vector<std::string>>();
  plan->cut_format = json.value("cut_format", "");
  plan->sort = SortFromJson(json.value("sort", ordered_json()));
  return arrow::Status::OK();
}

ordered_json TableToJson(const TablePlan& table) {
  ordered_json columns = ordered_json::array();
  for (const PlannedColumn& column : table.columns) {
    columns.push_back({{"name", column.name}, {"type", column.type}});
    const auto& [since, until] = column.span;
    if (since) columns.back()["since"] = FormatDate(*since);
    if (until) columns.back()["until"] = FormatDate(*until);
  }
  ordered_json partitions = ordered_json::array();
  for (const PartitionField& field : table.partitions) {
    partitions.push_back(PartitionToJson(field));
  }
  return {{"name", table.name},
          {"root", table.root},
          {"rows", RangeToJson(table.rows)},
          {"files", table.files},
          {"bytes_per_row", table.bytes_per_row},
          {"estimated_bytes", table.estimated_bytes()},
          {"columns", std::move(columns)},
          {"partitions", std::move(partitions)},
          {"sort", SortToJson(table.sort)}};
}

arrow::Result<TablePlan> TableFromJson(const ordered_json& json) {
  TablePlan table;
  table.name = json.at("name").get<std::string>();
  table.root = json.at("root").get<std::string>();
  table.rows = RangeFromJson(json.at("rows"));
  table.files = json.at("files").get<int64_t>();
  table.bytes_per_row = json.at("bytes_per_row").get<double>();
  for (const ordered_json& column : json.at("columns")) {
    PlannedColumn one{
        column.at("name").get<std::string>(), column.at("type").get<std::string>(), {}};
    for (const auto& [key, day] :
         {std::pair{"since", &one.span.since}, {"until", &one.span.until}}) {
      if (!column.contains(key)) continue;
      ARROW_ASSIGN_OR_RAISE(*day, ParseDate(column.at(key).get<std::string>()));
    }
    table.columns.push_back(std::move(one));
  }
  table.sort = SortFromJson(json.at("sort"));
  for (const ordered_json& one : json.at("partitions")) {
    ARROW_ASSIGN_OR_RAISE(PartitionField field, PartitionFromJson(one));
    table.partitions.push_back(std::move(field));
  }
  return table;
}

ordered_json TaskToJson(const Task& task) {
  ordered_json files = ordered_json::array();
  for (const FilePlan& file : task.files) {
    files.push_back(
        {{"table", file.table}, {"path", file.path}, {"rows", RangeToJson(file.rows)}});
  }
  ordered_json json{
      {"id", task.id}, {"root", task.root}, {"rows", RangeToJson(task.rows)}};
  if (task.day) json["day"] = FormatDate(*task.day);
  if (task.is_snapshot) json["snapshot"] = true;
  if (task.is_arrival) json["arrival"] = true;
  json["files"] = std::move(files);
  return json;
}

arrow::Result<Task> TaskFromJson(const ordered_json& json) {
  Task task;
  if (json.contains("day")) {
    ARROW_ASSIGN_OR_RAISE(task.day, ParseDate(json.at("day").get<std::string>()));
  }
  task.is_snapshot = json.value("snapshot", false);
  task.is_arrival = json.value("arrival", false);
  task.id = json.at("id").get<int64_t>();
  task.root = json.at("root").get<std::string>();
  task.rows = RangeFromJson(json.at("rows"));
  for (const ordered_json& file : json.at("files")) {
    task.files.push_back({file.at("table").get<std::string>(),
                          file.at("path").get<std::string>(),
                          RangeFromJson(file.at("rows"))});
  }
  return task;
}

arrow::Status BadPlan(std::string_view reason) {
  return RequestError(fmt::format("not a plan: {}", reason),
                      "`lakeseed plan` writes plans");
}

}  // namespace

const TablePlan* Plan::FindTable(std::string_view name) const {
  for (const TablePlan& table : tables) {
    if (table.name == name) return &table;
  }
  return nullptr;
}

ordered_json ToJson(const Plan& plan) {
  ordered_json tables = ordered_json::array(), tasks = ordered_json::array();
  for (const TablePlan& table : plan.tables) tables.push_back(TableToJson(table));
  for (const Task& task : plan.tasks) tasks.push_back(TaskToJson(task));
  ordered_json json{{"format_version", kPlanFormatVersion},
                    {"dataset", plan.dataset_id},
                    {"seed", plan.seed},
                    {"identity", ordered_json::parse(plan.identity)},
                    {"source", SourceToJson(plan.source)},
                    {"output", plan.output},
                    {"request", RequestToJson(plan)},
                    {"tables", std::move(tables)},
                    {"tasks", std::move(tasks)}};
  // It decides no byte of a file, so it is not of the request.
  if (plan.table_settings.auto_compact) json[kAutoCompact] = true;
  return json;
}

arrow::Result<Plan> PlanFromJson(const ordered_json& json) {
  Plan plan;
  try {
    const int version = json.at("format_version").get<int>();
    if (version != kPlanFormatVersion) {
      return BadPlan(fmt::format("format version: {}", version));
    }
    plan.dataset_id = json.at("dataset").get<std::string>();
    plan.seed = json.at("seed").get<int64_t>();
    plan.identity = json.at("identity").dump();
    plan.source = SourceFromJson(json.at("source"));
    plan.output = json.at("output").get<std::string>();
    ARROW_RETURN_NOT_OK(RequestFromJson(json.at("request"), &plan));
    plan.table_settings.auto_compact = json.value(kAutoCompact, false);
    for (const ordered_json& table : json.at("tables")) {
      ARROW_ASSIGN_OR_RAISE(TablePlan one, TableFromJson(table));
      plan.tables.push_back(std::move(one));
    }
    for (const ordered_json& task : json.at("tasks")) {
      ARROW_ASSIGN_OR_RAISE(Task one, TaskFromJson(task));
      plan.tasks.push_back(std::move(one));
    }
  } catch (const nlohmann::json::exception& error) {
    return BadPlan(error.what());
  }
  for (size_t i = 0; i < plan.tasks.size(); ++i) {
    if (plan.tasks[i].id != static_cast<int64_t>(i)) return BadPlan("task ids have gaps");
    for (const FilePlan& file : plan.tasks[i].files) {
      if (plan.FindTable(file.table) == nullptr) {
        return BadPlan("file of a table that is not planned: " + file.table);
      }
    }
  }
  return plan;
}

arrow::Result<Plan> PlanFromText(std::string_view text) {
  const auto json = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return BadPlan("text is not JSON");
  return PlanFromJson(json);
}

std::string FileDigest(const Plan& plan) {
  ordered_json json = RequestToJson(plan);
  json.erase(kTableVersion);  // It decides what is said about files.
  if (plan.by_day) {
    json.erase("from");
    json.erase("to");
  }
  const Key key = StreamKey(0, {"file", plan.identity, json.dump()});
  return fmt::format("{:016x}", key.a).substr(0, 12);
}

std::string LayoutText(const Plan& plan) {
  ordered_json json = RequestToJson(plan);
  for (const TablePlan& table : plan.tables) {
    json["tables"][table.name] = RangeToJson(table.rows);
  }
  return json.dump();
}

}  // namespace lakeseed
