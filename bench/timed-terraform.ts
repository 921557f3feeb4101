/** A Terraform that writes down how long each of its runs took, for programs that take one by name. */
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";

export interface TimedTerraform {
  /** For `TERRAFORM_BINARY_NAME`. */
  readonly binary: string;
  /** The seconds of all runs since the last time this was asked. */
  takeSeconds(): number;
}

/** The time of a run is that of the program itself, start and end of the shell that waits for it not included. */
export function timedTerraform(terraform: string, folder: string): TimedTerraform {
  const binary = path.join(folder, "timed-terraform");
  const times = path.join(folder, "times");
  const script = `#!/bin/sh
from=$(date +%s.%N)
"${terraform}" "$@"
code=$?
echo "$from $(date +%s.%N)" >> "${times}"
exit $code
`;
  writeFileSync(binary, script);
  chmodSync(binary, 0o755);
  return {
    binary,
    takeSeconds: () => {
      if (!existsSync(times)) return 0;
      const lines = readFileSync(times, "utf8").trim().split("\n");
      rmSync(times);
      return lines.reduce((sum, line) => {
        const [from = NaN, to = NaN] = line.split(" ").map(Number);
        return sum + to - from;
      }, 0);
    },
  };
}
