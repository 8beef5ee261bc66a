/** What a file is that is no text, by its first bytes, and how to come by the text in it. */
import { UserError } from "../base/user-error.ts";

/** What else to name. */
export const REMEDY = "name logs, recordings, or what etcdctl printed with -w json";

interface Packing {
  readonly at: number;
  readonly bytes: readonly number[];
  readonly what: string;
  readonly remedy: string;
}

const bytesOf = (text: string): number[] => [...Buffer.from(text, "latin1")];

const PACKINGS: readonly Packing[] = [
  { at: 0, bytes: [0x1f, 0x8b], what: "it is gzipped twice", remedy: "gunzip it once" },
  {
    at: 0,
    bytes: bytesOf("PK\u0003\u0004"),
    what: "it is a zip archive",
    remedy: "unzip it, and name the files",
  },
  { at: 0, bytes: bytesOf("BZh"), what: "it is packed by bzip2", remedy: "unpack it: bunzip2" },
  { at: 0, bytes: [0xfd, ...bytesOf("7zXZ")], what: "it is packed by xz", remedy: "unpack it: unxz" },
  { at: 0, bytes: [0x28, 0xb5, 0x2f, 0xfd], what: "it is packed by zstd", remedy: "unpack it: unzstd" },
  {
    at: 257,
    bytes: bytesOf("ustar"),
    what: "it is a tar archive",
    remedy: "unpack it, and name the files: tar -xf",
  },
];

/** Refuses, with a {@link UserError}, what begins as no text does. `start`: its first bytes. */
export function refuseNoText(start: Buffer, file: string): void {
  const refuse = (what: string, remedy: string): never => {
    throw new UserError({ where: file, what, remedy });
  };
  const packing = PACKINGS.find(({ at, bytes }) => bytes.every((byte, index) => start[at + index] === byte));
  if (packing !== undefined) refuse(packing.what, packing.remedy);
  const wide = wideEncoding(start);
  if (wide !== undefined) refuse(`it is ${wide} text`, `convert it: iconv -f ${wide} -t UTF-8`);
  if (!beginsAsText(start.subarray(0, 8192))) refuse("it is a binary file", REMEDY);
}

/** By the mark that such texts begin with, or by where zeros stand in Latin letters. */
function wideEncoding(start: Buffer): string | undefined {
  const [a, b, c, d] = start;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "UTF-32" : "UTF-16";
  if (a === 0xfe && b === 0xff) return "UTF-16";
  const zeros = (from: number): number => {
    let count = 0;
    for (let at = from; at < SAMPLE; at += 2) if (start[at] === 0) count++;
    return count;
  };
  if (start.length < SAMPLE) return undefined;
  const [even, odd] = [zeros(0), zeros(1)];
  if (even < SAMPLE / 20 && odd > SAMPLE * 0.4) return "UTF-16LE";
  return odd < SAMPLE / 20 && even > SAMPLE * 0.4 ? "UTF-16BE" : undefined;
}

const SAMPLE = 64;

/** Zeros may stand before and between lines: a file that was cut, or lay on a disk that was. Its first line tells. */
function beginsAsText(start: Buffer): boolean {
  if (!start.includes(0)) return true;
  const from = start.findIndex((byte) => byte !== 0);
  if (from < 0) return true;
  const end = start.indexOf(0x0a, from);
  return (
    end >= 0 &&
    start.subarray(from, end).every((byte) => byte >= 0x20 || byte === 9 || byte === 13 || byte === 0x1b)
  );
}
