/**
 * The description of a deployed application, in SSM parameters and without secrets: one parameter for the application
 * and pages for its technical accounts. Programs read these instead of Terraform's state, so they work for stacks
 * that others wrote. `believed-description.ts` reads them.
 */
import { accountsParameterName, descriptionParameterName } from "./names";
import type { DescribedApi } from "./api-catalogue";
import type { CheckedApplication } from "./application";
import type { Environment } from "./environments";

/** AWS's limit for a parameter of the standard tier. */
export const MAXIMUM_PARAMETER_VALUE_IN_BYTES = 4096;

export interface DescribedAccount {
  name: string;
  secret: string;
  structure: { identifier: string; identifierType: string };
  usageType?: string | undefined;
  technicalContact?: string | undefined;
  passwordLifetimeInDays: number;
}

export interface Description {
  environment: Environment;
  application: string;
  pisteApplicationName?: string | undefined;
  scope: string;
  apis: DescribedApi[];
  clientSecret: string;
  tokenSecret: string;
  function: string;
  schedule: { group: string; name: string };
  alarms: string[];
  /** Number of pages of technical accounts. */
  accountPages: number;
}

export interface DescriptionParameter {
  readonly name: string;
  readonly value: string;
}

function checkSize(name: string, value: string): DescriptionParameter {
  const bytes = Buffer.byteLength(value);
  if (bytes > MAXIMUM_PARAMETER_VALUE_IN_BYTES) {
    throw new Error(
      `the description ${name} must be at most ${MAXIMUM_PARAMETER_VALUE_IN_BYTES} bytes, an SSM parameter's limit, got ${bytes}; ` +
        "shorten pisteApplicationName, apis, usageType or technicalContact",
    );
  }
  return { name, value };
}

/** Fills each page with as many accounts as fit. */
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
