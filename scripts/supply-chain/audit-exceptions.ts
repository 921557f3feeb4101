/** Where known vulnerabilities are lived with, in tools that only developers run; in run-time code, nowhere. */

/** A place in the lockfile, and why what is known of it does no harm there. */
export interface AuditException {
  /** As package-lock.json names it; with a slash at its end, everything below it. */
  readonly place: string;
  /** Of the package there, or of the one that bundles what is below: another version is looked at again. */
  readonly version: string;
  readonly reason: string;
  /** The day on which the reason was last found to hold, as yyyy-mm-dd; it counts for half a year. */
  readonly reviewed: string;
}

const CDKTF_CLI = "Pinned to this version by cdktf-cli 0.21.0, whose maintenance has ended.";

export const AUDIT_EXCEPTIONS: readonly AuditException[] = [
  {
    place: "node_modules/cdktf/node_modules/",
    version: "0.21.0",
    reason:
      "Bundled in cdktf's own tarball, so no override reaches it, and cdktf's maintenance has ended. It runs at synth, on " +
      "this repo's own files and patterns, with no input from elsewhere.",
    reviewed: "2026-11-25",
  },
  {
    place: "node_modules/tmp",
    version: "0.0.33",
    reason:
      "Brought by cdktf-cli 0.21.0, whose maintenance has ended, for questions that are answered in an editor: it asks " +
      "none in `deploy`, `destroy`, `diff` and `synth`.",
    reviewed: "2026-11-25",
  },
  {
    place: "node_modules/uuid",
    version: "8.3.2",
    reason: `${CDKTF_CLI} Known is a write beyond a buffer that the caller brings; cdktf-cli brings none.`,
    reviewed: "2026-11-25",
  },
  {
    place: "node_modules/@cdktf/commons/node_modules/uuid",
    version: "9.0.1",
    reason: `${CDKTF_CLI} Known is a write beyond a buffer that the caller brings; cdktf-cli brings none.`,
    reviewed: "2026-11-25",
  },
  {
    place: "node_modules/braces",
    version: "3.0.3",
    reason: "The latest version there is. Known is a deeply nested pattern; the patterns here are the repo's own.",
    reviewed: "2026-11-25",
  },
];
