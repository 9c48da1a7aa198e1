// MailNames: e-mail addresses and user names made from a person's name and row.
//
// Law: no two rows of one table get the same address or user name, and no set is
// kept. The local part is letters followed by digits; the digits, read as a
// number, are a one-to-one image of the row, and they are all of the local
// part's last digits. So two equal local parts would have equal rows.
//
// Method: rows are cut into classes of 90, 900, 9000, … rows; class k takes the
// numbers of k + 1 digits in the order of a keyed permutation. Small tables thus
// have short numbers, and neighbours do not have neighbouring ones.
//
// Thread safety: immutable.

#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <string>
#include <vector>

#include "lakeseed/base/bijection.h"
#include "lakeseed/base/key.h"
#include "lakeseed/generate/rows.h"
#include "lakeseed/generate/text_block.h"

namespace lakeseed {

class NamePool;
class Params;

class MailNames {
 public:
  MailNames() = default;

  /// With the domains of the parameter `email_profile`.
  static arrow::Result<MailNames> Read(Params& params, const Key& key);

  /// Addresses of the persons with those names, by their codes.
  arrow::Result<std::shared_ptr<arrow::Array>> Emails(const NamePool& names,
                                                      const Rows& rows,
                                                      const int32_t* first_names,
                                                      const int32_t* surnames,
                                                      arrow::MemoryPool* pool) const;

  arrow::Result<std::shared_ptr<arrow::Array>> UserNames(const NamePool& names,
                                                         const Rows& rows,
                                                         const int32_t* first_names,
                                                         const int32_t* surnames,
                                                         arrow::MemoryPool* pool) const;

 private:
  /// `domains` and `weights` belong together.
  MailNames(const Key& key, const std::vector<std::string>& domains,
            const std::vector<double>& weights);

  void NumbersOf(const Rows& rows, int64_t* numbers) const;
  static char* WriteLocalPart(const NamePool& names, uint8_t pattern, int32_t first_name,
                              int32_t surname, int64_t digits, char* out);
  static int64_t MaxLocalSize(const NamePool& names);

  Key pattern_key_;
  PaddedTexts domains_;  ///< With their @.
  std::vector<uint8_t> pattern_slots_, domain_slots_;
  std::vector<Bijection> classes_;
};

}  // namespace lakeseed
