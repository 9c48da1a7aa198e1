#include "lakeseed/write/curl_library.h"

#include <curl/curl.h>

#include <cstdarg>

#include "lakeseed/base/late_library.h"

// They are macros of themselves, which refuse the `...` below.
#undef curl_easy_setopt
#undef curl_easy_getinfo

namespace lakeseed {
namespace {

LateLibrary& Curl() {
  static LateLibrary library("libcurl.so.4");
  return library;
}

}  // namespace

arrow::Status OpenCurl() { return Curl().Open(); }

}  // namespace lakeseed

LAKESEED_LATE(lakeseed::Curl, CURLcode, curl_global_init, (long flags), (flags))
LAKESEED_LATE(lakeseed::Curl, CURL*, curl_easy_init, (), ())
LAKESEED_LATE(lakeseed::Curl, void, curl_easy_cleanup, (CURL * curl), (curl))
LAKESEED_LATE(lakeseed::Curl, CURLcode, curl_easy_perform, (CURL * curl), (curl))
LAKESEED_LATE(lakeseed::Curl, const char*, curl_easy_strerror, (CURLcode code), (code))
LAKESEED_LATE(lakeseed::Curl, curl_slist*, curl_slist_append,
              (curl_slist * list, const char* line), (list, line))
LAKESEED_LATE(lakeseed::Curl, void, curl_slist_free_all, (curl_slist * list), (list))

// Their last argument is a pointer or a number as wide as one.
static_assert(sizeof(long) == sizeof(void*) && sizeof(curl_off_t) == sizeof(void*));

#define LAKESEED_LATE_OPTION(name, Option)                               \
  extern "C" CURLcode name(CURL* curl, Option option, ...) {             \
    static const auto function =                                         \
        reinterpret_cast<decltype(&name)>(lakeseed::Curl().Find(#name)); \
    va_list more;                                                        \
    va_start(more, option);                                              \
    void* const value = va_arg(more, void*);                             \
    va_end(more);                                                        \
    return function(curl, option, value);                                \
  }
LAKESEED_LATE_OPTION(curl_easy_setopt, CURLoption)
LAKESEED_LATE_OPTION(curl_easy_getinfo, CURLINFO)
#undef LAKESEED_LATE_OPTION
