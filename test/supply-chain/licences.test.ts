import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { nameAt, readLockfile, runTimePlaces } from "../../scripts/supply-chain/lockfile";

const ROOT = path.resolve(__dirname, "..", "..");
const LOCKFILE = readLockfile();

/** They ask for their notice to be kept, and for nothing else. */
const ALLOWED = new Set(["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "BlueOak-1.0.0"]);

/** What only developers get, and nothing of it is in what is published. */
const DEVELOPMENT_ONLY: readonly { readonly licence: string; readonly packages: RegExp; readonly why: string }[] = [
  {
    licence: "MPL-2.0",
    packages: /^(?:@cdkt[fn]\/.+|cdkt[fn]|cdktf-cli)$/,
    why: "used as it is; a user installs its own",
  },
  { licence: "AGPL-3.0-or-later", packages: /^@cloud-copilot\//, why: "evaluates policies in tests; never shipped" },
  {
    licence: "Artistic-2.0",
    packages: /^(?:binaryextensions|editions|istextorbinary|textextensions|version-range)$/,
    why: "part of the secret scanner",
  },
  { licence: "WTFPL", packages: /^@azu\/style-format$/, why: "part of the secret scanner" },
  { licence: "Python-2.0", packages: /^argparse$/, why: "permissive, of the secret scanner's YAML" },
  { licence: "CC-BY-3.0", packages: /^spdx-exceptions$/, why: "a list of names" },
  { licence: "CC-BY-4.0", packages: /^caniuse-lite$/, why: "a table of browsers" },
  { licence: "CC0-1.0", packages: /^spdx-license-(?:ids|list)$/, why: "a list of names" },
  { licence: "Unlicense", packages: /^stream-buffers$/, why: "in the public domain" },
  { licence: "Public Domain", packages: /^jsonify$/, why: "bundled in cdktf" },
];

/** An SPDX expression is allowed when all that it joins by AND is, and one of what it joins by OR. */
function isAllowed(expression: string): boolean {
  return expression
    .replaceAll(/[()]/g, "")
    .split(" OR ")
    .some((alternative) => alternative.split(" AND ").every((licence) => ALLOWED.has(licence)));
}

describe("licences", () => {
  it("of what a user gets are on the allow-list, by what is installed", () => {
    const places = [...runTimePlaces(LOCKFILE)];
    expect(places.length).toBeGreaterThan(50);
    const licences = places.map((place) => {
      const { license } = JSON.parse(readFileSync(path.join(ROOT, place, "package.json"), "utf8")) as {
        license: unknown;
      };
      return [place, license] as const;
    });
    expect(licences.filter(([, licence]) => typeof licence !== "string" || !isAllowed(licence))).toEqual([]);
  });

  it("of what developers get besides are on it too, or listed by the package with a reason", () => {
    const others = Object.entries(LOCKFILE.packages).filter(
      ([place, { license }]) =>
        place !== "" &&
        !isAllowed(license ?? "") &&
        !DEVELOPMENT_ONLY.some(({ licence, packages }) => licence === license && packages.test(nameAt(place))),
    );
    expect(others.map(([place, { license }]) => [place, license])).toEqual([]);
  });

  it("that are listed for developers are in nothing that a user gets", () => {
    const names = [...runTimePlaces(LOCKFILE)].map(nameAt);
    expect(names.filter((name) => DEVELOPMENT_ONLY.some(({ packages }) => packages.test(name)))).toEqual([]);
  });

  it.each([
    ["MIT", true],
    ["(MIT OR GPL-3.0-or-later)", true],
    ["Apache-2.0 AND MIT", true],
    ["Apache-2.0 AND GPL-3.0-only", false],
    ["AGPL-3.0-or-later", false],
    ["SEE LICENSE IN LICENSE", false],
    ["UNLICENSED", false],
    ["", false],
  ])("reads the expression %j", (expression, allowed) => {
    expect(isAllowed(expression)).toBe(allowed);
  });
});
