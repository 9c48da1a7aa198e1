// TextForm: how a batch has texts of referred rows that it shows as they are.

#pragma once

namespace lakeseed {

enum class TextForm {
  kWhole,
  kNumbered,  ///< As dictionaries of int32, where they are kept: for who takes numbers.
};

}  // namespace lakeseed
