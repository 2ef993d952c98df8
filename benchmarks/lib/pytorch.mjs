import path from "node:path";
import { fileURLToPath } from "node:url";
import { hasPythonEnvironment, pythonEnvironment } from "./python-environment.mjs";

const LIB = path.dirname(fileURLToPath(import.meta.url));
const REQUIREMENTS = path.join(LIB, "..", "requirements-training.txt");
const OPTIONS = {
  cost: "PyTorch: 540 MB to fetch, 1.4 GB on disk, about a minute",
  finish: path.join(LIB, "absent_cuda.py"),
};

/** A Python with PyTorch: $INTRINSIC_PARAMS_PYTORCH, else one of our own, made when first asked for. */
export async function pytorchPython() {
  return process.env.INTRINSIC_PARAMS_PYTORCH || pythonEnvironment(REQUIREMENTS, OPTIONS);
}

/** Whether a Python with PyTorch is there without anything to be fetched. */
export function hasPytorch() {
  return Boolean(process.env.INTRINSIC_PARAMS_PYTORCH) || hasPythonEnvironment(REQUIREMENTS, OPTIONS);
}
