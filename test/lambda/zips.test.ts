import { statSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";

/** A cold start loads it all; the SDK whole would be megabytes. */
const LARGEST_ZIP_IN_BYTES = 200 * 1024;

describe("a function's zip", () => {
  it.each(["token-refresh", "connection-check"])("of %s is small", (name) => {
    const { size } = statSync(path.join(__dirname, "../../dist/lambda", `${name}.zip`));
    expect(size).toBeGreaterThan(10_000);
    expect(size).toBeLessThan(LARGEST_ZIP_IN_BYTES);
  });
});
