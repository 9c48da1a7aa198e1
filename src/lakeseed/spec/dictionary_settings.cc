#include "lakeseed/spec/dictionary_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "lakeseed/spec/dictionary_keys.h"
#include "lakeseed/spec/literal.h"

namespace lakeseed {
namespace {

using Kind = DictionaryKeyKind;

constexpr double kMostFactor = 1e6;

class SettingReader {
 public:
  explicit SettingReader(const Field& root) : root_(root) {}

  std::vector<DictionarySetting> Read() {
    std::set<std::string_view> seen;
    for (const DictionaryKeyDef& def : AllDictionaryKeys()) {
      if (def.section == "table_configs" || def.section == "relationships") continue;
      const auto section =
          def.section.empty() ? std::optional<Field>(root_) : Child(root_, def.section);
      if (!section) continue;
      if (!def.section.empty() && seen.insert(def.section).second) {
        if (!IsMapping(*section)) continue;
        if (def.section != "distributions") CheckDictionaryKeys(*section, def.section);
      }
      if (!section->node.is_mapping() || def.option.empty()) continue;
      if (const auto value = Child(*section, def.key)) Take(def, *value);
    }
    Buckets();
    Sorting();
    OneThread();
    ChunksEnabled();
    Output();
    FileSizes();
    Statistics();
    return std::move(settings_);
  }

 private:
  // Whether the value is of its kind; reported if not.
  static bool IsSound(const DictionaryKeyDef& def, const Field& field) {
    switch (def.kind) {
      case Kind::kWhole: {
        const bool is_seed = def.option == "seed";
        return ReadInt64(field, is_seed ? std::numeric_limits<int64_t>::min() : 1,
                         std::numeric_limits<int64_t>::max())
            .has_value();
      }
      case Kind::kShare: {
        const double most = def.option == "memory-fraction" ? 1 : kMostFactor;
        const auto value = ReadDouble(field, 0, most);
        if (value && *value == 0) field.Error("must be greater than 0");
        return value && *value > 0;
      }
      case Kind::kDate:
        return ReadDate(field).has_value();
      case Kind::kSwitch:
        return ReadBool(field).has_value();
      case Kind::kNames:
        return !ReadNames(field).empty();
      default:
        return !ReadText(field).empty();
    }
  }

  void Take(const DictionaryKeyDef& def, const Field& field) {
    if (!IsSound(def, field)) return;
    std::string value = field.node.text;
    if (def.kind == Kind::kSwitch) value = *ReadBool(field) ? "true" : "false";
    if (def.kind == Kind::kNames) {
      value.clear();
      for (const SpecNode& name : ReadNames(field)) {
        value += (value.empty() ? "" : ",") + name.text;
      }
    }
    Add({std::string(def.option), std::move(value), field.path, field.node.place});
  }

  void Add(DictionarySetting setting) {
    const auto same = [&](const auto& one) { return one.option == setting.option; };
    const auto at = std::find_if(settings_.begin(), settings_.end(), same);
    if (at == settings_.end()) {
      settings_.push_back(std::move(setting));
    } else if (at->value != setting.value) {
      root_.errors->Add(setting.place, setting.path,
                        fmt::format("{} says {}", at->path, at->value), setting.value,
                        "state it once");
    }
  }

  /// Names of the columns of a part of `partition_config`.
  std::vector<SpecNode> ColumnsOf(const Field& part, std::string_view others) {
    Names keys{"columns"};
    if (!others.empty()) keys.emplace_back(others);
    if (!IsMapping(part)) return {};
    CheckKeys(part, keys);
    const auto columns = Child(part, "columns");
    if (!columns) {
      part.errors->Add(part.node.place, part.path, "missing key", "columns");
    }
    return columns ? ReadNames(*columns) : std::vector<SpecNode>();
  }

  std::optional<Field> PartitionPart(const char* key) {
    const auto section = Child(root_, "partition_config");
    if (!section || !section->node.is_mapping()) return std::nullopt;
    return Child(*section, key);
  }

  void Buckets() {
    const auto part = PartitionPart("bucketing");
    if (!part) return;
    const std::vector<SpecNode> columns = ColumnsOf(*part, "buckets");
    const auto number = Child(*part, "buckets");
    if (!number) {
      part->errors->Add(part->node.place, part->path, "missing key", "buckets");
    }
    constexpr int64_t kMost = 1'000'000;
    const auto buckets = number ? ReadInt64(*number, 1, kMost) : std::nullopt;
    if (!buckets) return;
    std::string terms;
    for (const SpecNode& column : columns) {
      terms +=
          fmt::format("{}bucket({},{})", terms.empty() ? "" : ",", *buckets, column.text);
    }
    const auto at = std::find_if(
        settings_.begin(), settings_.end(),
        [](const DictionarySetting& one) { return one.option == "partition-by"; });
    if (at != settings_.end()) {
      at->value += "," + terms;
    } else if (!terms.empty()) {
      Add({"partition-by", terms, part->path, part->node.place});
    }
  }

  void Sorting() {
    const auto part = PartitionPart("sorting");
    if (!part) return;
    std::string names;
    for (const SpecNode& column : ColumnsOf(*part, "")) {
      names += (names.empty() ? "" : ",") + column.text;
    }
    if (!names.empty()) Add({"sort-by", names, part->path, part->node.place});
  }

  void OneThread() {
    const auto section = Child(root_, "generation_config");
    const auto field =
        section ? Child(*section, "parallel_tables") : std::optional<Field>();
    if (!field) return;
    if (ReadBool(*field).value_or(true)) return;
    Add({"parallel-workers", "1", field->path, field->node.place});
  }

  void ChunksEnabled() {
    const auto section = Child(root_, "chunking_config");
    const auto field = section ? Child(*section, "enabled") : std::optional<Field>();
    if (!field) return;
    if (ReadBool(*field).value_or(true)) return;
    for (const auto& [key, value] : section->node.entries) {
      if (key.text == "enabled") continue;
      root_.errors->Add(key.place, section->path, "has no effect: `enabled` is False",
                        key.text, "leave it out, or write `enabled: True`");
    }
  }

  void Output() {
    const auto section = Child(root_, "output_settings");
    const auto field =
        section ? Child(*section, "include_metadata") : std::optional<Field>();
    if (field && !ReadBool(*field).value_or(true)) {
      field->Error("cannot be switched off",
                   "the manifest beside the files says what they are");
    }
  }

  void FileSizes() {
    const auto section = Child(root_, "delta_config");
    const auto field =
        section ? Child(*section, "optimize_write") : std::optional<Field>();
    if (field && !ReadBool(*field).value_or(true)) {
      field->Error("cannot be switched off",
                   "files are as large as `--file-size` says in any case");
    }
  }

  void Statistics() {
    const auto section = Child(root_, "delta_config");
    if (!section || !section->node.is_mapping()) return;
    for (const auto& [key, option] :
         {std::pair("stats_collection", "none"), std::pair("data_skipping", "rows")}) {
      const auto field = Child(*section, key);
      if (!field || ReadBool(*field).value_or(true)) continue;
      Add({"table-statistics", option, field->path, field->node.place});
      return;  // Without statistics there are no bounds either.
    }
  }

  const Field root_;
  std::vector<DictionarySetting> settings_;
};

}  // namespace

std::vector<DictionarySetting> ReadDictionarySettings(const Field& root) {
  return SettingReader(root).Read();
}

}  // namespace lakeseed
