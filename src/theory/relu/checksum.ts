import { createSha256 } from "../../common/sha256";
import type { NetworkJson } from "./networkJson";

/**
 * "sha256:" and the SHA-256 of the file without its checksum, as JSON.stringify writes it: no white space, fields in
 * the order of the format's description, UTF-8. It is hashed layer by layer: the whole may be too long for a string.
 */
export function networkChecksum({ format, input, intrinsic, layers }: Omit<NetworkJson, "checksum">): string {
  const hash = createSha256();
  const head = JSON.stringify({ format, input, intrinsic, layers: [] });
  hash.add(head.slice(0, -2));
  layers.forEach(({ width, activation, weights, biases }, i) => {
    if (i > 0) hash.add(",");
    hash.add(JSON.stringify({ width, activation, weights, biases }));
  });
  hash.add("]}");
  return `sha256:${hash.digest()}`;
}
