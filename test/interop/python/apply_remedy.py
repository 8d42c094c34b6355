"""Runs a statement of pyarrow, as a refusal has written it, on the table of a file and writes the table: FILE STATEMENT TO."""
import sys

import pyarrow as pa

path, statement, to = sys.argv[1:]
names = {"pa": pa, "table": pa.ipc.open_file(path).read_all()}
exec(statement, names)
with pa.ipc.new_file(to, names["table"].schema) as writer:
    writer.write_table(names["table"])
