/**
 * Labelled images: `images` is count × height × width × channels, row-major; bytes 0–255 as read, or floats
 * once standardised; `labels[i]` is the index of image i's class.
 */
export type ImageSet = { readonly images: Uint8Array | Float32Array; readonly labels: Uint8Array };
