"""Executes a notebook in its folder with nbclient; prints how many cells it has run and pictures it has drawn."""

import json
import os
import sys

import nbformat
from nbclient import NotebookClient

path = os.path.abspath(sys.argv[1])
os.environ["UNITSCOPE_RESULTS"] = os.path.abspath(sys.argv[2])
notebook = nbformat.read(path, as_version=4)
NotebookClient(notebook, timeout=240, resources={"metadata": {"path": os.path.dirname(path)}}).execute()
cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
pictures = sum("image/png" in output.get("data", {}) for cell in cells for output in cell.outputs)
json.dump({"cells": sum(cell.execution_count is not None for cell in cells), "pictures": pictures}, sys.stdout)
