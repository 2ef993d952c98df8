"""Checks a certificate/1 for a relu-network/1: python scripts/check_certificate.py CERTIFICATE NETWORK

A second checker, beside checkCertificate of the library (src/theory/proof): other code, in another language, with
nothing but Python's standard library and exact arithmetic. It reads the two files and says what they prove, or names
the place that proves nothing and ends with status 1. The target's values are taken as the certificate states them.

A number is a pair (m, e) of integers for m·2^e.
"""

import hashlib
import json
import math
import re
import sys

ZERO = (0, 0)


class Refused(Exception):
    """What is wrong, with its place."""


def number(x, place="a number"):
    """The exact value of the finite float that x is or, if x is an integer, is rounded to."""
    try:
        nearest = float(x) if type(x) in (int, float) else math.nan
    except OverflowError:
        nearest = math.inf
    if not math.isfinite(nearest):
        raise Refused(f"{place}: expected a finite number; got {x!r}")
    m, denominator = nearest.as_integer_ratio()
    return m, 1 - denominator.bit_length()


def add(x, y):
    if x[1] < y[1]:
        x, y = y, x
    return (x[0] << (x[1] - y[1])) + y[0], y[1]


def negative(x):
    return -x[0], x[1]


def subtract(x, y):
    return add(x, negative(y))


def multiply(x, y):
    return x[0] * y[0], x[1] + y[1]


def power(x, p):
    return x[0] ** p, x[1] * p


def less(x, y):
    return subtract(x, y)[0] < 0


def to_float(x):
    """The nearest float, halves to even; infinite beyond all floats."""
    m, e = x
    try:
        return float(m << e) if e >= 0 else m / (1 << -e)
    except OverflowError:
        return math.copysign(math.inf, m)


def float_below(x):
    """The largest float that is at most x, as text; 1, not 1.0."""
    nearest = to_float(x)
    if nearest == math.inf or less(x, number(nearest)):
        nearest = math.nextafter(nearest, -math.inf)
    return repr(nearest).removesuffix(".0")


def root_above(x):
    """At least the square root of x."""
    m, e = x
    if m == 0:
        return ZERO
    missing = max(0, 128 - m.bit_length())
    shift = missing + (e - missing) % 2
    return math.isqrt(m << shift) + 1, (e - shift) // 2


def read_modulus(modulus):
    """λ, and how often a root is taken for r^α: α = 1, 1/2, 1/4, …, 2^−20."""
    holder = modulus.get("holder", {"lambda": modulus.get("lipschitz"), "alpha": 1})
    factor = number(holder["lambda"], "modulus")
    if factor[0] < 0:
        raise Refused(f"modulus: λ must be at least 0; got {holder['lambda']}")
    number(holder["alpha"], "modulus")
    for roots in range(21):
        if holder["alpha"] == 2.0**-roots:
            return factor, roots
    raise Refused(f"modulus: alpha must be 1, 1/2, 1/4, …; got {holder['alpha']}")


def stray_from(modulus, y, square):
    """How far f may be from its value y within a distance whose square is known, with the format's slack."""
    factor, roots = modulus
    r = root_above(square)
    for _ in range(roots):
        r = root_above(r)
    omega = multiply(factor, r)
    size = add(number(abs(y)), omega)
    return add(add(omega, multiply(omega, (1, -39))), add(multiply(size, (1, -49)), (1, -1070)))


def value_range(form, box):
    """The least and largest value of slope·x + [low, high] for x in a box."""
    slope, low, high = form
    for a, (start, end) in zip(slope, box):
        if a[0] < 0:
            start, end = end, start
        low, high = add(low, multiply(a, start)), add(high, multiply(a, end))
    return low, high


def rectified(form, box):
    """max(0, z) for all z of a form."""
    least, most = value_range(form, box)
    if least[0] >= 0:
        return form
    if most[0] <= 0:
        return (), ZERO, ZERO
    if add(most, least)[0] <= 0:
        return (), ZERO, most
    slope, low, high = form
    return slope, low, subtract(high, least)


