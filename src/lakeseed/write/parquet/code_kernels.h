// Loops over codes of a dictionary: compiled for AVX2 and AVX-512 too and chosen at run
// time, with the same result.
//
// Thread safety: pure functions.

#pragma once

#include <cstdint>
#include <span>

namespace lakeseed {

/// codes[i] = values[i] - min; returns whether all of them are below `size`. A code that
/// is not is some number.
bool CodesOf(const int8_t* values, int64_t n, int64_t min, uint64_t size,
             uint32_t* codes);
bool CodesOf(const int16_t* values, int64_t n, int64_t min, uint64_t size,
             uint32_t* codes);
bool CodesOf(const int32_t* values, int64_t n, int64_t min, uint64_t size,
             uint32_t* codes);
bool CodesOf(const int64_t* values, int64_t n, int64_t min, uint64_t size,
             uint32_t* codes);
bool CodesOf(const uint8_t* values, int64_t n, int64_t min, uint64_t size,
             uint32_t* codes);
bool CodesOf(const uint16_t* values, int64_t n, int64_t min, uint64_t size,
             uint32_t* codes);
bool CodesOf(const uint32_t* values, int64_t n, int64_t min, uint64_t size,
             uint32_t* codes);
bool CodesOf(const uint64_t* values, int64_t n, int64_t min, uint64_t size,
             uint32_t* codes);

/// The bits that codes use.
uint32_t BitsOfCodes(const uint32_t* codes, int64_t n);

/// Bit c for each code c. REQUIRES: codes < 64.
uint64_t MaskOfCodes(const uint32_t* codes, int64_t n);

/// Codes of fewer bytes. REQUIRES: they fit.
void NarrowCodes(const uint32_t* codes, int64_t n, uint8_t* out);
void NarrowCodes(const uint32_t* codes, int64_t n, uint16_t* out);
void NarrowCodes(const uint32_t* codes, int64_t n, uint32_t* out);

/// places[i] = place_of[codes[i]]. REQUIRES: codes < place_of.size(); places fit.
void PlacesOf(const uint8_t* codes, int64_t n, std::span<const uint32_t> place_of,
              uint8_t* places);
void PlacesOf(const uint16_t* codes, int64_t n, std::span<const uint32_t> place_of,
              uint16_t* places);
void PlacesOf(const uint32_t* codes, int64_t n, std::span<const uint32_t> place_of,
              uint32_t* places);

}  // namespace lakeseed
