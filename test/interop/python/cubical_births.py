"""Cubical births of maps by GUDHI: pixels are squares, the largest values enter first, a birth is a rank among the values."""

import json
import sys

import gudhi
import numpy as np


def birth(pixels: list[list[float]]) -> int:
    image = np.array(pixels)
    complex_ = gudhi.CubicalComplex(top_dimensional_cells=-image)
    complex_.compute_persistence(homology_coeff_field=2, min_persistence=0)
    holes = complex_.persistence_intervals_in_dimension(1)
    # A hole that closes at the rank at which it opens was never there.
    opened = [start for start, end in holes if end > start]
    return int((np.unique(image) >= -min(opened)).sum()) if opened else 0


with open(sys.argv[1], encoding="utf-8") as file:
    print(json.dumps([birth(pixels) for pixels in json.load(file)]))
