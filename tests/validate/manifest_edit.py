"""Manifests kept in step with files that a test has changed."""

import datetime

import pyarrow as pa
import pyarrow.compute as pc


def text_of(value):
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def restate(column, data):
    """Exact statistics of a column, as the manifest states them."""
    column["null_count"] = data.null_count
    column.pop("min", None)
    column.pop("max", None)
    if data.null_count == len(data) or pa.types.is_nested(data.type):
        return
    plain = data.cast(pa.string()) if pa.types.is_dictionary(data.type) else data
    if pa.types.is_string(plain.type) or pa.types.is_large_string(plain.type):
        values = sorted((v for v in plain.to_pylist() if v is not None), key=str.encode)
        column["min"], column["max"] = values[0], values[-1]
        return
    bounds = pc.min_max(plain).as_py()
    column["min"], column["max"] = text_of(bounds["min"]), text_of(bounds["max"])
