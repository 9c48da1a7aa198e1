#include "lakeseed/base/refused_place.h"

#include <cerrno>

namespace lakeseed {

bool IsRefusedPlace(int error_number) {
  switch (error_number) {
    case EACCES:
    case EPERM:
    case EROFS:
    case ENOTDIR:
    case EEXIST:
    case ENOENT:  // Of a path whose directories were to be made: /proc takes none.
    case ENAMETOOLONG:
      return true;
    default:
      return false;
  }
}

}  // namespace lakeseed
