"""Lets a PyTorch built for graphics processors start where their libraries are not installed.

On Linux the package index has PyTorch only with CUDA. It computes on the CPU as any other build does, but does
not load without a dozen CUDA libraries (2 GB). This puts empty ones beside it: they have the right names and
every function that PyTorch mentions, and end the program if one is ever called.
"""

import importlib.util
import pathlib
import re
import subprocess
import sys
import tempfile

NEEDED = re.compile(r"\(NEEDED\).*\[(lib(?:cu|nv|nccl)[^\]]*)\]")
HELP = (
    "this needs cc, nm and readelf (Debian, Ubuntu: sudo apt-get install gcc binutils); or set "
    "INTRINSIC_PARAMS_PYTORCH to a Python that has PyTorch"
)


def output(*command):
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except FileNotFoundError:
        sys.exit(f"{command[0]} was not found: {HELP}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(map(str, command[:2]))} failed: {error.stderr.strip()}; {HELP}")


def main():
    # find_spec of a top-level package does not import it.
    library = pathlib.Path(importlib.util.find_spec("torch").origin).parent / "lib"
    if not (library / "libtorch_cuda.so").exists():
        return
    ours = sorted(library.glob("*.so*"))
    names, wanted, defined = set(), set(), set()
    for file in ours:
        names |= set(NEEDED.findall(output("readelf", "--dynamic", "--wide", file)))
        for line in output("nm", "--dynamic", file).splitlines():
            kind, symbol = line.split()[-2:]
            (wanted if kind in "Uw" else defined).add(symbol.split("@")[0])
    # The CUDA runtime is a package of its own, and real: it is called when PyTorch loads.
    absent = sorted(n for n in names if not n.startswith("libcudart") and not (library / n).exists())
    functions = sorted(s for s in wanted - defined if re.match(r"cu[a-zA-Z]|nccl|nvrtc|nvshmem", s))
    functions = [s for s in functions if not s.startswith("cuda")]
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "absent.c"
        body = "".join(f"void {name}(void) {{ abort(); }}\n" for name in functions)
        source.write_text(f"void abort(void);\n{body}", encoding="utf-8")
        for name in absent:
            output("cc", "-shared", "-fPIC", "-w", f"-Wl,-soname,{name}", "-o", library / name, source)
    output(sys.executable, "-c", "import torch")


main()
