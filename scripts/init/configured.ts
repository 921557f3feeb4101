/** What the configuration says already, so that it is offered instead of asked for anew. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as v from "valibot";
import { checkRegion, DEFAULT_REGION } from "../../constructs/aws-checks";
import type { Platform } from "../../piste/environments";
import type { Text } from "../../piste/language";
import { printable } from "../../piste/printable";
import { messageOf } from "../local/user-error";
import { emailOfSandbox, type Given } from "./fields";
import { CONFIGURATION, stackFile } from "./files";
import { renderStack } from "./render";

export interface Offered {
  readonly given: Given;
  /** Why nothing of the file is among it. */
  readonly unread?: Text;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** As the AWS CLI reads them. */
const REGION_VARIABLES = ["AWS_REGION", "AWS_DEFAULT_REGION"] as const;

const text = v.optional(v.string());
const accountSchema = v.object({ structure: v.object({ identifier: v.string(), identifierType: v.string() }) });
/** As far as it is asked for. */
const configurationSchema = v.object({
  region: text,
  account: text,
  alarmEmails: v.optional(v.array(v.string())),
  state: v.optional(v.object({ bucket: v.string() })),
  applications: v.array(
    v.object({ pisteApplicationName: text, technicalAccounts: v.optional(v.array(accountSchema), []) }),
  ),
});

/**
 * What to offer: what the environment's file says or, as long as it is the example's, the region of the shell.
 *
 * @param folder where the project is; its file is run, as it is at each synth.
 */
export function offeredFor(environment: Platform, folder: string, variables: Variables): Offered {
  const file = path.join(folder, stackFile(environment));
  const asItCame = !existsSync(file) || withoutReturns(readFileSync(file, "utf8")) === renderStack(environment, {});
  if (asItCame) return { given: { region: regionOf(variables) } };
  try {
    return { given: configuredIn(environment, folder) };
  } catch (error) {
    const [reason = ""] = printable(messageOf(error)).split("\n");
    return {
      given: { region: regionOf(variables) },
      unread: {
        en: `${stackFile(environment)} could not be read, so nothing of it is offered: ${reason}`,
        fr: `${stackFile(environment)} n'a pas pu être lu, rien n'en est donc proposé : ${reason}`,
      },
    };
  }
}

const withoutReturns = (lines: string): string => lines.replaceAll("\r\n", "\n");

function regionOf(variables: Variables): string {
  const named = REGION_VARIABLES.map((name) => variables[name]).find((value) => value !== undefined && value !== "");
  try {
    if (named !== undefined) checkRegion("region", named);
    return named ?? DEFAULT_REGION;
  } catch {
    return DEFAULT_REGION;
  }
}

/** @throws whatever the file throws, or a ValiError when it is no configuration. */
function configuredIn(environment: Platform, folder: string): Given {
  const { [environment]: exported } = run(path.join(folder, stackFile(environment)));
  const { region = DEFAULT_REGION, account, alarmEmails, state, applications } = v.parse(configurationSchema, exported);
  const [application] = applications;
  const name = application?.pisteApplicationName;
  const structure = application?.technicalAccounts[0]?.structure;
  const { EXAMPLE: example } = run(path.join(folder, CONFIGURATION));
  const isExample = Object.values(example ?? {}).some((value) => value === structure?.identifier);
  return {
    region,
    account,
    alarmEmails,
    ...(environment === "qualif"
      ? { pisteAccountEmail: name === undefined ? undefined : emailOfSandbox(name) }
      : { pisteApplicationName: name, stateBucket: state?.bucket }),
    siret: structure?.identifierType === "SIRET" && !isExample ? structure.identifier : undefined,
  };
}

/** A file of the project that a person edits, which nothing here imports. */
function run(file: string): Readonly<Record<string, object | undefined>> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require(file) as Record<string, object | undefined>;
}
