import { shown } from "./shown";

/** The name of an object's class, for errors where that is what is wrong; what is no object, as it is. */
export function kindOf(value: unknown): string {
  return (typeof value === "object" && value?.constructor?.name) || shown(value);
}
