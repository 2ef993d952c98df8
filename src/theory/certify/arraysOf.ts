/** Numbers in a piece of memory that many small requests share. */
const PIECE = 2 ** 15;
let piece = new ArrayBuffer(0);
let used = 0;

/**
 * Arrays of zeros, so many numbers in all, one after another in one piece of memory: a certificate of a hundred boxes
 * would spend more time on a dozen pieces each round than on its boxes.
 */
export function arraysOf(numbers: number): (length: number) => Float64Array {
  const bytes = numbers * Float64Array.BYTES_PER_ELEMENT;
  let buffer: ArrayBuffer;
  let from = 0;
  if (numbers > PIECE / 8) buffer = new ArrayBuffer(bytes);
  else {
    if (used + bytes > piece.byteLength) {
      piece = new ArrayBuffer(PIECE * Float64Array.BYTES_PER_ELEMENT);
      used = 0;
    }
    buffer = piece;
    from = used;
    used += bytes;
  }
  return (length) => {
    const array = new Float64Array(buffer, from, length);
    from += array.byteLength;
    return array;
  };
}
