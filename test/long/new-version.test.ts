import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { clone, type Clone } from "../deploy/clone";

describe("npm version", () => {
  let place: Clone;
  beforeEach(() => {
    place = clone();
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--message", "All of it");
  });
  afterEach(() => {
    place.remove();
  });

  const git = (...words: string[]): string =>
    execFileSync("git", ["-c", "user.name=somebody", "-c", "user.email=somebody@exemple.fr", ...words], {
      cwd: place.folder,
      encoding: "utf8",
    });
  const npmVersion = (): { readonly code: number | null; readonly output: string } => {
    const { status, stdout, stderr } = spawnSync("npm", ["version", "99.0.0"], {
      cwd: place.folder,
      encoding: "utf8",
      env: {
        ...process.env,
        ...{ GIT_AUTHOR_NAME: "somebody", GIT_AUTHOR_EMAIL: "somebody@exemple.fr" },
        ...{ GIT_COMMITTER_NAME: "somebody", GIT_COMMITTER_EMAIL: "somebody@exemple.fr" },
      },
    });
    return { code: status, output: stdout + stderr };
  };
  const changelog = (): string => readFileSync(place.path("CHANGELOG.md"), "utf8");

  it("gives what is unreleased its number and its date, in the commit that it tags", () => {
    const before = changelog();
    expect(npmVersion()).toMatchObject({ code: 0 });
    const after = changelog();
    const [heading] = /## \[99\.0\.0\] - \d{4}-\d{2}-\d{2}\n/.exec(after) ?? [""];
    expect(after).toContain(`## [Unreleased]\n\n${heading}\n### Added\n`);
    expect(after.replace(`${heading}\n`, "")).toBe(before);
    expect(git("status", "--porcelain")).toBe("");
    expect(git("tag", "--points-at", "HEAD").trim()).toBe("v99.0.0");
  }, 60_000);

  it("makes no version that brings nothing", () => {
    const nothing = changelog().replace(/(?<=## \[Unreleased\]\n).*/s, "\n## [0.0.1] - 2026-01-01\n\n- The first.\n");
    writeFileSync(place.path("CHANGELOG.md"), nothing);
    git("commit", "--quiet", "--all", "--message", "Nothing new");
    const { code, output } = npmVersion();
    expect(code).not.toBe(0);
    expect(output).toContain('CHANGELOG.md says nothing under "Unreleased": write what 99.0.0 brings');
    expect(git("tag").trim()).toBe("");
  }, 60_000);
});
