// ColumnForms: what columns may come as besides arrays of their types, for who takes it.
//
// Law: the values are the same.

#pragma once

namespace lakeseed {

struct ColumnForms {
  /// Texts as dictionaries of int32: those of referred rows that are shown as they are,
  /// where they are kept, and those of which only some thousand can come.
  bool numbered_texts = false;
  /// Values that nothing else of the family needs: as blocks, made where they are
  /// written.
  bool blocks = false;
};

}  // namespace lakeseed
