"""The Python side of the benchmark of the theory: answers one JSON line for each JSON line."""

import json
import platform
import sys
from fractions import Fraction
from time import perf_counter, process_time

import gmpy2
import numpy as np

from lib.forwards import BACKENDS, Tents
from lib.interpolations import Interpolation
from lib.lookups import Lookup

lookups = {}
forwards = {}


def timed(call, repeats):
    start, begun = perf_counter(), process_time()
    for _ in range(repeats):
        call()
    return {"seconds": process_time() - begun, "wall": perf_counter() - start}


def versions(request):
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "gmpy2": gmpy2.version(),
        "gmp": gmpy2.mp_version(),
        "mpfr": gmpy2.mpfr_version(),
    }


def lookup(request):
    """Reads points and table, writes the plain form's values, checks the tuned forms and picks the fastest."""
    each = Lookup(
        np.fromfile(request["points"]), np.fromfile(request["table"]), request["d"], request["K"]
    )
    plain = each.plain()
    plain.tofile(request["values"])
    lookups[request["name"]] = each
    times = {}
    for form, call in each.forms.items():
        if not np.array_equal(call(), plain):
            return {"agree": False, "form": form}
        repeats = max(1, min(1000, int(20_000 // len(plain))))
        times[form] = min(timed(call, repeats)["seconds"] for _ in range(request["tries"]))
    each.best = min(times, key=times.get)
    return {"agree": True, "form": each.best}


def interpolation(request):
    """The same for values between nodes: forms that round differently agree to about 2^-45 of the largest value."""
    each = Interpolation(
        np.fromfile(request["points"]), np.fromfile(request["table"]), request["d"], request["K"]
    )
    ours = np.fromfile(request["values"])
    lookups[request["name"]] = each
    times = {}
    for form, call in each.forms.items():
        if not np.max(np.abs(call() - ours)) <= 2.0**-45 * np.max(np.abs(each.table)):
            return {"agree": False, "form": form}
        repeats = max(1, min(1000, int(20_000 // len(ours))))
        times[form] = min(timed(call, repeats)["seconds"] for _ in range(request["tries"]))
    each.best = min(times, key=times.get)
    return {"agree": True, "form": each.best}


def time_lookup(request):
    each = lookups[request["name"]]
    call = each.plain if request["form"] == "plain" else each.forms[each.best]
    return timed(call, request["repeats"])


def drop_lookup(request):
    del lookups[request["name"]]
    return {}


def prepare_forward(request):
    points = request["points"]
    if request["backend"] == "tents":
        each = Tents(request["theorem"], points)
    else:
        with open(request["network"], encoding="utf-8") as file:
            each = BACKENDS[request["backend"]](json.load(file), points)
    forwards[request["backend"]] = each
    values = [[each.exact(x) for x in outputs] for outputs in each.run()]
    return {
        "values": [[[str(m), e] for m, e in outputs] for outputs in values],
        "floats": [float(Fraction(outputs[0][0]) * Fraction(2) ** outputs[0][1]) for outputs in values],
    }


def time_forward(request):
    return timed(forwards[request["backend"]].run, request["repeats"])


def drop_forwards(request):
    forwards.clear()
    return {}


OPERATIONS = {
    each.__name__: each
    for each in (
        versions,
        lookup,
        interpolation,
        time_lookup,
        drop_lookup,
        prepare_forward,
        time_forward,
        drop_forwards,
    )
}

if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(OPERATIONS[request["operation"]](request)), flush=True)
