/** The places of two boxes that have inner points in common, if any have: their parts of an integral would count twice. */
export function overlappingBoxes(
  boxes: readonly (readonly (readonly [from: number, to: number])[])[],
): readonly [number, number] | undefined {
  // From left to right; a box stays open until a later one begins beyond its end.
  const order = boxes.map((_, i) => i).sort((i, j) => boxes[i][0][0] - boxes[j][0][0]);
  let open: number[] = [];
  for (const i of order) {
    open = open.filter((j) => boxes[j][0][1] > boxes[i][0][0]);
    const other = open.find((j) =>
      boxes[j].every(([from, to], k) => from < boxes[i][k][1] && boxes[i][k][0] < to),
    );
    if (other !== undefined) return [Math.min(i, other), Math.max(i, other)];
    open.push(i);
  }
  return undefined;
}
