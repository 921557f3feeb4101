import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { AssetType, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import { zipSync } from "fflate";

/** An archive that cdktf makes is another each time; this one changes with its files alone. */
export function zipped(scope: Construct, id: string, file: string, files: Record<string, Uint8Array>): TerraformAsset {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, zipSync(files, { mtime: "1980-01-01" }));
  return new TerraformAsset(scope, id, { path: file, type: AssetType.FILE });
}
