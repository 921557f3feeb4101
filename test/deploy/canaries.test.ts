import { describe, expect, it } from "@jest/globals";
import { gzipSync, zipSync } from "fflate";
import { Canaries } from "./canaries";

const VALUE = String.raw`canary-é"\\&<+/ $'%`;
const bytes = (text: string): Uint8Array => Buffer.from(text);
/** Encodings of other programs. */
const WRITTEN: Readonly<Record<string, string | Uint8Array>> = {
  "as it is": `password=${VALUE};`,
  "in bytes": bytes(`password=${VALUE};`),
  "in JSON": JSON.stringify({ password: VALUE }),
  "in JSON in JSON": JSON.stringify({ message: JSON.stringify({ password: VALUE }) }),
  "in Python's JSON": String.raw`{"password": "canary-\u00e9\"\\\\&<+/ $'%"}`,
  "in a URL": `https://a.example/?q=${encodeURIComponent(VALUE)}&b`,
  "in a form": new URLSearchParams({ a: "1", password: VALUE }).toString(),
  "in HTML": "<p>canary-é&quot;\\\\&amp;&lt;+/ $&#39;%</p>",
  "in base64": Buffer.from(VALUE).toString("base64"),
  "in base64 behind one byte": Buffer.from(`:${VALUE}:`).toString("base64"),
  "in base64 behind two": Buffer.from(`a:${VALUE}@a`).toString("base64"),
  "in base64url behind a login": Buffer.from(`TECH_1@cpro.fr:${VALUE}`).toString("base64url"),
  "in hexadecimal digits": `0x${Buffer.from(VALUE).toString("hex")}`,
  "in a zip": zipSync({ "a/b.json": bytes(JSON.stringify({ password: VALUE })) }),
  "in a zip in a zip": zipSync({ plan: zipSync({ state: bytes(VALUE) }) }),
  "in gzip": gzipSync(bytes(VALUE)),
};

describe("a canary", () => {
  it.each(Object.entries(WRITTEN))("is found %s", (_, content) => {
    const canaries = new Canaries();
    canaries.add("another-canary", VALUE);
    expect(canaries.in(content)).toEqual([VALUE]);
  });

  it("is not found in other content, and is too long to occur by chance", () => {
    const canaries = new Canaries();
    canaries.add(`${VALUE}!`);
    for (const content of Object.values(WRITTEN)) expect(canaries.in(content)).toEqual([]);
    expect(() => {
      canaries.add("short");
    }).toThrow("12 characters or more");
  });
});
