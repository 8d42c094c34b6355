"""Reads tables with pyarrow, polars and DuckDB (through pyarrow); prints their rows as JSON."""

import json
import sys

import duckdb
import polars as pl
import pyarrow.ipc as ipc

result = {}
for path in sys.argv[1:]:
    table = ipc.open_file(path).read_all()
    table.validate(full=True)
    relation = duckdb.from_arrow(table)
    rows = relation.fetchall()
    result[path] = {
        "types": {field.name: str(field.type) for field in table.schema},
        "metadata": {k.decode(): v.decode() for k, v in (table.schema.metadata or {}).items()},
        "pyarrow": table.to_pylist(),
        "polars": pl.read_ipc(path).to_dicts(),
        "duckdb": [dict(zip(relation.columns, row)) for row in rows],
    }
json.dump(result, sys.stdout)
