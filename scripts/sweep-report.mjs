import { duration } from "../src/common/duration.cjs";
import { table } from "./reproduction-report.mjs";

/** "1 run", "2 runs". */
export const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

const megabytes = (bytes) =>
  bytes < 1e6
    ? `${Math.ceil(bytes / 1e3)} kB`
    : bytes < 1e9
      ? `${(bytes / 1e6).toFixed(0)} MB`
      : `${(bytes / 1e9).toFixed(1)} GB`;

/**
 * What a sweep plans: its parts, what is done, and what the rest takes.
 * @param {{ name: string, about?: string, parts: { name: string, about: string, runs: number, done: number, seconds: number,
 *   unknown: number }[], backbones: { all: number, left: number, seconds: number, unknown: number }, workers: number,
 *   threads: number, bytes: number, machines: string }} plan
 */
export function planText({ name, about, parts, backbones, workers, threads, bytes, machines }) {
  const runs = parts.reduce((sum, part) => sum + part.runs, 0);
  const left = parts.reduce((sum, part) => sum + part.runs - part.done, 0);
  const seconds = parts.reduce((sum, part) => sum + part.seconds, backbones.seconds);
  const unknown = parts.reduce((sum, part) => sum + part.unknown, backbones.unknown);
  const rows = parts.map((part) => [
    part.name,
    part.about,
    String(part.runs),
    String(part.done),
    timeOf(part.seconds, part.unknown, part.runs - part.done),
  ]);
  const shared = backbones.all
    ? `, and ${counted(backbones.all, "backbone")} that several of them begin with`
    : "";
  const lines = [
    `${name}: ${counted(runs, "run")}${shared}${about ? `. ${about}` : "."}`,
    "",
    table(["part", "what", "runs", "done", "still to take"], rows),
    "",
  ];
  if (left === 0) return [...lines, "Nothing is left to do."].join("\n");
  const time =
    unknown === 0
      ? `about ${duration(seconds)} of work, ${duration(seconds / workers)}`
      : timeOf(seconds, unknown, left + backbones.left);
  lines.push(
    `Left: ${counted(left, "run")}${backbones.left ? ` and ${counted(backbones.left, "backbone")}` : ""}; time: ${time} by ${workers} ${workers === 1 ? "process" : "processes"} ` +
      `of ${counted(threads, "thread")}; ${megabytes(bytes)} of disk.`,
  );
  if (machines) lines.push(`Times are of results on ${machines}.`);
  return lines.join("\n");
}

function timeOf(seconds, unknown, left) {
  if (left === 0) return "–";
  if (unknown === 0) return duration(seconds);
  return unknown === left ? "unknown" : `${duration(seconds)} and ${unknown} of unknown length`;
}

/**
 * Where a sweep stands, in words.
 * @param {import("../src/learning/sweep/sweepStatus").SweepStatus} status
 * @param {{ name: string, left?: number, queue?: string, changed?: string, detail?: boolean }} more seconds that are
 *   left, what Slurm's queue has, and that the file has changed since it is carried out
 */
export function statusText(status, { name, left, queue, changed, detail = true }) {
  const { runs, done, failed, running, waiting, unsubmitted, backbones } = status;
  const some = [
    `${done.toLocaleString("en")} of ${counted(runs, "run")} done`,
    ...(running + backbones.running ? [`${running + backbones.running} under way`] : []),
    ...(failed ? [`${failed.toLocaleString("en")} failed`] : []),
    ...(waiting ? [`${waiting.toLocaleString("en")} waiting`] : []),
    ...(backbones.all ? [`${backbones.done} of ${counted(backbones.all, "backbone")} made`] : []),
    ...(left !== undefined && waiting + running > 0 ? [`about ${duration(left)} left`] : []),
  ];
  const lines = [`${name}: ${some.join(", ")}.`, ...(changed ? [changed] : [])];
  if (!detail) return lines.join("\n");
  if (status.parts.size > 1)
    lines.push(
      table(
        ["part", "runs", "done", "failed"],
        [...status.parts].map(([part, own]) => [
          part,
          String(own.runs),
          String(own.done),
          String(own.failed),
        ]),
      ),
    );
  for (const { hash, host, pid, progress, since } of status.holders)
    lines.push(
      `  ${hash} on ${host}, process ${pid}: ${progress ? `phase ${progress.phase}, epoch ${progress.epoch}` : `since ${since}`}`,
    );
  if (queue) lines.push(queue);
  if (unsubmitted)
    lines.push(
      `${counted(unsubmitted, "run")} of the file ${unsubmitted === 1 ? "was" : "were"} never given to Slurm: npm run sweep -- watch FILE ` +
        `submits ${unsubmitted === 1 ? "it" : "them"}, and so does start FILE --slurm.`,
    );
  for (const failure of status.failures) lines.push(`✗ ${failureText(failure)}`);
  if (failed + backbones.failed > status.failures.length)
    lines.push(`✗ … ${failed + backbones.failed - status.failures.length} more`);
  if (failed + backbones.failed) lines.push("  `npm run sweep -- retry FILE --failed` tries them again.");
  for (const { reason } of status.unfit) lines.push(`✗ ${reason}`);
  if (status.unread) lines.push(`${counted(status.unread, "result")} counted by name, not looked into yet.`);
  if (status.others.length)
    lines.push(
      `Not of a sweep, and left alone: ${status.others.slice(0, 5).join(", ")}${status.others.length > 5 ? " …" : ""}`,
    );
  return lines.join("\n");
}

/** A failure on one line; its file in the folder of failures has all of it. */
export const failureText = ({ part, series, label, reason, hash }) =>
  `${part}: ${series}, ${label}: ${shortened(reason, hash)}`;

const LONGEST = 500;

function shortened(reason, hash) {
  const line = reason.replaceAll(/\s*\n\s*/g, " | ");
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)} … (all of it: failures/${hash}.json)`;
}
