"""Offsets of time zones, 1970 to 2100, as a list of changes.

Source: `tzdata` 2026.6 (Apache 2.0; the IANA database in it is public domain), read from the
package's own files and never from the system's zoneinfo, which differs between machines.

Rule: the first row of a zone has the offset in force at 1970-01-01 and FIRST as its instant;
every later row starts a stretch with another offset, daylight flag or abbreviation.
"""

import struct
import zoneinfo
from datetime import datetime, timedelta, timezone
from pathlib import Path

from vocab.build.packages import package_file
from vocab.build.places import us_places

FIRST = -(2**62)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
END = int((datetime(2101, 1, 1, tzinfo=timezone.utc) - EPOCH).total_seconds())
STEP = 7 * 86400  # no rule for the future holds two changes within a week
WORLD_ZONES = (
    "UTC Europe/London Europe/Dublin Europe/Lisbon Europe/Madrid Europe/Paris Europe/Brussels Europe/Amsterdam "
    "Europe/Berlin Europe/Zurich Europe/Rome Europe/Vienna Europe/Prague Europe/Warsaw Europe/Copenhagen "
    "Europe/Oslo Europe/Stockholm Europe/Helsinki Europe/Athens Europe/Bucharest Europe/Kyiv Europe/Istanbul "
    "Europe/Moscow Africa/Cairo Africa/Johannesburg Africa/Lagos Africa/Nairobi Asia/Dubai Asia/Karachi "
    "Asia/Kolkata Asia/Dhaka Asia/Bangkok Asia/Jakarta Asia/Singapore Asia/Hong_Kong Asia/Shanghai Asia/Taipei "
    "Asia/Manila Asia/Ho_Chi_Minh Asia/Seoul Asia/Tokyo Australia/Perth Australia/Brisbane Australia/Sydney "
    "Pacific/Auckland America/Toronto America/Vancouver America/Halifax America/Mexico_City America/Bogota "
    "America/Lima America/Santiago America/Sao_Paulo America/Argentina/Buenos_Aires America/Puerto_Rico"
).split()


def time_zones():
    names = sorted(set(WORLD_ZONES) | {row[5] for row in us_places()})
    return [(name, *change) for name in names for change in _changes(name)]


def _changes(name: str):
    path = package_file("tzdata", "zoneinfo", *name.split("/"))
    with open(path, "rb") as file:
        zone = zoneinfo.ZoneInfo.from_file(file, key=name)
    state = _state(zone, 0)
    yield (FIRST, *state)
    # Listed changes first, then the file's rule for the future, found by bisection.
    instants = sorted({at for at in _listed_instants(path) if 0 < at < END} | {*range(STEP, END, STEP), END - 1})
    before = 0
    for at in instants:
        while _state(zone, at) != state:
            low, high = before, at  # the state at low is `state`, at high it is not
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _state(zone, middle) == state else (low, middle)
            state = _state(zone, high)
            before = high
            yield (high, *state)
        before = at


def _state(zone: zoneinfo.ZoneInfo, at: int) -> tuple[int, int, str]:
    local = (EPOCH + timedelta(seconds=at)).astimezone(zone)
    return int(local.utcoffset().total_seconds()), int(bool(local.dst())), local.tzname()


def _listed_instants(path: Path) -> tuple[int, ...]:
    """The transition times in the 64-bit block of a TZif file (RFC 8536)."""
    content = path.read_bytes()

    def counts(at: int) -> tuple[int, ...]:
        return struct.unpack(">6l", content[at + 20 : at + 44])

    utc_flags, wall_flags, leaps, times, types, characters = counts(0)
    second = 44 + times * 5 + types * 6 + characters + leaps * 8 + wall_flags + utc_flags
    count = counts(second)[3]
    return struct.unpack(f">{count}q", content[second + 44 : second + 44 + 8 * count])
