/** Synthesizes an app as `cdktf synth` does, and reads the JSON that Terraform will receive. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";

export type Block = Readonly<Record<string, unknown>>;

export interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

interface TerraformJson {
  readonly provider?: { readonly aws: readonly Block[] };
  readonly terraform: { readonly backend: Block };
  readonly output?: Readonly<Record<string, { readonly value: unknown }>>;
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
}

interface Manifest {
  readonly stacks: Readonly<Record<string, { readonly annotations: readonly Annotation[] }>>;
}

export interface Annotation {
  readonly level: string;
  readonly message: string;
}

/** A stack's folder after synthesis. */
export class SynthesizedStack {
  readonly json: TerraformJson;

  constructor(
    readonly text: string,
    readonly annotations: readonly Annotation[],
    /** The other files, by their path in the stack's folder. */
    readonly files: ReadonlyMap<string, Buffer>,
  ) {
    this.json = JSON.parse(text) as TerraformJson;
  }

  get types(): string[] {
    return Object.keys(this.json.resource ?? {}).sort();
  }

  /** All resources of a type with these attributes, without cdktf's metadata. */
  all(type: string, attributes: Block = {}): Block[] {
    return this.entries(type, attributes).map(([, resource]) =>
      Object.fromEntries(Object.entries(resource).filter(([key]) => key !== "//")),
    );
  }

  /** The only resource of a type with these attributes. */
  only(type: string, attributes: Block = {}): Block {
    const [resource, ...more] = this.all(type, attributes);
    if (resource === undefined || more.length > 0) throw new Error(this.notOne(type, attributes));
    return resource;
  }

  /** A reference to an attribute of the only resource of a type with these attributes. */
  reference(type: string, attribute: string, attributes: Block = {}): string {
    return `\${${this.address(type, attributes)}.${attribute}}`;
  }

  address(type: string, attributes: Block = {}): string {
    const [entry, ...more] = this.entries(type, attributes);
    if (entry === undefined || more.length > 0) throw new Error(this.notOne(type, attributes));
    return `${type}.${entry[0]}`;
  }

  /** The statements of the only inline policy of that name. */
  policy(name: string): Statement[] {
    return statementsOf(this.only("aws_iam_role_policy", { name })["policy"]);
  }

  private entries(type: string, attributes: Block): [string, Block][] {
    return Object.entries(this.json.resource?.[type] ?? {}).filter(([, resource]) =>
      Object.entries(attributes).every(([key, value]) => resource[key] === value),
    );
  }

  private notOne(type: string, attributes: Block): string {
    return `there must be one ${type} with ${JSON.stringify(attributes)}, got ${JSON.stringify(this.all(type))}`;
  }
}

/** References to data sources of AWS without their id, which depends on the construct that created them. */
export const PLACE = {
  partition: "${data.aws_partition.PistePartition.partition}",
  region: "${data.aws_region.PisteRegion.id}",
  account: "${data.aws_caller_identity.PisteAccount.account_id}",
} as const;
export const withoutPlaces = (text: unknown): string =>
  String(text).replaceAll(/data\.(\w+)\.\w*?(Piste(?:Partition|Region|Account))_[0-9A-F]{8}\./g, "data.$1.$2.");

export function statementsOf(policy: unknown): Statement[] {
  const document = JSON.parse(withoutPlaces(policy)) as { Version: string; Statement: Statement[] };
  if (document.Version !== "2012-10-17") throw new Error(`the policy's version is ${document.Version}`);
  return document.Statement;
}

function filesBelow(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(folder, file), readFileSync(file)] as const;
    }),
  );
}

export function readOutput(outdir: string): Record<string, SynthesizedStack> {
  const { stacks } = JSON.parse(readFileSync(path.join(outdir, "manifest.json"), "utf8")) as Manifest;
  return Object.fromEntries(
    Object.entries(stacks).map(([name, { annotations }]) => {
      const files = filesBelow(path.join(outdir, "stacks", name));
      const text = files.get("cdk.tf.json")?.toString("utf8") ?? "";
      files.delete("cdk.tf.json");
      return [name, new SynthesizedStack(text, annotations, files)] as const;
    }),
  );
}

/** cdktf records a stack trace for each token, which takes nine tenths of a synthesis. */
export function withoutCreationStacks<T>(run: () => T): T {
  const kept = Object.getOwnPropertyDescriptor(Error, "captureStackTrace");
  Error.captureStackTrace = () => undefined;
  try {
    return run();
  } finally {
    Object.defineProperty(Error, "captureStackTrace", kept ?? {});
  }
}

/** Synthesizes an app into its own folder; returns its stacks by name. */
export function synthesizeApp(build: (app: App) => void): Record<string, SynthesizedStack> {
  const outdir = mkdtempSync(path.join(tmpdir(), "cdktf-piste-synth-"));
  try {
    const app = new App({ outdir });
    withoutCreationStacks(() => {
      build(app);
      app.synth();
    });
    return readOutput(outdir);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/**
 * A user's stack, to which `build` adds elements.
 *
 * @param account the account that its provider allows.
 */
export function synthesize(
  build: (stack: TerraformStack) => void,
  account: string | null = "123456789012",
): SynthesizedStack {
  const { consumer } = synthesizeApp((app) => {
    const stack = new TerraformStack(app, "consumer");
    new AwsProvider(stack, "aws", { region: "eu-west-3", allowedAccountIds: account === null ? undefined : [account] });
    build(stack);
  });
  if (consumer === undefined) throw new Error("the stack was not synthesized");
  return consumer;
}
