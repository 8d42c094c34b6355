"""Answers SQL over the units of a results folder by polars; prints the rows as JSON."""

import json
import sys

import polars as pl

units = pl.scan_ipc(sys.argv[1] + "/units/*.arrow")
json.dump(pl.SQLContext(units=units).execute(sys.argv[2]).collect().to_dicts(), sys.stdout)
