#include "lakeseed/plan/schema.h"

#include <nlohmann/json.hpp>
#include <string>

#include "lakeseed/generate/generator.h"

namespace lakeseed {
namespace {

using Json = nlohmann::ordered_json;

Json Ref(const std::string& name) { return {{"$ref", "#/$defs/" + name}}; }

Json Text(const std::string& about) {
  return {{"type", "string"}, {"description", about}};
}

Json Described(Json json, const std::string& about) {
  json["description"] = about;
  return json;
}

/// An object with exactly these keys.
Json Object(Json properties, Json required = Json::array()) {
  Json json = {{"type", "object"},
               {"properties", std::move(properties)},
               {"additionalProperties", false}};
  if (!required.empty()) json["required"] = std::move(required);
  return json;
}

/// An object of any keys that are names.
Json MapOf(Json value) {
  return {{"type", "object"},
          {"propertyNames", {{"pattern", "^[A-Za-z_][A-Za-z0-9_]*$"}}},
          {"additionalProperties", std::move(value)}};
}

/// Keys that every column may have, beside its generator.
Json CommonColumnKeys() {
  return {{"type",
           Described(Json{{"type", {"string", "object"}}},
                     "stated type: int32, text, \"decimal(12,2)\", {decimal: [12, 2]}")},
          {"null_fraction",
           {{"type", {"number", "string"}}, {"description", "share of nulls, 0 to 1"}}},
          {"unique", {{"type", "boolean"}, {"description", "checked by validate"}}},
          {"when", Described(Ref("expression"), "null unless this is true")},
          {"drift", Described(Ref("drift"), "how its law moves in time")},
          {"since", Described(Ref("date"), "first day whose files have the column")},
          {"until", Described(Ref("date"), "last day whose files have the column")},
          {"doc", Text("what the column is")}};
}

/// One generator: {uniform: [1, 5]} and the keys that every column may have.
Json GeneratorSchema(const GeneratorDef& def) {
  Json properties = CommonColumnKeys();
  std::string about(def.summary);
  if (!def.params.empty()) about += "\n" + std::string(def.params);
  about += "\nexample: " + std::string(def.example);
  properties[std::string(def.name)] = {{"description", about}};
  return Object(std::move(properties), {std::string(def.name)});
}

/// A column whose value is named by `key`, beside the keys that every column may have.
Json ColumnOf(const std::string& key, Json value) {
  Json properties = CommonColumnKeys();
  properties[key] = std::move(value);
  return Object(std::move(properties), {key});
}

Json ColumnSchema() {
  Json choices = Json::array({Ref("expression")});
  choices.push_back(ColumnOf("expr", Ref("expression")));
  choices.push_back(
      ColumnOf("struct", Described(MapOf(Ref("column")), "fields, each like a column")));
  const Json length = {{"description", "law of the number of elements, or a number"}};
  choices.push_back(
      ColumnOf("list", Object({{"length", length},
                               {"of", Described(Ref("column"), "rule of each element")},
                               {"let", Described(MapOf(Ref("column")),
                                                 "values of each element "
                                                 "that it is made from")}},
                              {"length", "of"})));
  for (const GeneratorDef* def : BuiltinGenerators()) {
    choices.push_back(Ref("generator_" + std::string(def->name)));
  }
  return {{"description", "an expression, a generator, a struct or a list"},
          {"oneOf", std::move(choices)}};
}

Json DriftSchema() {
  Json share = {{"type", {"number", "string"}},
                {"description", "of the rows that take `to` from `by` on; default: all"}};
  Json keys = {{"to", {{"description", "parameters of the generator on the day `by`"}}},
               {"by", Ref("date")},
               {"share", std::move(share)}};
  Json step = Object(keys, {"to", "by"});
  keys["from"] = Described(Ref("date"), "day from which it moves; the epoch by default");
  return {{"description", "such as 5% per year, or laws that it goes over to"},
          {"oneOf",
           {{{"type", "string"}},
            Object(std::move(keys), {"to", "by"}),
            {{"type", "array"}, {"items", std::move(step)}, {"minItems", 1}}}}};
}

Json DirtSchema() {
  const Json share = {{"type", {"number", "string"}}, {"description", "of the rows"}};
  const Json outlier = {
      {"oneOf",
       {share, Object({{"share", share}, {"factor", {{"type", "number"}}}}, {"share"})}}};
  return Object({{"nulls", MapOf(share)},
                 {"orphans", MapOf(share)},
                 {"outliers", MapOf(outlier)},
                 {"typos", MapOf(share)},
                 {"duplicates", share}});
}

Json DayCountsSchema() {
  Json law = Object(
      {{"uniform",
        {{"type", "array"}, {"items", Ref("size")}, {"description", "[low, high]"}}},
       {"normal",
        Object({{"mean", Ref("size")}, {"stddev", Ref("size")}}, {"mean", "stddev"})},
       {"at_least", Ref("size")},
       {"by_day", Described(Ref("expression"), "of $day; the day's rows times that")}});
  return {{"description", "rows a day, or `main`, or a law by which days differ"},
          {"oneOf", {Ref("size"), std::move(law)}}};
}

Json FactorsSchema(std::initializer_list<const char*> names) {
  Json properties = Json::object();
  for (const char* name : names) properties[name] = {{"type", "number"}, {"minimum", 0}};
  const auto count = names.size();
  return {{"oneOf",
           {Object(std::move(properties)),
            {{"type", "array"},
             {"items", {{"type", "number"}, {"minimum", 0}}},
             {"minItems", count},
             {"maxItems", count}}}}};
}

Json Factor(const char* description) {
  return {{"type", "number"}, {"minimum", 0}, {"description", description}};
}

Json SeasonsSchema() {
  Json hours = {{"oneOf",
                 {{{"type", "array"},
                   {"items", {{"type", "number"}, {"minimum", 0}}},
                   {"minItems", 24},
                   {"maxItems", 24}},
                  {{"type", "object"},
                   {"additionalProperties", {{"type", "number"}, {"minimum", 0}}}}}}};
  Json holidays = {{"type", "object"},
                   {"description", "factor of a holiday, or of a day YYYY-MM-DD"}};
  return Object(
      {{"weekday", FactorsSchema({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})},
       {"weekend", Factor("factor of Saturdays and Sundays, beside weekday")},
       {"month", FactorsSchema({"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug",
                                "sep", "oct", "nov", "dec"})},
       {"holidays", std::move(holidays)},
       {"holiday", Factor("factor of the public holidays that have none of their own")},
       {"hours", Described(std::move(hours), "24 factors, or ranges such as \"09-12\"")},
       {"growth", Described(Ref("rate"), "growth of the level")}});
}

Json PopulationSchema() {
  Json changes = Object(
      {{"rate", Described(Ref("rate"), "changes per member")}, {"tracks", Ref("names")}},
      {"rate", "tracks"});
  return Object({{"size", Described(Ref("size"), "members on the window's first day")},
                 {"at_least",
                  {{"type", "integer"},
                   {"minimum", 0},
                   {"description", "members on that day, however small the scale"}}},
                 {"growth", Described(Ref("rate"), "births per living member")},
                 {"churn", Described(Ref("rate"), "deaths per living member")},
                 {"founders_since",
                  {{"type", {"integer", "string"}},
                   {"description", "days, 5y, or a date before the epoch"}}},
                 {"changes", std::move(changes)}},
                {"size"});
}

Json SeriesSchema() {
  return Object(
      {{"of", Described(Ref("names"), "tables over whose rows it goes, each with each")},
       {"every",
        {{"oneOf",
          {{{"type", "string"}},
           Object({{"minutes", Ref("size")},
                   {"seconds", Ref("size")},
                   {"per_minute", Ref("size")}})}},
         {"description", "length of a step: 5m, 1h, 1d, or {minutes: an expression}"}}},
       {"between", Text("session of a day, \"09:30-16:00\"; the whole day if left out")},
       {"on", {{"enum", {"every_day", "month_ends", "trading_days"}}}},
       {"zone", Text("time zone of days and sessions")},
       {"spread",
        {{"type", "boolean"},
         {"description", "members come one after another in the course of a step"}}}},
      {"of", "every"});
}

Json CalendarSchema() {
  const Json of = {{"enum", {"days", "minutes", "seconds"}}};
  return {{"oneOf",
           {of, Object({{"of", of},
                        {"from", Ref("date")},
                        {"to", Ref("date")},
                        {"fiscal_year_starts",
                         {{"type", {"string", "integer"}},
                          {"description", "month: february, or 2"}}},
                        {"fiscal_year_named_by", {{"enum", {"start", "end"}}}},
                        {"settlement",
                         {{"type", "integer"},
                          {"description", "business days from trade to settlement"}}}})}},
          {"description",
           "a row for each day of the window, or of those stated; or for "
           "each minute or second of a day"}};
}

Json UsesSchema() {
  const Json id = Text("a built-in dataset, or a file: shop.yaml");
  return {
      {"oneOf",
       {id,
        Object({{"dataset", id},
                {"variant", Text("of a file")},
                {"tables", Described(Ref("names"), "tables that are written too")},
                {"set",
                 {{"type", "object"}, {"description", "changes to it as dotted paths"}}}},
               {"dataset"})}},
      {"description", "another dataset whose tables this one's are made from"}};
}

Json TableSchema() {
  Json columns = MapOf(Ref("column"));
  columns["properties"] = {
      {"include", Described(Ref("names"), "groups of columns")},
      {"*",
       {{"oneOf",
         {Text("base table, or `calendar`"),
          Object({{"of", Text("base table")}, {"except", Ref("names")}}, {"of"})}},
        {"description", "of a history, of facts, of a calendar: all of their columns"}}}};
  Json kinds = Json::array();
  for (const char* kind : {"rows", "population", "events", "per", "history_of", "series",
                           "rows_of", "calendar"}) {
    kinds.push_back({{"required", {kind}}});
  }
  Json table = Object(
      {{"doc", Text("what the table is")},
       {"rows",
        {{"oneOf", {Ref("size"), Object({{"fixed", Ref("size")}}, {"fixed"})}},
         {"description", "rows that are made once; fixed ones do not scale"}}},
       {"population", Described(Ref("population"), "members that are born and leave")},
       {"events", Object({{"per_day", DayCountsSchema()},
                          {"noise", {{"type", "number"}, {"minimum", 0}}},
                          {"zone", Text("time zone of days and hours")},
                          {"seasons", Ref("seasons")}},
                         {"per_day"})},
       {"per",
        Object({{"parent", Text("table whose rows have these children")},
                {"count", {{"description", "law of children per parent, or a number"}}},
                {"rows", Described(Ref("size"), "exact total over the window")}},
               {"parent", "count"})},
       {"history_of", Text("population of which each version is a row (SCD2)")},
       {"series", SeriesSchema()},
       {"rows_of", Text("table that has a row for each row here: facts")},
       {"calendar", CalendarSchema()},
       {"snapshot",
        {{"enum", {"daily", "weekly", "monthly", "quarterly", "once"}},
         {"description", "days of a run by day that hold a copy of the table"}}},
       {"partition_by",
        Described(Ref("names"), "partitions of the files, as `--partition-by`")},
       {"late",
        {{"type", "object"},
         {"propertyNames", {{"pattern", "^[0-9.]+[hdw]$"}}},
         {"additionalProperties", {{"type", {"string", "number"}}}},
         {"description",
          "of events: shares of the rows by days between event and arrival, {1d: 6%}"}}},
       {"dirt", DirtSchema()},
       {"let",
        Described(MapOf(Ref("column")), "values that are computed but not written")},
       {"include", Described(Ref("names"), "groups of columns")},
       {"columns", std::move(columns)},
       {"rules",
        MapOf(Object({{"expr", Ref("expression")},
                      {"unique", Ref("names")},
                      {"running", Text("column that goes on from row to row")},
                      {"per", Text("running: column whose rows belong together")},
                      {"adds", Ref("expression")},
                      {"from", Ref("expression")},
                      {"total", Text("column that is a sum of other rows")},
                      {"of", Text("total: the table of these rows")},
                      {"sum", Ref("expression")},
                      {"match", MapOf(Ref("expression"))},
                      {"doc", Text("what the rule says")}}))}});
  table["properties"]["rules"]["additionalProperties"] = {
      {"oneOf",
       {Ref("expression"), table["properties"]["rules"]["additionalProperties"]}}};
  table["oneOf"] = std::move(kinds);
  return table;
}

Json Definitions() {
  Json defs = {
      {"expression",
       {{"type", {"string", "number", "boolean"}},
        {"description", "an expression over the row, such as quantity * unit_price"}}},
      {"size",
       {{"type", {"string", "number"}},
        {"description", "a number, `10% of main`, or an expression over parameters"}}},
      {"rate",
       {{"type", {"string", "number"}}, {"description", "such as 0.002 per day"}}},
      {"names", {{"type", {"string", "array"}}, {"items", {{"type", "string"}}}}},
      {"date", {{"type", "string"}, {"pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}}},
      {"drift", DriftSchema()},
      {"seasons", SeasonsSchema()},
      {"population", PopulationSchema()},
      {"column", ColumnSchema()},
      {"table", TableSchema()}};
  for (const GeneratorDef* def : BuiltinGenerators()) {
    defs["generator_" + std::string(def->name)] = GeneratorSchema(*def);
  }
  return defs;
}

/// A number of its own, or a name for a part of the file.
Json ParameterSchema() {
  const Json number = {{"type", "number"}};
  const Json doc = Text("what it sets");
  return {
      {"oneOf",
       {Ref("size"),
        Object({{"default", Ref("size")},
                {"doc", doc},
                {"min", Described(number, "least that it can be")},
                {"above", Described(number, "what it must be above, instead of `min`")},
                {"max", Described(number, "most that it can be")},
                {"names", Text("path of a list: names may be given instead of a number")},
                {"one_of", Described({{"type", "array"}}, "which names there may be")}},
               {"default"}),
        Object(
            {{"counts", Text("path of a list: the number of its entries")}, {"doc", doc}},
            {"counts"}),
        Object({{"sets", Text("path of the part: tables.bars.series.every")},
                {"doc", doc},
                {"one_of", Described({{"type", "array"}}, "what may stand there")}},
               {"sets"})}}};
}

}  // namespace

Json DatasetFileSchema() {
  const Json parameter = ParameterSchema();
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", "lakeseed dataset"}};
  schema.update(Object(
      {{"dataset", Text("name; the file's name for a built-in one")},
       {"doc", Text("what the dataset is, in one line")},
       {"domain", Text("part of every key; the dataset's name if not stated")},
       {"pattern", Text("oltp, star, …")},
       {"law_version", {{"const", 1}}},
       {"epoch",
        Described(Ref("date"), "day 0 of the history; the window's first by default")},
       {"window", Object({{"from", Ref("date")}, {"to", Ref("date")}}, {"from", "to"})},
       {"main", Text("the table that --target-rows counts")},
       {"target_rows", {{"type", "integer"}, {"minimum", 1}}},
       {"parameters", MapOf(std::move(parameter))},
       {"groups", MapOf({{"type", "object"}})},
       {"uses", UsesSchema()},
       {"variants", Described(MapOf({{"type", "object"}}), "changes as dotted paths")},
       {"seasons", Ref("seasons")},
       {"tables", MapOf(Ref("table"))}},
      {"dataset", "tables"}));
  schema["anyOf"] = {{{"required", {"window"}}}, {{"required", {"uses"}}}};
  schema["$defs"] = Definitions();
  return schema;
}

}  // namespace lakeseed
