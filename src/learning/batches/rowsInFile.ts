import { fs, needsNode, path, processId } from "../../common/platform";
import type { Tensorflow } from "../tensorflow/tensorflow";
import type { Rows } from "./rows";

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(bytes < 1e8 ? 3 : 1)} GB`;

/**
 * Entries in one file of a folder. The file exists as long as they do: a killed process leaves nothing behind,
 * except on Windows. Throws where the disk has no room for them.
 */
export function rowsInFile(tf: Tensorflow, count: number, row: readonly number[], folder: string): Rows {
  needsNode("A file of cached features", "give a larger memoryLimit, or train without the cache");
  const size = row.reduce((a, b) => a * b, 1);
  const bytes = size * Float32Array.BYTES_PER_ELEMENT;
  const full = (reason: string, cause?: unknown) =>
    new Error(
      `The cached features need ${gigabytes(count * bytes)} in ${folder}: ${reason}. Give the cache another ` +
        "folder or a larger memoryLimit, or train without it.",
      { cause },
    );
  fs.mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = fs.statfsSync(folder);
  if (bavail * bsize < count * bytes) throw full(`${gigabytes(bavail * bsize)} are free`);
  const file = path.join(
    folder,
    `features-${processId}-${Date.now()}-${Math.random().toString(36).slice(2)}`,
  );
  const open = fs.openSync(file, "wx+", 0o600);
  const remove = () => fs.rmSync(file, { force: true });
  // An open file without a name is freed with its process, however that ends.
  if (process.platform !== "win32") remove();
  let seen = 0;
  return {
    append(part) {
      const values = part.dataSync<"float32">();
      part.dispose();
      const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      try {
        for (let done = 0; done < data.length; )
          done += fs.writeSync(open, data, done, data.length - done, seen * bytes + done);
      } catch (error) {
        throw (error as NodeJS.ErrnoException).code === "ENOSPC" ? full("the disk is full", error) : error;
      }
      seen += values.length / size;
    },
    take(indices) {
      const values = new Float32Array(indices.length * size);
      const data = new Uint8Array(values.buffer);
      indices.forEach((index, i) => {
        for (let done = 0; done < bytes; ) {
          const read = fs.readSync(open, data, i * bytes + done, bytes - done, index * bytes + done);
          if (read === 0) throw new Error(`The file of cached features ends before entry ${index}.`);
          done += read;
        }
      });
      return tf.tensor(values, [indices.length, ...row]);
    },
    dispose() {
      fs.closeSync(open);
      remove();
    },
  };
}
