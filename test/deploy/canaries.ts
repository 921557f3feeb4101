/** The secret values of a run, and a search for them in every encoding. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { gunzipSync, unzipSync } from "fflate";
import { filesBelow } from "./clone";

/** Shorter values could occur by chance. */
const MINIMUM_LENGTH = 12;
const BASE64_BITS = 6;

/** The part of a value's base64 that does not depend on its context. */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const from = Math.ceil((before * 8) / BASE64_BITS);
    const form = text.slice(from, Math.floor(((before + bytes.length) * 8) / BASE64_BITS));
    return [form, form.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

const HTML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** A value as plain text, JSON, URL, form, HTML, base64 and hexadecimal digits. */
export function formsOf(value: string): string[] {
  if (value.length < MINIMUM_LENGTH) throw new Error(`a canary must have ${MINIMUM_LENGTH} characters or more`);
  const inJson = JSON.stringify(value).slice(1, -1);
  const inAsciiJson = inJson.replace(
    /[^\0-\x7f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const inUrl = encodeURIComponent(value);
  return [
    ...new Set([
      value,
      inJson,
      inAsciiJson,
      // JSON within JSON, as in a policy or a log.
      JSON.stringify(inJson).slice(1, -1),
      JSON.stringify(inAsciiJson).slice(1, -1),
      inUrl,
      inUrl.replaceAll(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase()),
      new URLSearchParams({ value }).toString().slice("value=".length),
      value.replaceAll(/[&<>"']/g, (character) => HTML[character] ?? character),
      ...base64Forms(value),
      Buffer.from(value).toString("hex"),
    ]),
  ];
}

/** The bytes of a file and of its packed contents. */
function layersOf(content: Uint8Array): Uint8Array[] {
  const begins = (...bytes: number[]): boolean => bytes.every((byte, index) => content[index] === byte);
  if (begins(0x50, 0x4b, 0x03, 0x04)) return [content, ...Object.values(unzipSync(content)).flatMap(layersOf)];
  if (begins(0x1f, 0x8b)) return [content, ...layersOf(gunzipSync(content))];
  return [content];
}

export class Canaries {
  private readonly forms = new Map<string, string[]>();

  add(...values: string[]): void {
    for (const value of values) {
      if (!this.forms.has(value)) this.forms.set(value, formsOf(value).map(asBytes));
    }
  }

  get values(): string[] {
    return [...this.forms.keys()];
  }

  /** The values that it contains, in any encoding. */
  in(content: string | Uint8Array): string[] {
    const layers = typeof content === "string" ? [Buffer.from(content)] : layersOf(content);
    const texts = layers.map((layer) => Buffer.from(layer).toString("latin1"));
    return this.values.filter((value) =>
      this.forms.get(value)?.some((form) => texts.some((text) => text.includes(form))),
    );
  }

  /** The files below these folders that contain one. */
  inFiles(...folders: string[]): string[] {
    return folders.flatMap((folder) =>
      filesBelow(folder)
        .filter((file) => this.in(readFileSync(file)).length > 0)
        .map((file) => path.relative(folder, file)),
    );
  }
}

/** UTF-8 text, read as `latin1`. */
const asBytes = (text: string): string => Buffer.from(text).toString("latin1");
