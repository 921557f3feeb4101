/** Evaluates the Deny statements of secrets' policies as AWS does, for the few operators that they use. */
import { statementsOf, type SynthesizedStack } from "./synthesize";

export interface Refusal {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal: unknown;
  readonly Action: string[];
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/** A request of a principal with every other right, with its condition keys. */
export interface Request {
  readonly action: string;
  readonly "aws:PrincipalArn"?: string;
  readonly "aws:PrincipalOrgID"?: string;
  readonly "aws:PrincipalIsAWSService"?: "true" | "false";
  readonly "aws:SecureTransport"?: "true" | "false";
}

const like = (value: string, pattern: string): boolean => {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(value);
};

const equals = (value: string, wanted: string): boolean => value === wanted;

/**
 * Whether the value matches one of the wanted ones; whether the operator is negated; and the result for a missing
 * key.
 */
const OPERATORS: Readonly<Record<string, { meets: typeof equals; isNegated: boolean; whenMissing: boolean }>> = {
  Bool: { meets: equals, isNegated: false, whenMissing: false },
  BoolIfExists: { meets: equals, isNegated: false, whenMissing: true },
  StringNotEqualsIfExists: { meets: equals, isNegated: true, whenMissing: true },
  ArnNotLike: { meets: like, isNegated: true, whenMissing: true },
};

function isMet(operator: string, value: string | undefined, wanted: string | string[]): boolean {
  const known = OPERATORS[operator];
  if (known === undefined) throw new Error(`the operator ${operator} is unknown here`);
  if (value === undefined) return known.whenMissing;
  const isAny = [wanted].flat().some((each) => known.meets(value, each));
  return known.isNegated ? !isAny : isAny;
}

/** The Sids of the statements that refuse the request. */
export function refusedBy(policy: readonly Refusal[], request: Request): string[] {
  const context = { "aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "false", ...request };
  return policy
    .filter(({ Effect }) => Effect === "Deny")
    .filter(({ Principal }) => Principal === "*")
    .filter(({ Action }) => Action.some((action) => like(`secretsmanager:${request.action}`, action)))
    .filter(({ Condition = {} }) =>
      Object.entries(Condition).every(([operator, keys]) =>
        Object.entries(keys).every(([key, wanted]) => isMet(operator, context[key as keyof typeof context], wanted)),
      ),
    )
    .map(({ Sid }) => Sid);
}

/** The policy of the secret of that name; empty if it has none. */
export function policyOf(stack: SynthesizedStack, secretName: string): Refusal[] {
  const secret_arn = stack.reference("aws_secretsmanager_secret", "arn", { name: secretName });
  const [found, ...more] = stack.all("aws_secretsmanager_secret_policy", { secret_arn });
  if (more.length > 0) throw new Error(`${secretName} has more than one policy`);
  return found === undefined ? [] : (statementsOf(found["policy"]) as Refusal[]);
}
