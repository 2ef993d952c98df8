/** The mathematics: exact numbers, ReLU networks, targets, the constructions, their certificates. No dependencies. */

// approximate

export { approximateContinuous, type ContinuousOptions } from "./approximate/approximateContinuous";
export { approximateDelta, type DeltaOptions } from "./approximate/approximateDelta";
export { approximateLp, type LpOptions } from "./approximate/approximateLp";
export {
  approximateThreeParameters,
  type ThreeParametersOptions,
} from "./approximate/approximateThreeParameters";
export { approximateUniform, type UniformOptions } from "./approximate/approximateUniform";
export { type RepeatedNetwork, repeatedNetwork } from "./approximate/repeatedNetwork";

// certify

export type { Certificate } from "./certify/certificate";
export { type CertificateOptions, certifyError, certifyErrorAsync } from "./certify/certifyError";

// exact

export {
  abs,
  add,
  compare,
  equals,
  floor,
  multiply,
  negate,
  relu,
  scale,
  subtract,
} from "./exact/arithmetic";
export { bitLength } from "./exact/bitLength";
export { type Dyadic, dyadic, isDyadic } from "./exact/dyadic";
export { nextDown, nextUp } from "./exact/nextUp";
export { parseDyadic, toBinary, toDecimal } from "./exact/toDecimal";
export { fromNumber, toNumber } from "./exact/toNumber";

// grid

export { createGrid, cubeOfIndex, type Grid, indexOfCube, isTrifling } from "./grid/grid";
export { createLattice, nodeCount, nodeOfIndex } from "./grid/lattice";
export type { NodeValues } from "./grid/nodeValues";
export { type Quantised, quantise, type Variant } from "./grid/quantise";
export { serpentineNetwork, serpentineNodes, serpentinePositions } from "./grid/serpentine";
export { type Walk, walkNodes, walkSerpentine } from "./grid/walk";

// network

export { type BitStep, bitReader, packBits } from "./network/bitReader";
export { extractedBit } from "./network/extractedBit";
export { extractionNetwork, phiTwo, sawtoothNetwork, thresholdNetwork } from "./network/extractionNetwork";
export { hatNetwork, hatValue } from "./network/hatNetwork";
export { keyNetwork } from "./network/keyNetwork";
export { medianNetwork, medianTree, shifts } from "./network/medianNetwork";
export { packKeyParameters, unpackBit } from "./network/packKeyParameters";
export { phiOne } from "./network/phiOne";
export { powerNetwork } from "./network/powerNetwork";
export { rangeNetwork } from "./network/rangeNetwork";
export { indexNetwork, indexValue, stepNetwork, stepValue } from "./network/stepNetwork";

// proof

export type { BoxTree, CertificateFile } from "./proof/certificateFile";
export { type CheckedCertificate, checkCertificate } from "./proof/checkCertificate";
export { encloseNetwork, type InputBox, type Interval } from "./proof/encloseNetwork";
export { type Proof, type ProofOptions, proveError } from "./proof/proveError";

// relu

export { carry, compose, deepen, type Sign } from "./relu/compose";
export { countParameters, depthOf, type ParameterCount, widthOf } from "./relu/countParameters";
export { type DifferingEntry, differingEntries } from "./relu/differingEntries";
export { evaluateInFloats } from "./relu/evaluateInFloats";
export { evaluateNetwork, traceNetwork } from "./relu/evaluateNetwork";
export {
  type Activation,
  type Bias,
  type BiasTuple,
  type Layer,
  layer,
  type Weight,
  type WeightTuple,
} from "./relu/layer";
export { networkFromJSON } from "./relu/networkFromJSON";
export type { NetworkJson } from "./relu/networkJson";
export { networkToJSON } from "./relu/networkToJSON";
export { affine, intrinsicParameters, type ReluNetwork, reluNetwork } from "./relu/reluNetwork";
export { fanOut, renameIntrinsic, sideBySide } from "./relu/sideBySide";

// target

export { checkModulus } from "./target/checkModulus";
export { classTarget } from "./target/classTarget";
export { gallery } from "./target/gallery";
export { imageTarget } from "./target/imageTarget";
export type { Modulus } from "./target/modulus";
export { type SpiralOptions, spiralPoint, spiralPoints, spiralTarget } from "./target/spiralTarget";
export { type Target, type TargetOptions, target } from "./target/target";

// value

export type { Approximation, Parts } from "./value/approximation";
export type { EvaluateOptions } from "./value/evaluate";
