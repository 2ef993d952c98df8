import { shown } from "../../common/shown";
import type { Message } from "./message";

/** Reads the content of a client's request. Each method throws a TypeError that names what is missing or wrong. */
export class RequestContent {
  readonly #type: string;
  readonly #content: Record<string, unknown>;

  constructor({ header, content }: Message) {
    this.#type = header.msg_type;
    this.#content = content as Record<string, unknown>;
  }

  text(name: string, otherwise?: string): string {
    return this.#read(name, "a text", (value): value is string => typeof value === "string", otherwise);
  }

  integer(name: string, otherwise?: number): number {
    return this.#read(name, "an integer", (value): value is number => Number.isSafeInteger(value), otherwise);
  }

  flag(name: string, otherwise: boolean): boolean {
    return this.#read(
      name,
      "true or false",
      (value): value is boolean => typeof value === "boolean",
      otherwise,
    );
  }

  /** Texts by name. */
  texts(name: string): Record<string, string> {
    const isTexts = (value: unknown): value is Record<string, string> =>
      typeof value === "object" &&
      value !== null &&
      Object.values(value).every((text) => typeof text === "string");
    return this.#read(name, "an object of texts", isTexts, {});
  }

  has(name: string): boolean {
    return this.#content[name] !== undefined && this.#content[name] !== null;
  }

  #read<T>(name: string, expected: string, is: (value: unknown) => value is T, otherwise?: T): T {
    const value = this.#content[name] ?? otherwise;
    if (!is(value)) throw new TypeError(`${this.#type}: ${name} must be ${expected}; got ${shown(value)}.`);
    return value;
  }
}
