/**
 * What was deployed for an application, without anything secret, as SSM parameters hold it: one for the application
 * and pages for its technical accounts. Programs read these instead of Terraform's state, so they work for stacks
 * that others wrote. What is read is held to the form that is written: names in it become parts of commands and addresses.
 */
import * as v from "valibot";
import { accountsParameterName, descriptionParameterName, NAME_PATTERN } from "./names";
import { LONGEST_PASSWORD_LIFETIME_IN_DAYS, SCOPE_PATTERN, type CheckedApplication } from "./application";
import { ENVIRONMENTS } from "./environments";

/** AWS's limit for a parameter of the standard tier. */
export const MAXIMUM_PARAMETER_VALUE_IN_BYTES = 4096;

/** AWS has a parameter for each page, and no more of them than these in an account and a region. */
const MOST_PAGES = 10_000;

const name = v.pipe(v.string(), v.regex(NAME_PATTERN));
/** Of AWS: nothing in it is more than a word to a shell. */
const awsName = v.pipe(v.string(), v.regex(/^[\w/+=.@:-]{1,512}$/));

const accountSchema = v.object({
  name,
  secret: awsName,
  structure: v.object({ identifier: v.string(), identifierType: v.string() }),
  usageType: v.optional(v.string()),
  technicalContact: v.optional(v.string()),
  passwordLifetimeInDays: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LONGEST_PASSWORD_LIFETIME_IN_DAYS)),
});
export const accountPageSchema = v.array(accountSchema);
export type DescribedAccount = v.InferOutput<typeof accountSchema>;

export const descriptionSchema = v.object({
  environment: v.picklist(ENVIRONMENTS),
  application: name,
  pisteApplicationName: v.optional(v.string()),
  scope: v.pipe(v.string(), v.regex(SCOPE_PATTERN)),
  apis: v.array(v.pipe(v.string(), v.regex(/^[\w.-]{1,100}$/))),
  clientSecret: awsName,
  tokenSecret: awsName,
  function: awsName,
  schedule: v.object({ group: awsName, name: awsName }),
  alarms: v.array(awsName),
  /** How many pages of technical accounts there are. */
  accountPages: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_PAGES)),
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
