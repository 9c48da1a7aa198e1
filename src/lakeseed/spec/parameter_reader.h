// Reads one entry of `parameters:`.
//
// Thread safety: pure but for the list of errors.

#pragma once

#include "lakeseed/spec/field.h"
#include "lakeseed/spec/parameter_spec.h"

namespace lakeseed {

/// Whether the entry names a part of the file, rather than a number of its own.
bool IsSetting(const SpecNode& parameter);

/// Whether the entry stands for other ones, and has no value of its own.
bool IsStandIn(const SpecNode& parameter);

/// `root` is the file with all that was set.
ParameterSpec ReadParameter(const SpecNode& key, const Field& field,
                            const SpecNode& root);
SettingSpec ReadSetting(const SpecNode& key, const Field& field, const SpecNode& root);
SettingSpec ReadStandIn(const SpecNode& key, const Field& field, const SpecNode& root);

/// Add an error unless `text` is one of the entry's `one_of`, if it has such a list.
void CheckChoice(const SpecNode& parameter, const std::string& name, const Place& place,
                 const std::string& text, ErrorList* errors);

}  // namespace lakeseed
