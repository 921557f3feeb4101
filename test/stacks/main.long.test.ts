/** Runs the app as a program: copied with its configuration, and run as cdktf runs it. */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { App, TerraformStack } from "cdktf";
import { synthesize, within } from "../../stacks/synthesize";

const SECONDS = 1000;
/** Variables that would change the output, if set here. */
const OF_THIS_RUN = new Set(["PISTE_DEBUG", "CDKTF_OUTDIR", "FORCE_COLOR", "NO_COLOR"]);
const ROOT = path.resolve(__dirname, "../..");

interface Result {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs main.ts in a copy of the project whose stacks/ `edit` has changed. */
async function runMain(
  edit: (folder: string) => void,
  variables: Record<string, string> = {},
  look: (folder: string) => void = () => undefined,
): Promise<Result> {
  const folder = mkdtempSync(path.join(tmpdir(), "cdktf-piste-main-"));
  try {
    for (const copied of ["main.ts", "stacks", "package.json", "tsconfig.json"]) {
      cpSync(path.join(ROOT, copied), path.join(folder, copied), { recursive: true });
    }
    for (const shared of ["constructs", "piste", "lambda", "node_modules"]) {
      symlinkSync(path.join(ROOT, shared), path.join(folder, shared));
    }
    edit(folder);
    const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_THIS_RUN.has(name)));
    const result = await new Promise<Result>((resolve) => {
      execFile(
        process.execPath,
        ["--import", "tsx", "main.ts"],
        // Newer Node versions warn of a deprecated call in a dependency of cdktf.
        { cwd: folder, env: { ...environment, NODE_NO_WARNINGS: "1", ...variables }, encoding: "utf8" },
        (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : error.code, stdout, stderr });
        },
      );
    });
    look(folder);
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const withoutApplications = (folder: string): void => {
  writeFileSync(path.join(folder, "stacks/prod.ts"), "export const prod = { applications: [] };\n");
};

/** The warnings of cdktf for a stack. */
const warningsOf = (folder: string, stack: string): string => {
  const manifest = JSON.parse(readFileSync(path.join(folder, "cdktf.out/manifest.json"), "utf8")) as {
    stacks: Record<string, { annotations: { message: string }[] }>;
  };
  return (manifest.stacks[stack]?.annotations ?? []).map(({ message }) => message).join("\n");
};

const SENTENCE = "cdktf-piste: stacks/prod.ts: applications must have at least one application, got []";
const STACK_TRACE = /^\s+at .+:\d+:\d+\)?$/m;

// Each run loads cdktf again, possibly on a busy machine.
jest.setTimeout(60 * SECONDS);

describe("an error of cdktf's validation", () => {
  afterEach(() => {
    process.exitCode = undefined;
  });

  it("is reported without cdktf's advice to switch validations off", () => {
    const said: unknown[] = [];
    const spy = jest.spyOn(console, "error").mockImplementation((text: unknown) => said.push(text));
    synthesize(() => {
      const stack = new TerraformStack(new App(), "qualif");
      stack.node.addValidation({ validate: () => ["description must have at most 512 characters, got 600"] });
      App.of(stack).synth();
    });
    spy.mockRestore();
    expect(said[0]).toBe("cdktf-piste: [qualif] description must have at most 512 characters, got 600");
    expect(said.join()).not.toContain("skipValidation");
  });
});

describe("main.ts", () => {
  it("reports an error of the configuration in one sentence, with its place, and fails", async () => {
    const { code, stdout, stderr } = await runMain(withoutApplications);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr.trimEnd().split("\n")).toEqual([
      SENTENCE,
      "Nothing was deployed. Correct it and run the command again; PISTE_DEBUG=1 shows the stack trace.",
    ]);
  });

  it("shows the stack trace with PISTE_DEBUG=1", async () => {
    const { code, stderr } = await runMain(withoutApplications, { PISTE_DEBUG: "1" });
    expect(code).toBe(1);
    expect(stderr.split("\n")[0]).toBe(SENTENCE);
    expect(stderr).toMatch(STACK_TRACE);
    expect(stderr).toContain("piste-stack.ts");
  });

  const withState = (folder: string): void => {
    const file = path.join(folder, "stacks/prod.ts");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("applications: [", 'state: { bucket: "terraform-state" }, applications: ['));
  };

  it("writes both environments, and the stack of the state's bucket if one is configured", async () => {
    const written: string[] = [];
    const { code, stderr } = await runMain(withState, {}, (folder) => {
      const stacks = ["qualif", "prod", "state"];
      written.push(...stacks.filter((name) => existsSync(path.join(folder, "cdktf.out/stacks", name, "cdk.tf.json"))));
      expect(warningsOf(folder, "prod")).not.toMatch(/tfstate/);
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(written).toEqual(["qualif", "prod", "state"]);
  });

  it("warns of a state file if the state belongs in S3", async () => {
    let warnings = "";
    const withBoth = (folder: string): void => {
      withState(folder);
      for (const stack of ["qualif", "prod"]) writeFileSync(path.join(folder, `terraform.${stack}.tfstate`), "{}");
    };
    await runMain(withBoth, {}, (folder) => {
      warnings = warningsOf(folder, "prod");
      expect(warningsOf(folder, "qualif")).not.toMatch(/tfstate/);
    });
    expect(warnings).toContain("terraform.prod.tfstate exists, but stacks/prod.ts keeps the state in S3: move it as");
  });
});

describe("an error in the configuration", () => {
  beforeEach(() => {
    jest.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.exitCode = undefined;
  });

  it("is reported with its full place, and keeps its cause", () => {
    const mistake = new Error("name must be short, got long");
    const thrown = ((): unknown => {
      try {
        return within("stacks/prod.ts", () =>
          within("applications[2]", () => {
            throw mistake;
          }),
        );
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toMatchObject({
      message: "stacks/prod.ts: applications[2]: name must be short, got long",
      cause: { cause: mistake },
    });
  });

  it("leaves a correct configuration unchanged", () => {
    expect(within("stacks/prod.ts", () => 42)).toBe(42);
    synthesize(() => undefined);
    expect(console.error).not.toHaveBeenCalled();
    expect(process.exitCode).toBeUndefined();
  });

  it("is reported even if the thrown value is not an Error", () => {
    synthesize(() => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw "no error";
    });
    expect(jest.mocked(console.error).mock.calls[0]).toEqual(["cdktf-piste: no error"]);
    expect(process.exitCode).toBe(1);
  });
});

describe("the stack traces of references", () => {
  /** As cdktf records them. */
  const noted = (): string => {
    const here = { stack: "" };
    Error.captureStackTrace(here);
    return here.stack;
  };
  afterEach(() => {
    delete process.env["PISTE_DEBUG"];
    jest.restoreAllMocks();
    process.exitCode = undefined;
  });

  it("are not recorded while the app runs, but errors keep theirs", () => {
    jest.spyOn(console, "error").mockImplementation(() => undefined);
    let meanwhile: readonly unknown[] = [];
    synthesize(() => {
      meanwhile = [noted(), new Error("a mistake").stack];
      throw new Error("another");
    });
    expect(meanwhile).toEqual(["", expect.stringMatching(STACK_TRACE)]);
    expect(noted()).toMatch(STACK_TRACE);
  });

  it("are recorded with PISTE_DEBUG=1", () => {
    process.env["PISTE_DEBUG"] = "1";
    let meanwhile = "";
    synthesize(() => {
      meanwhile = noted();
    });
    expect(meanwhile).toMatch(STACK_TRACE);
  });
});
