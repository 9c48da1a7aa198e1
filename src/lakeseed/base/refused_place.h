// Refused place: a path that the system will not take, as opposed to a disk that fails.
//
// Thread safety: pure functions.

#pragma once

namespace lakeseed {

/// Whether another path would help (exit code 2): no permission, a file in the way, a
/// system of files in which nothing can be made. A full disk is none: trying again helps.
bool IsRefusedPlace(int error_number);

}  // namespace lakeseed
