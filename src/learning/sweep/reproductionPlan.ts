import { lazy } from "../../common/lazy";
import { fs, needsNode, packageFolder, path } from "../../common/platform";
import { expandPlain } from "./expandSweep";
import { readSweep } from "./sweep";
import type { SweepRun } from "./sweepRun";

/** The parts of the reproduction, in the order in which they run. */
export const REPRODUCTION_PARTS = {
  "table-2": "Table 2 and Fig. 5: strategies S1 and S2 on MNIST and Fashion-MNIST, 30 epochs",
  "curve-related":
    "MNIST, all digits, from a network trained on the digits 0–4: accuracy against trained numbers",
  "curve-random": "MNIST from a random network: the same methods",
  backbones:
    "where the rest comes from: fixed filters, the other data set, random, the related problem; statistics settled or not",
  "curve-fashion":
    "Fashion-MNIST from a network trained on its classes 0–4: every method in Block 4, the best in other places",
  rates:
    "Fashion-MNIST: low-rank updates of Block 4 at other first rates than those that the curve took from digits",
  longer: "Fashion-MNIST with all 60,000 images and 60 epochs: nearer to the paper, and nothing held out",
  choices:
    "where the paper leaves it open: S2 with frozen blocks that drop out and move their statistics, S1 with decoupled weight decay",
  seeds: "the smallest ones, S2 on MNIST and the long S1 on Fashion-MNIST again with other seeds",
  "first-rates":
    "the choice of the curves' first rates: digits, from the digits 0–4, on 48,000 training images by the 12,000 others",
} as const;

/** The name of a part of the reproduction. */
export type ReproductionPart = keyof typeof REPRODUCTION_PARTS;

/** One run of the reproduction: the part it belongs to, its series there, and what it is. */
export type PlannedRun = Pick<SweepRun, "series" | "label" | "scope" | "configuration"> & {
  readonly part: ReproductionPart;
};

/** The sweep file that `npm run reproduce` carries out; a page, which has no paths, loads this module too. */
const planFile = () => path.join(packageFolder, "sweeps", "reproduction.json");

const plan = lazy((): readonly PlannedRun[] =>
  expandPlain(readSweep(JSON.parse(fs.readFileSync(planFile(), "utf8")))).map(
    ({ part, series, label, scope, configuration }) => ({
      ...{ part: part as ReproductionPart, series, label },
      ...(scope !== undefined && { scope }),
      configuration,
    }),
  ),
);

/**
 * Every run of the reproduction in order, as sweeps/reproduction.json plans them; Table 2 comes first, then what the
 * notebooks need most.
 * @throws Error outside of a checkout, which has that file.
 */
export function reproductionPlan(): readonly PlannedRun[] {
  needsNode("reproductionPlan", "fetch sweeps/reproduction.json, and give it to expandSweep");
  return plan();
}
