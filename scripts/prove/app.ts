/**
 * The throw-away application of `npm run prove-on-aws`. Its names are fixed, so that any machine finds its leftovers.
 */
import { mkdirSync } from "node:fs";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, Aspects, LocalBackend, TerraformStack } from "cdktf";
import { NoSecretValues, PisteApplication } from "../../constructs";
import { writeZips } from "../build-lambda";
import { DEFAULT_ACCOUNT } from "../../piste/names";

export const ENVIRONMENT = "qualif";
export const APPLICATION = "cdktf-piste-proof";
/** On every resource, with the run's start as its value. */
export const TAG = "cdktf-piste:proof";
/** Beside the synthesized tree. */
export const STATE_FILE = "proof.tfstate";

/** Of no real structure. */
const FICTITIOUS_SIRET = "12345678901234";

export interface ProofApp {
  readonly output: string;
  readonly account: string;
  readonly region: string;
  readonly startedAt: string;
  readonly alarmEmails?: string[] | undefined;
  /** The SIRET of the technical account's structure. */
  readonly siret?: string | undefined;
}

export async function synthesizeProof({
  output,
  account,
  region,
  startedAt,
  alarmEmails,
  siret,
}: ProofApp): Promise<void> {
  await writeZips();
  mkdirSync(output, { recursive: true });
  const app = new App({ outdir: output });
  const stack = new TerraformStack(app, APPLICATION);
  Aspects.of(stack).add(new NoSecretValues());
  new LocalBackend(stack, { path: `../../../${STATE_FILE}` });
  new AwsProvider(stack, "Aws", {
    region,
    allowedAccountIds: [account],
    defaultTags: [{ tags: { application: "cdktf-piste", environment: ENVIRONMENT, [TAG]: startedAt } }],
  });
  new PisteApplication(stack, "application", {
    environment: ENVIRONMENT,
    name: APPLICATION,
    technicalAccounts: [
      {
        name: DEFAULT_ACCOUNT,
        structure: { identifier: siret ?? FICTITIOUS_SIRET, identifierType: "SIRET" },
      },
    ],
    alarmEmails,
  });
  app.synth();
}
