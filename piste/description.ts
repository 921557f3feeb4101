/**
 * What was deployed for an application, without anything secret, as SSM parameters hold it: one for the application
 * and pages for its technical accounts. Programs read these instead of Terraform's state, so they work for stacks
 * that others wrote.
 */
import * as v from "valibot";
import { accountsParameterName, descriptionParameterName } from "./names";
import type { CheckedApplication } from "./application";
import { ENVIRONMENTS } from "./environments";

/** AWS's limit for a parameter of the standard tier. */
export const MAXIMUM_PARAMETER_VALUE_IN_BYTES = 4096;

const accountSchema = v.object({
  name: v.string(),
  secret: v.string(),
  structure: v.object({ identifier: v.string(), identifierType: v.string() }),
  usageType: v.optional(v.string()),
  technicalContact: v.optional(v.string()),
  passwordLifetimeInDays: v.number(),
});
export const accountPageSchema = v.array(accountSchema);
export type DescribedAccount = v.InferOutput<typeof accountSchema>;

export const descriptionSchema = v.object({
  environment: v.picklist(ENVIRONMENTS),
  application: v.string(),
  pisteApplicationName: v.optional(v.string()),
  scope: v.string(),
  apis: v.array(v.string()),
  clientSecret: v.string(),
  tokenSecret: v.string(),
  function: v.string(),
  schedule: v.object({ group: v.string(), name: v.string() }),
  alarms: v.array(v.string()),
  /** How many pages of technical accounts there are. */
  accountPages: v.number(),
});
export type Description = v.InferOutput<typeof descriptionSchema>;

export interface DescriptionParameter {
  readonly name: string;
  readonly value: string;
}

function checkSize(name: string, value: string): DescriptionParameter {
  const bytes = Buffer.byteLength(value);
  if (bytes > MAXIMUM_PARAMETER_VALUE_IN_BYTES) {
    throw new Error(
      `the description ${name} must be at most ${MAXIMUM_PARAMETER_VALUE_IN_BYTES} bytes, an SSM parameter's limit, got ${bytes}; ` +
        "shorten pisteApplicationName, usageType or technicalContact",
    );
  }
  return { name, value };
}

/** As many accounts in a page as fit. */
function pagesOf(accounts: readonly DescribedAccount[]): DescribedAccount[][] {
  const pages: DescribedAccount[][] = [];
  let current: DescribedAccount[] = [];
  for (const account of accounts) {
    if (
      current.length > 0 &&
      Buffer.byteLength(JSON.stringify([...current, account])) > MAXIMUM_PARAMETER_VALUE_IN_BYTES
    ) {
      pages.push(current);
      current = [];
    }
    current.push(account);
  }
  return current.length > 0 ? [...pages, current] : pages;
}

/**
 * The parameters that describe an application.
 *
 * @throws Error when one would not fit into an SSM parameter.
 */
export function describe(
  application: CheckedApplication,
  deployed: Pick<Description, "clientSecret" | "tokenSecret" | "function" | "schedule" | "alarms">,
  accounts: readonly DescribedAccount[],
): DescriptionParameter[] {
  const { environment, name } = application;
  const pages = pagesOf(accounts);
  const description: Description = {
    environment,
    application: name,
    pisteApplicationName: application.pisteApplicationName,
    scope: application.scope,
    apis: application.apis,
    ...deployed,
    accountPages: pages.length,
  };
  return [
    checkSize(descriptionParameterName(environment, name), JSON.stringify(description)),
    ...pages.map((page, index) => checkSize(accountsParameterName(environment, name, index + 1), JSON.stringify(page))),
  ];
}
