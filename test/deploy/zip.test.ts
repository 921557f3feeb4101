import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { clone, type Clone } from "./clone";

describe.each(["token-refresh", "connection-check"])("the zip of %s", (name) => {
  let here: Clone;
  let elsewhere: Clone;
  beforeAll(() => {
    here = clone();
    elsewhere = clone();
  });
  afterAll(() => {
    here.remove();
    elsewhere.remove();
  });

  function build(place: Clone, timeZone: string, umask: string): Buffer {
    const command = `umask ${umask} && exec "${process.execPath}" --import tsx scripts/build-lambda.ts`;
    const { status, stderr } = spawnSync("sh", ["-c", command], {
      cwd: place.folder,
      env: { ...process.env, TZ: timeZone },
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return readFileSync(place.path("dist", "lambda", `${name}.zip`));
  }

  it("has the same bytes for any folder, time zone and umask", () => {
    const one = build(here, "Pacific/Kiritimati", "022");
    const other = build(elsewhere, "America/Los_Angeles", "077");
    expect(one.length).toBeGreaterThan(10_000);
    expect(one.equals(other)).toBe(true);
  });
});
