"""Births of the same maps by other programs:
python3 judges.py ripser|ripser-program|gudhi|giotto-ph MAPS.f32 N COUNT DENSITY MAX_RANK [PROGRAM]

MAPS.f32 holds COUNT row-major N x N float32 maps. The filtration is given as the ranks of docs/method.md, so that
ties are exact. Prints one JSON line: seconds a map spent in the other program alone, and the birth rank of each
map up to MAX_RANK and the density cut, 0 = none. MAX_RANK 0 means the density cut alone. PROGRAM is the path of
Ripser's C++ program; its time holds the start of a process and reading a text.
"""
import json, math, re, subprocess, sys, time
import numpy as np


def ripser_births(ranks, limit):
    from ripser import ripser

    start = time.perf_counter()
    intervals = ripser(ranks, distance_matrix=True, maxdim=1, thresh=limit)["dgms"][1]
    return time.perf_counter() - start, intervals


def ripser_program_births(ranks, limit):
    rows = "\n".join(",".join(f"{rank:.0f}" for rank in row[:at]) for at, row in enumerate(ranks) if at)
    command = [sys.argv[7], "--format", "lower-distance", "--dim", "1", "--threshold", str(limit)]
    start = time.perf_counter()
    text = subprocess.run(command, input=rows, capture_output=True, text=True, check=True).stdout
    seconds = time.perf_counter() - start
    one = text.split("in dim 1:")[-1]
    return seconds, [(float(b), float(d or "inf")) for b, d in re.findall(r"\[([\d.]+),\s*([\d.]*)\s*\)", one)]


def gudhi_births(ranks, limit):
    import gudhi

    start = time.perf_counter()
    tree = gudhi.RipsComplex(distance_matrix=ranks, max_edge_length=limit).create_simplex_tree(max_dimension=2)
    # Without triangles the complex has dimension 1, whose cycles are left out unless asked for.
    tree.compute_persistence(homology_coeff_field=2, min_persistence=0, persistence_dim_max=True)
    return time.perf_counter() - start, tree.persistence_intervals_in_dimension(1)


def giotto_births(ranks, limit):
    from gph import ripser_parallel

    start = time.perf_counter()
    found = ripser_parallel(ranks, metric="precomputed", maxdim=1, thresh=limit, n_threads=1)
    return time.perf_counter() - start, found["dgms"][1]


judge = {
    "ripser": ripser_births,
    "ripser-program": ripser_program_births,
    "gudhi": gudhi_births,
    "giotto-ph": giotto_births,
}[sys.argv[1]]
path, n, count, density, most = sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]), int(sys.argv[6])
limit = math.ceil(n * (n - 1) // 2 * density)
upto = min(limit, most) if most else limit
maps = np.fromfile(path, "<f4", count * n * n).reshape(count, n, n)
births, seconds = [], 0.0
for a in maps:
    w = np.maximum(a, a.T) + np.float32(0)
    upper = np.triu_indices(n, 1)
    values, place = np.unique(-w[upper], return_inverse=True)
    ranks = np.zeros((n, n), np.float32)
    ranks[upper] = place.ravel() + 1
    ranks += ranks.T
    taken, intervals = judge(ranks, upto)
    seconds += taken
    born = [birth for birth, death in intervals if death > birth and birth <= upto]
    births.append(int(min(born)) if born else 0)
print(json.dumps({"seconds_per_map": seconds / count, "births": births}))
