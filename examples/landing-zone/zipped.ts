import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { AssetType, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import { zipSync } from "fflate";

/** cdktf's own archives differ each time; this one changes only with its files. */
export function zipped(scope: Construct, id: string, file: string, files: Record<string, Uint8Array>): TerraformAsset {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, zipSync(files, { mtime: "1980-01-01" }));
  return new TerraformAsset(scope, id, { path: file, type: AssetType.FILE });
}
