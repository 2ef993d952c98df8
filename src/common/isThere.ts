import { files } from "./platform";
import { unlessMissing } from "./unlessMissing";

/** Whether there is a file or folder of this name. @throws where the file system does not tell. */
export function isThere(file: string): Promise<boolean> {
  return files.access(file).then(() => true, unlessMissing(false));
}
