#include "lakeseed/sql/postgres_library.h"

#include <libpq-fe.h>

#include "lakeseed/base/late_library.h"

namespace lakeseed {
namespace {

LateLibrary& Postgres() {
  static LateLibrary library("libpq.so.5");
  return library;
}

}  // namespace

arrow::Status OpenPostgresLibrary() { return Postgres().Open(); }

}  // namespace lakeseed

#define LAKESEED_OF_CONNECTION(result, name)                                  \
  LAKESEED_LATE(lakeseed::Postgres, result, name, (const PGconn* connection), \
                (connection))
#define LAKESEED_OF_RESULT(result, name) \
  LAKESEED_LATE(lakeseed::Postgres, result, name, (const PGresult* answer), (answer))
#define LAKESEED_OF_CELL(result, name)            \
  LAKESEED_LATE(lakeseed::Postgres, result, name, \
                (const PGresult* answer, int row, int column), (answer, row, column))

LAKESEED_LATE(lakeseed::Postgres, PQconninfoOption*, PQconninfoParse,
              (const char* uri, char** reason), (uri, reason))
LAKESEED_LATE(lakeseed::Postgres, void, PQconninfoFree, (PQconninfoOption * options),
              (options))
LAKESEED_LATE(lakeseed::Postgres, void, PQfreemem, (void* memory), (memory))
LAKESEED_LATE(lakeseed::Postgres, PGconn*, PQconnectStartParams,
              (const char* const* names, const char* const* values, int expand),
              (names, values, expand))
LAKESEED_LATE(lakeseed::Postgres, PostgresPollingStatusType, PQconnectPoll,
              (PGconn * connection), (connection))
LAKESEED_LATE(lakeseed::Postgres, void, PQfinish, (PGconn * connection), (connection))
LAKESEED_LATE(lakeseed::Postgres, PGVerbosity, PQsetErrorVerbosity,
              (PGconn * connection, PGVerbosity verbosity), (connection, verbosity))
LAKESEED_LATE(lakeseed::Postgres, PQnoticeProcessor, PQsetNoticeProcessor,
              (PGconn * connection, PQnoticeProcessor processor, void* argument),
              (connection, processor, argument))
LAKESEED_OF_CONNECTION(ConnStatusType, PQstatus)
LAKESEED_OF_CONNECTION(PGTransactionStatusType, PQtransactionStatus)
LAKESEED_OF_CONNECTION(int, PQsocket)
LAKESEED_OF_CONNECTION(int, PQconnectionNeedsPassword)
LAKESEED_OF_CONNECTION(char*, PQerrorMessage)
LAKESEED_OF_CONNECTION(char*, PQuser)
LAKESEED_OF_CONNECTION(char*, PQdb)
LAKESEED_OF_CONNECTION(char*, PQhost)
LAKESEED_OF_CONNECTION(char*, PQport)

LAKESEED_LATE(lakeseed::Postgres, PGresult*, PQexecParams,
              (PGconn * connection, const char* command, int count, const Oid* types,
               const char* const* values, const int* lengths, const int* formats,
               int format),
              (connection, command, count, types, values, lengths, formats, format))
LAKESEED_LATE(lakeseed::Postgres, void, PQclear, (PGresult * answer), (answer))
LAKESEED_LATE(lakeseed::Postgres, char*, PQcmdStatus, (PGresult * answer), (answer))
LAKESEED_LATE(lakeseed::Postgres, char*, PQresultErrorField,
              (const PGresult* answer, int field), (answer, field))
LAKESEED_LATE(lakeseed::Postgres, Oid, PQftype, (const PGresult* answer, int column),
              (answer, column))
LAKESEED_OF_RESULT(ExecStatusType, PQresultStatus)
LAKESEED_OF_RESULT(int, PQntuples)
LAKESEED_OF_RESULT(int, PQnfields)
LAKESEED_OF_CELL(int, PQgetisnull)
LAKESEED_OF_CELL(int, PQgetlength)
LAKESEED_OF_CELL(char*, PQgetvalue)

#undef LAKESEED_OF_CONNECTION
#undef LAKESEED_OF_RESULT
#undef LAKESEED_OF_CELL