def enclose(network, box):
    """An interval that holds network(x) for every x of the box."""
    d = len(box)
    forms = [([(1 if i == j else 0, 0) for j in range(d)], ZERO, ZERO) for i in range(d)]
    for layer in network["layers"]:
        sums = [([ZERO] * d, ZERO, ZERO) for _ in range(layer["width"])]
        for row, column, m, e, *_ in layer["weights"]:
            w = (int(m), e)
            slope, low, high = forms[column]
            if w[0] < 0:
                low, high = high, low
            total, below, above = sums[row]
            total = [add(t, multiply(w, a)) for t, a in zip(total, slope)] if slope else total
            sums[row] = total, add(below, multiply(w, low)), add(above, multiply(w, high))
        for row, m, e, *_ in layer["biases"]:
            total, below, above = sums[row]
            sums[row] = total, add(below, (int(m), e)), add(above, (int(m), e))
        forms = [rectified(form, box) for form in sums] if layer["activation"] == "relu" else sums
    return value_range(forms[0], box)


def error_on(network, box, modulus, centre, y):
    """The least and largest |φ − f| that is possible on a box."""
    square = ZERO
    for (start, end), x in zip(box, centre):
        down, up = subtract(x, start), subtract(end, x)
        far = up if less(down, up) else down
        square = add(square, multiply(far, far))
    stray = stray_from(modulus, y, square)
    low, high = enclose(network, box)
    above, below = subtract(high, number(y)), subtract(number(y), low)
    if less(above, below):
        near, far = above, below
    else:
        near, far = below, above
    least = negative(add(near, stray))
    return (least if least[0] > 0 else ZERO), add(far, stray)


def check_entries(entries, place, sizes):
    """Entries are [index, …, "m", e, name?], each index below its size, in rising order."""
    before = []
    for i, entry in enumerate(entries):
        at, m, e = entry[: len(sizes)], entry[len(sizes)], entry[len(sizes) + 1]
        if not all(type(index) is int and 0 <= index < size for index, size in zip(at, sizes)):
            raise Refused(f"{place}[{i}]: expected indices from 0 to below {sizes}; got {at}")
        if i > 0 and not before < at:
            raise Refused(f"{place}[{i}]: expected entries sorted by row, then column, none twice")
        if type(m) is not str or not re.fullmatch("0|-?[1-9][0-9]*", m) or type(e) is not int:
            raise Refused(f"{place}[{i}]: expected a mantissa as decimal digits and an integer; got {m!r} and {e!r}")
        before = at


def check_network(network):
    """The checksum of a network, which must be that of its numbers."""
    fields = ("format", "input", "intrinsic", "layers")
    if network.get("format") != "relu-network/1":
        raise Refused(f'network: expected "relu-network/1"; got {network.get("format")!r}')
    inputs = network["input"]
    for i, layer in enumerate(network["layers"]):
        place = f"network.layers[{i}]"
        if layer["activation"] not in ("relu", "identity"):
            raise Refused(f'{place}.activation: expected "relu" or "identity"; got {layer["activation"]!r}')
        check_entries(layer["weights"], f"{place}.weights", (layer["width"], inputs))
        check_entries(layer["biases"], f"{place}.biases", (layer["width"],))
        inputs = layer["width"]
    if inputs != 1:
        raise Refused("network: φ must have one output")
    layers = [{key: layer[key] for key in ("width", "activation", "weights", "biases")} for layer in network["layers"]]
    plain = {**{key: network[key] for key in fields}, "layers": layers}
    text = json.dumps(plain, separators=(",", ":"), ensure_ascii=False)
    checksum = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    if network.get("checksum", checksum) != checksum:
        raise Refused("network: its checksum is not that of its numbers")
    return checksum


def volume_of(box):
    volume = (1, 0)
    for start, end in box:
        volume = multiply(volume, subtract(end, start))
    return volume


def check_overlap(boxes):
    """Parts of an integral must not count twice. Boxes from left to right, beside those that have not ended."""
    waiting = []
    for i in sorted(range(len(boxes)), key=lambda i: boxes[i][0][0]):
        waiting = [j for j in waiting if boxes[j][0][1] > boxes[i][0][0]]
        for j in waiting:
            if all(a[0] < b[1] and b[0] < a[1] for a, b in zip(boxes[i], boxes[j])):
                raise Refused(f"boxes[{max(i, j)}].box: it overlaps boxes[{min(i, j)}].box")
        waiting.append(i)


