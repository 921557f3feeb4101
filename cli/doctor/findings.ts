/**
 * All findings of the doctor in one table: the step of the guide, who can fix it, the cause, and what to type or do
 * next. "Probably" marks a cause that is not certain.
 */
import type { Environment } from "../../piste/environments";
import type { GuideStepId } from "../../piste/guide";
import type { Text } from "../../piste/language";
import type { Party } from "../../piste/party";
import { ACCOUNT_FINDINGS } from "./findings/accounts";
import { AWS_FINDINGS } from "./findings/aws";
import { CLIENT_FINDINGS } from "./findings/client";
import type { Finding, CommandContext } from "./findings/finding";
import { GATEWAY_FINDINGS } from "./findings/gateway";
import { RACCORDEMENT_FINDINGS } from "./findings/raccordement";
import { TOKEN_FINDINGS } from "./findings/token";
import type { Layer } from "./report";

export const FINDINGS = {
  ...AWS_FINDINGS,
  ...CLIENT_FINDINGS,
  ...TOKEN_FINDINGS,
  ...GATEWAY_FINDINGS,
  ...ACCOUNT_FINDINGS,
  ...RACCORDEMENT_FINDINGS,
};

export type FindingCode = keyof typeof FINDINGS;
export const FINDING_CODES = Object.keys(FINDINGS) as readonly FindingCode[];

export type DetailsOf<Code extends FindingCode> =
  (typeof FINDINGS)[Code] extends Finding<infer Details> ? Details : never;

/** A row with its details filled in: all that is left is text. */
export interface Found {
  readonly code: FindingCode;
  readonly layer: Layer;
  readonly step: GuideStepId;
  readonly owner: Party;
  readonly status: "missing" | "not-seen-yet";
  readonly stops: boolean;
  readonly first?: Text | undefined;
  readonly cause: Text;
  readonly next: Text;
  /** The account's name, of a finding that is one account's. */
  readonly account?: string | undefined;
  readonly seenFrom?: "here" | "aws" | undefined;
}

/** The properties that may differ from the row. */
export type Circumstances = Partial<Pick<Found, "layer" | "stops" | "account">>;

export function found<Code extends FindingCode>(
  code: Code,
  context: CommandContext,
  details: DetailsOf<Code>,
  circumstances: Circumstances = {},
): Found {
  // TypeScript does not see that the row belongs to the code.
  const row = FINDINGS[code] as unknown as Finding<DetailsOf<Code> & object>;
  const all = { ...details, ...context };
  return {
    code,
    layer: row.layer,
    step: row.step[context.environment],
    owner: row.owner,
    // A finding that only needs time is never "missing".
    status: row.status ?? (row.owner === "wait" ? "not-seen-yet" : "missing"),
    stops: row.stops,
    first: row.first,
    cause: row.cause(all),
    next: row.next(all),
    seenFrom: row.seenFrom && context.trial ? "here" : row.seenFrom,
    ...circumstances,
  };
}

/** For documents: the row with its example. */
export function exampleOf(code: FindingCode, environment: Environment): Found {
  const row = FINDINGS[code] as unknown as Finding;
  return found(code, { environment }, row.example as DetailsOf<typeof code>);
}
