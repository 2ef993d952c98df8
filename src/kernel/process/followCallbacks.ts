import crypto from "node:crypto";
import dns from "node:dns";
import { EventEmitter } from "node:events";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import process from "node:process";
import timers from "node:timers";
import timerPromises from "node:timers/promises";
import { Interruption } from "../../cells/interruption";
import type { AsyncContext, Callback } from "./asyncContext";

type Functions = Record<string, unknown>;
type Bind = (callback: Callback) => Callback;

/**
 * From now on, callbacks given to timers, to functions of files, names of hosts and cryptography, to event emitters (sockets,
 * servers, streams, child processes, workers) and to event targets belong to what the code belongs to that gave them. Where
 * `isOver` says that this is over, intervals rest, and a timer, an operation on files or a `fetch` that it begins fails with an
 * `Interruption`: so ends a loop that awaits.
 */
export function followCallbacks<T extends object>(
  context: AsyncContext<T>,
  isOver: (value: T) => boolean,
): void {
  const bind: Bind = (callback) => context.bind(callback);
  const isOverNow = () => context.current !== undefined && isOver(context.current);
  const bindTimer: Bind = (callback) => {
    if (isOverNow()) throw new Interruption();
    return bind(callback);
  };
  const bindInterval: Bind = (callback) => {
    const value = context.current;
    const unlessOver: Callback = (...given) =>
      value !== undefined && isOver(value) ? undefined : callback(...given);
    return bindTimer(unlessOver);
  };
  follow(globalThis, "setTimeout", bindTimer);
  follow(globalThis, "setImmediate", bindTimer);
  follow(globalThis, "setInterval", bindInterval);
  for (const name of ["setTimeout", "setImmediate", "setInterval"])
    (timers as unknown as Functions)[name] = (globalThis as unknown as Functions)[name];
  const unlessOver = (original: Callback): Callback =>
    function (this: unknown, ...given) {
      return isOverNow() ? Promise.reject(new Interruption()) : Reflect.apply(original, this, given);
    };
  const files = Object.keys(fs.promises).filter((name) => name !== "watch");
  for (const [holder, names] of [
    [timerPromises, ["setTimeout", "setImmediate"]],
    [fs.promises, files],
    [globalThis, ["fetch"]],
  ] as const)
    for (const name of names) replace(holder, name, unlessOver);
  follow(globalThis, "queueMicrotask", bind);
  follow(process, "nextTick", bind);
  for (const module of [fs, crypto] as unknown as Functions[])
    for (const name of Object.keys(module))
      if (`${name}Sync` in module || others.has(name)) follow(module, name, bind);
  for (const holder of [dns, dns.Resolver.prototype] as unknown as Functions[])
    for (const name of Object.getOwnPropertyNames(holder))
      if (/^(?:lookup|resolve|reverse)/.test(name)) follow(holder, name, bind);
  followListeners(EventEmitter.prototype as unknown as Functions, bind);
  followEventTargets(bind);
  // ES modules see the functions that were there when Node started.
  syncBuiltinESMExports();
}

/** Functions that take a callback and have no twin whose name ends in Sync. */
const others = new Set([
  ...["randomBytes", "randomFill", "randomInt", "pbkdf2", "scrypt", "hkdf", "sign", "verify"],
  ...["generateKeyPair", "generateKey", "generatePrime", "checkPrime"],
]);

/** Makes a function bind the callbacks that it is given. */
function follow(holder: object, name: string, bind: Bind): void {
  replace(
    holder,
    name,
    (original) =>
      function (this: unknown, ...given) {
        return Reflect.apply(
          original,
          this,
          given.map((one) => (isCallback(one) ? bind(one) : one)),
        );
      },
  );
}

/** Replaces a function by another one; all else about it stays as it was, also what `promisify` makes of it. */
function replace(holder: object, name: string, other: (original: Callback) => Callback): void {
  const original = (holder as Functions)[name];
  if (!isCallback(original)) return;
  (holder as Functions)[name] = Object.defineProperties(
    other(original),
    Object.getOwnPropertyDescriptors(original),
  );
}

function isCallback(value: unknown): value is Callback {
  return typeof value === "function";
}

type Listener = Callback & { listener?: Callback };

/** Listeners are bound; emitters find them by `listener`, as they find those of `once`. */
function followListeners(emitter: Functions, bind: Bind): void {
  const bound = new WeakSet<Callback>();
  const boundTo = (listener: Listener): Listener => {
    const made: Listener = bind(listener);
    if (made === listener) return listener;
    made.listener = listener.listener ?? listener;
    bound.add(made);
    return made;
  };
  const replaced = (name: string, listenerFor: (listener: Listener) => Listener) => {
    const original = emitter[name] as Callback;
    const following = function (this: unknown, event: unknown, listener: unknown) {
      return Reflect.apply(original, this, [event, isCallback(listener) ? listenerFor(listener) : listener]);
    };
    return Object.defineProperty(following, "name", { value: name, configurable: true });
  };
  // `once` calls these with a function of its own around a listener that is bound already.
  const outer = (listener: Listener): Listener => {
    const { listener: inner } = listener;
    if (!inner || !bound.has(inner)) return boundTo(listener);
    listener.listener = (inner as Listener).listener;
    return listener;
  };
  const on = replaced("on", outer);
  Object.assign(emitter, {
    ...{ on, addListener: on, prependListener: replaced("prependListener", outer) },
    once: replaced("once", boundTo),
    prependOnceListener: replaced("prependOnceListener", boundTo),
  });
}

/** Listeners of event targets are bound; a target finds them by type, phase and the listener that it was given. */
function followEventTargets(bind: Bind): void {
  const bound = new WeakMap<object, Map<string, WeakMap<object, Callback>>>();
  const listenersOf = (target: object, type: unknown, options: unknown) => {
    const isObject = typeof options === "object" && options !== null;
    const capture = Boolean(isObject ? (options as { capture?: unknown }).capture : options);
    const name = `${capture} ${String(type)}`;
    const all = bound.get(target) ?? new Map<string, WeakMap<object, Callback>>();
    const listeners = all.get(name) ?? new WeakMap<object, Callback>();
    bound.set(target, all.set(name, listeners));
    return { listeners, once: isObject && Boolean((options as { once?: unknown }).once) };
  };
  const isListener = (listener: unknown): listener is object =>
    isCallback(listener) || (typeof listener === "object" && listener !== null);
  /** Gives the target's function what stands for a listener; what is none, or no target, it refuses itself. */
  const followed = (
    name: string,
    standIn: (listener: object, of: ReturnType<typeof listenersOf>) => object,
  ) =>
    replace(
      EventTarget.prototype,
      name,
      (original) =>
        function (this: unknown, type, listener, ...others) {
          const isOne = this instanceof EventTarget && isListener(listener);
          const given = isOne ? standIn(listener, listenersOf(this, type, others[0])) : listener;
          return Reflect.apply(original, this, [type, given, ...others]);
        },
    );
  followed("addEventListener", (listener, { listeners, once }) => {
    const made =
      listeners.get(listener) ??
      bind(function (this: unknown, ...given) {
        if (once) listeners.delete(listener);
        return isCallback(listener)
          ? Reflect.apply(listener, this, given)
          : (listener as { handleEvent: Callback }).handleEvent(...given);
      });
    listeners.set(listener, made);
    return made;
  });
  followed("removeEventListener", (listener, { listeners }) => {
    const made = listeners.get(listener) ?? listener;
    listeners.delete(listener);
    return made;
  });
}