def check(file, network):
    """Returns lower, upper, the number of boxes, their volume, and within what box they lie, or raises Refused with the place."""
    if file.get("format") != "certificate/1":
        raise Refused(f'format: expected "certificate/1"; got {file.get("format")!r}')
    if file.get("network") != check_network(network):
        raise Refused("network: the certificate is another network's")
    d, modulus, p = network["input"], read_modulus(file["modulus"]), file["norm"]
    if p != "Infinity" and not (type(p) is int and 1 <= p <= 64):
        raise Refused(f'norm: expected "Infinity" or an integer from 1 to 64; got {p!r}')
    lower, upper = number(file["lower"], "lower"), number(file["upper"], "upper")
    if lower[0] < 0 or less(upper, lower):
        raise Refused("lower: expected 0 ≤ lower ≤ upper")
    sum_above, sum_below, total, leaves, roots = ZERO, ZERO, ZERO, 0, []
    if not file["boxes"]:
        raise Refused("boxes: expected at least one")
    for i, entry in enumerate(file["boxes"]):
        sides = [tuple(number(x, f"boxes[{i}].box") for x in side) for side in entry["box"]]
        if len(sides) != d or any(len(side) != 2 or not less(*side) for side in sides):
            raise Refused(f"boxes[{i}].box: expected {d} pairs from < to")
        roots.append(entry["box"])
        total = add(total, volume_of(sides))
        waiting = [sides]
        for at, item in enumerate(entry["tree"]):
            place = f"boxes[{i}].tree[{at}]"
            if not waiting:
                raise Refused(f"{place}: the boxes before this are all there is to fill")
            box = waiting.pop()
            middle = [multiply(add(start, end), (1, -1)) for start, end in box]
            if not isinstance(item, list):
                if not (type(item) is int and 0 <= item < d):
                    raise Refused(f"{place}: expected an axis from 0 to {d - 1}; got {item!r}")
                start, end = box[item]
                for half in ((middle[item], end), (start, middle[item])):
                    waiting.append(box[:item] + [half] + box[item + 1 :])
                continue
            if len(item) != 1:
                raise Refused(f"{place}: expected an axis or [f(centre)]; got {item!r}")
            y = item[0]
            number(y, place)
            centre = [number(to_float(x)) for x in middle]
            least, most = error_on(network, box, modulus, centre, y)
            leaves += 1
            if p == "Infinity":
                if less(upper, most):
                    raise Refused(f"{place}: |φ − f| may be {to_float(most)}, more than upper = {file['upper']}")
                continue
            volume = volume_of(box)
            sum_above = add(sum_above, multiply(volume, power(most, p)))
            sum_below = add(sum_below, multiply(volume, power(least, p)))
        if waiting:
            raise Refused(f"boxes[{i}].tree[{len(entry['tree'])}]: the tree ends, and {len(waiting)} boxes are not filled")
    check_overlap(roots)
    if p != "Infinity":
        if less(power(upper, p), sum_above):
            raise Refused("upper: the boxes' bounds add up to more than its power")
        if less(sum_below, power(lower, p)):
            raise Refused("lower: the boxes' bounds add up to less than its power")
    elif lower[0] > 0:
        point, y = file["witness"]["point"], file["witness"]["value"]
        x = [number(t, "witness") for t in point]
        number(y, "witness")
        if len(x) != d or not any(
            all(not less(t, number(s)) and not less(number(e), t) for t, (s, e) in zip(x, entry["box"]))
            for entry in file["boxes"]
        ):
            raise Refused("witness: the point is in none of the boxes")
        difference = subtract(enclose(network, [(t, t) for t in x])[0], number(y))
        reached = subtract((abs(difference[0]), difference[1]), stray_from(modulus, y, ZERO))
        if less(reached, lower):
            raise Refused(f"witness: |φ − f| is only {to_float(reached)} there, less than lower = {file['lower']}")
    within = " × ".join(f"[{min(a for a, _ in sides)}, {max(b for _, b in sides)}]" for sides in zip(*roots))
    return file["lower"], file["upper"], leaves, float_below(total), within


def main(arguments):
    if len(arguments) != 2:
        sys.exit("usage: python scripts/check_certificate.py CERTIFICATE NETWORK")
    # Mantissas have thousands of decimal digits.
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    files = []
    for name in arguments:
        with open(name, encoding="utf-8") as file:
            files.append(json.load(file))
    try:
        lower, upper, boxes, volume, within = check(*files)
    except Refused as error:
        sys.exit(f"certificate/1, {error}.")
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        sys.exit(f"certificate/1: the file has not the form of the format ({type(error).__name__}: {error}).")
    norm = files[0]["norm"]
    print(f"proved: {lower} ≤ ‖φ − f‖ ≤ {upper} in the norm {norm}, on {boxes} boxes of volume {volume} within {within}")


if __name__ == "__main__":
    main(sys.argv[1:])
