import { shown } from "./shown";

/** The name of an object's class, for errors about a wrong class; any other value as it is. */
export function kindOf(value: unknown): string {
  return (typeof value === "object" && value?.constructor?.name) || shown(value);
}
