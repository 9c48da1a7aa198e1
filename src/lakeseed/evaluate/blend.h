// Blend: which of several values each row takes, a branch at a time.
//
// Loops over whole columns without a branch in them, with copies for AVX2 and
// AVX-512. `choice[i]` is the number of the branch that row i takes.
//
// Thread safety: pure functions.

#pragma once

#include <cstddef>
#include <cstdint>

namespace lakeseed {

/// Rows still open (choice[i] == last) whose truth is kTrue take branch k and close.
void TakeWhereTrue(const uint8_t* truth, int64_t length, uint16_t last, uint16_t k,
                   uint16_t* choice, uint8_t* open);

/// Rows at branch k whose value is not valid go on to k + 1 and stay open.
void PassWhereNull(const uint8_t* valid, int64_t length, uint16_t k, uint16_t* choice,
                   uint8_t* open);

/// active[i] = whether row i takes branch k and matters (nullptr: all do).
void MarkBranch(const uint16_t* choice, int64_t length, uint16_t k,
                const uint8_t* matters, uint8_t* active);

/// to[i] = from[i] where row i takes branch k; others keep theirs.
void BlendColumn(const uint16_t* choice, int64_t length, uint16_t k, const int64_t* from,
                 int64_t* to);
void BlendColumn(const uint16_t* choice, int64_t length, uint16_t k, const int32_t* from,
                 int32_t* to);
void BlendColumn(const uint16_t* choice, int64_t length, uint16_t k, const uint8_t* from,
                 uint8_t* to);

/// to[i] = moved[codes[i]], codes below num_moved.
void MoveCodes(const int32_t* moved, size_t num_moved, const int32_t* codes,
               int64_t length, int32_t* to);

/// to[i] = moved[codes[i]] where row i takes branch k; others keep theirs. `num_moved`:
/// codes are below that.
void BlendCodes(const uint16_t* choice, int64_t length, uint16_t k, const int32_t* moved,
                size_t num_moved, const int32_t* codes, int32_t* to);

/// to[i] = value where row i takes branch k.
void BlendValue(const uint16_t* choice, int64_t length, uint16_t k, int64_t value,
                int64_t* to);
void BlendValue(const uint16_t* choice, int64_t length, uint16_t k, int32_t value,
                int32_t* to);
void BlendValue(const uint16_t* choice, int64_t length, uint16_t k, uint8_t value,
                uint8_t* to);

/// open[i] = 1 where matters[i] is not 0 (nullptr: everywhere), else 0.
void MarkOpen(const uint8_t* matters, int64_t length, uint8_t* open);

/// open[i] = 1 where truth[i] is not `settled` and row i matters (nullptr: all do), else
/// 0.
void MarkUnsettled(const uint8_t* truth, uint8_t settled, const uint8_t* matters,
                   int64_t length, uint8_t* open);

/// truth[i] = kUnknown where valid[i] is 0; others keep theirs.
void MarkUnknown(const uint8_t* valid, int64_t length, uint8_t* truth);

/// valid[i] = whether it is so in both.
void IntersectBytes(const uint8_t* a, const uint8_t* b, int64_t length, uint8_t* valid);

/// Lower, or raise, each truth to `other`.
void LowerTruths(const uint8_t* other, int64_t length, uint8_t* truth);
void RaiseTruths(const uint8_t* other, int64_t length, uint8_t* truth);

/// to[i] = the truth codes[i] of those in `truths`, two bits each from the lowest on.
void TakeTruths(uint32_t truths, const int32_t* codes, int64_t length, uint8_t* to);

/// to[i] = from[i], or `value` where valid[i] is 0.
void FillNulls(const int64_t* from, const uint8_t* valid, int64_t length, int64_t value,
               int64_t* to);

/// to[i] = codes[i] where valid[i] is not 0, else 0. REQUIRES: `to` is `codes`, or does
/// not overlap it.
void KeepCodes(const int32_t* codes, const uint8_t* valid, int64_t length, int32_t* to);

/// Whether any value lies outside [low, high].
bool AnyOutside(const int64_t* values, int64_t length, int64_t low, int64_t high);

}  // namespace lakeseed
