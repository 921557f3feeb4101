/**
 * The bill of materials: what the package and the functions' zips are made of, in CycloneDX's format, from the lockfile
 * alone, so that one lockfile makes one bill.
 *
 * `npm sbom --omit=dev` would leave out each package that a development tool happens to share (`@aws-sdk/core` is one),
 * and the hash of each that a bundle holds too.
 */
import { nameAt, placesNeededBy, runTimePlaces, type LockedPackage, type Lockfile } from "./lockfile";

/** CycloneDX 1.5, as far as it is used here. */
export interface Bom {
  readonly bomFormat: "CycloneDX";
  readonly specVersion: "1.5";
  readonly version: 1;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

export interface Component {
  readonly type: "library";
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly ({ readonly license: { readonly id: string } } | { readonly expression: string })[];
  readonly hashes?: readonly { readonly alg: "SHA-512"; readonly content: string }[];
}

function component(name: string, { version = "", license = "", integrity }: LockedPackage): Component {
  const hash = integrity?.replace(/^sha512-/, "");
  return {
    type: "library",
    "bom-ref": `${name}@${version}`,
    name,
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    licenses: [license.includes(" ") ? { expression: license } : { license: { id: license } }],
    ...(hash !== undefined && {
      hashes: [{ alg: "SHA-512", content: Buffer.from(hash, "base64").toString("hex") }],
    }),
  };
}

export function runTimeBom(lockfile: Lockfile): Bom {
  const root = lockfile.packages[""] ?? {};
  const at = (place: string): LockedPackage => lockfile.packages[place] ?? {};
  const byReference = new Map<string, { readonly component: Component; readonly needs: Set<string> }>();
  // An alias is what it stands for.
  const nameOf = (place: string): string => at(place).name ?? nameAt(place);
  const refer = (place: string): string => `${nameOf(place)}@${at(place).version ?? ""}`;
  for (const place of runTimePlaces(lockfile)) {
    const reference = refer(place);
    const entry = byReference.get(reference) ?? { component: component(nameOf(place), at(place)), needs: new Set() };
    for (const needed of placesNeededBy(lockfile, place)) entry.needs.add(refer(needed));
    byReference.set(reference, entry);
  }
  const own = component(root.name ?? "", root);
  const entries = [...byReference].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, entry]) => entry);
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component: own },
    components: entries.map((entry) => entry.component),
    dependencies: [
      { ref: own["bom-ref"], dependsOn: placesNeededBy(lockfile, "").map(refer).sort() },
      ...entries.map((entry) => ({ ref: entry.component["bom-ref"], dependsOn: [...entry.needs].sort() })),
    ],
  };
}
