/** Installs each TypeScript example like its user, and type-checks, bundles, synthesizes and applies it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { openFixture, succeeded, type Fixture } from "../deploy/fixture";
import { buildExample, EXAMPLES, installedExample } from "../package/example";
import pack from "../package/pack";
import type { Project } from "../package/project";
import removeTarball from "../package/remove-tarball";

/** The machine may be busy with other checks. */
jest.setTimeout(180_000);

/** The examples with an app, and their stack. */
const STACKS: Readonly<Record<string, string>> = {
  cdktf: "invoicing",
  cdktn: "invoicing",
  container: "lookup-service",
  "lambda-node": "lookup",
};

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
interface Synthesized {
  readonly resource: Resources;
  readonly terraform: object;
}

const projects = new Map<string, Project>();
const synthesized = new Map<string, Synthesized>();
beforeAll(async () => {
  pack();
  await Promise.all(
    Object.entries(STACKS).map(async ([name, stack]) => {
      const project = await installedExample(name);
      projects.set(name, project);
      await buildExample(name, project);
      await project.run("node", "--import", "tsx", "main.ts");
      synthesized.set(name, JSON.parse(project.read(`cdktf.out/stacks/${stack}/cdk.tf.json`)) as Synthesized);
    }),
  );
});
afterAll(() => {
  for (const project of projects.values()) project.remove();
  removeTarball();
});

function of<Value>(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new Error(`there is no example ${name}`);
  return value;
}

/** The only resource of a type, or the one with this attribute. */
function resource(name: string, type: string, [key, value]: readonly [string, string]): Record<string, unknown> {
  const [found] = Object.values(of(synthesized, name).resource[type] ?? {}).filter((each) => each[key] === value);
  if (found === undefined) throw new Error(`${name} has no ${type} whose ${key} is ${value}`);
  return found;
}

/** The roles that may read the stored token and account. */
function readers(name: string): string[] {
  const policies = Object.values(of(synthesized, name).resource["aws_iam_role_policy"] ?? {});
  return policies
    .filter((policy) => String(policy["name"]).startsWith("read-"))
    .map(
      (policy) => `${String(policy["name"])}: ${/aws_iam_role\.(\w+)\.name/.exec(String(policy["role"]))?.[1] ?? ""}`,
    )
    .sort();
}

const VARIABLES = {
  PISTE_ENVIRONMENT: "qualif",
  PISTE_APPLICATION: "chorus-pro",
  PISTE_RESERVE_IN_MINUTES: "5",
  PISTE_TECHNICAL_ACCOUNT: "default",
};

it("are all tested", () => {
  const withApp = readdirSync(EXAMPLES).filter((name) => existsSync(path.join(EXAMPLES, name, "main.ts")));
  // Another test deploys the landing zone into two accounts.
  expect(withApp.sort()).toEqual([...Object.keys(STACKS), "landing-zone"].sort());
});

describe.each(Object.keys(STACKS))("the example %s", (name) => {
  it("passes TypeScript's checks with the package's types", async () => {
    await of(projects, name).run(path.join("node_modules", ".bin", "tsc"), "-p", ".");
  });

  it("lets one role read the token and the technical account", () => {
    const found = readers(name);
    expect(found).toHaveLength(2);
    expect(new Set(found.map((reader) => reader.split(": ")[1])).size).toBe(1);
  });
});

it("the function knows its secrets, and its bundle omits the AWS SDK", () => {
  const { environment, filename } = resource("lambda-node", "aws_lambda_function", ["function_name", "lookup"]);
  expect(environment).toEqual({ variables: VARIABLES });
  expect(existsSync(path.join(of(projects, "lambda-node").folder, "cdktf.out/stacks/lookup", String(filename)))).toBe(
    true,
  );
  expect(of(projects, "lambda-node").read("build/index.js").length).toBeLessThan(200_000);
});

it("the container knows its secrets, and reads them at run time with the role of its task", () => {
  const task = resource("container", "aws_ecs_task_definition", ["family", "lookup"]);
  const [container] = JSON.parse(String(task["container_definitions"])) as [
    { environment: { name: string; value: string }[]; secrets?: unknown },
  ];
  expect(Object.fromEntries(container.environment.map(({ name, value }) => [name, value]))).toEqual(VARIABLES);
  expect(container.secrets).toBeUndefined();
  expect(task["task_role_arn"]).toBe("${aws_iam_role.task.arn}");
  expect(readers("container").every((reader) => reader.endsWith(": task"))).toBe(true);
});

it("the image's stages copy existing files, and end with the build's output", () => {
  const dockerfile = of(projects, "container").read("Dockerfile");
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = ""]) => files.split(" "));
  for (const file of copied.filter((one) => !one.endsWith(".tgz"))) {
    expect(existsSync(path.join(EXAMPLES, "container", file))).toBe(true);
  }
  expect(copied).toContain("server.ts");
  const [, built = ""] = /--from=build \/app\/(\S+)/.exec(dockerfile) ?? [];
  expect(existsSync(path.join(of(projects, "container").folder, built))).toBe(true);
  expect(dockerfile).toMatch(/^USER node$/m);
});

it("the stack is the same on cdktf and on CDK Terrain", () => {
  const [one, other] = ["cdktf", "cdktn"].map((name) => of(synthesized, name).resource);
  expect(Object.keys(one ?? {}).length).toBeGreaterThan(10);
  expect(other).toEqual(one);
});

describe("in an emulated AWS", () => {
  /** The local version; CDK Terrain's bindings require a newer one. */
  const PROVIDER = "5.100.0";
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture("examples");
  });
  afterAll(() => fixture.close());

  it.each(Object.entries(STACKS))("the example %s is applied, with an empty second plan", async (name, stack) => {
    await fetch(`${fixture.endpoint}/moto-api/reset`, { method: "POST" });
    const output = path.join(of(projects, name).folder, "cdktf.out");
    const file = path.join(output, "stacks", stack, "cdk.tf.json");
    const json = JSON.parse(readFileSync(file, "utf8")) as {
      terraform: { required_providers: { aws: { version: string } } };
    };
    json.terraform.required_providers.aws.version = PROVIDER;
    writeFileSync(file, JSON.stringify(json));
    const terraform = (...words: string[]): ReturnType<Fixture["terraformIn"]> =>
      fixture.terraformIn(output, stack, ...words, "-input=false", "-no-color");
    await succeeded(terraform("init"));
    const { output: applied } = await succeeded(terraform("apply", "-auto-approve"));
    expect(applied).toMatch(/Apply complete! Resources: [1-9]\d+ added, 0 changed, 0 destroyed/);
    expect((await terraform("plan", "-detailed-exitcode")).code).toBe(0);
  });
});
