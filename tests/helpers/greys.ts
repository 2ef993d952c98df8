import { type Dataset, dataset, randomGenerator } from "../../src/learning";

/** Dark, grey and bright images under noise. */
export function greys(count = 60): Dataset {
  const random = randomGenerator(8);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
  const noise = () => random() - 0.5;
  const images = Float32Array.from(
    { length: count * 36 },
    (_, at) => labels[Math.floor(at / 36)] - 1 + noise(),
  );
  const set = { images, labels };
  const parts = { name: "greys", shape: [6, 6, 1], classes: ["|", "-", "/"], train: set, test: set };
  return dataset({ ...parts, checksums: {} });
}
