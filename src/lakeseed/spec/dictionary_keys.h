// Every key that a configuration dictionary of the source documents may have, and
// what becomes of it. Errors, settings and the reference page are made from this
// one table, so no key is passed over in silence.
//
// Thread safety: constant tables and pure functions.

#pragma once

#include <span>
#include <string_view>

#include "lakeseed/spec/field.h"

namespace lakeseed {

/// What a key's value is, where the key is an option of the command line.
enum class DictionaryKeyKind {
  kSpec,    ///< Changes the dataset itself.
  kText,    ///< The option of that name, as text;
  kNames,   ///< a name or a list of names;
  kWhole,   ///< a whole number, at least 1 (a seed: any);
  kShare,   ///< a number above 0;
  kDate,    ///< a day;
  kSwitch,  ///< an option that is on or off.
};

struct DictionaryKeyDef {
  std::string_view section;  ///< Empty: the top; "table_configs": one of its tables.
  std::string_view key;
  std::string_view becomes;  ///< For people: what it does.
  DictionaryKeyKind kind = DictionaryKeyKind::kSpec;
  std::string_view option = {};  ///< Name of the command line's option.
};

/// All keys, section by section.
std::span<const DictionaryKeyDef> AllDictionaryKeys();

/// Names of the keys of a section.
Names DictionaryKeys(std::string_view section);

/// Report keys of `mapping` that the section does not have.
void CheckDictionaryKeys(const Field& mapping, std::string_view section);

}  // namespace lakeseed
