import {
  DefaultTokenResolver,
  StringConcat,
  TerraformElement,
  TerraformStack,
  Tokenization,
  type IAspect,
} from "cdktf";
import { type IConstruct, type IValidation } from "constructs";
import { findSecretValues, type Finding } from "./internal/secret-search/secret-search";

/** Metadata type of {@link NoSecretValues.allow}. */
const ALLOWED = "cdktf-piste/allowed-secret-value";

interface Allowed {
  readonly argument: string;
  readonly reason: string;
}

/**
 * Refuses secret values that Terraform would keep in its state, at synth:
 *
 * - in secret arguments of Secrets Manager, SSM parameters, RDS and EventBridge connections. Allowed are references,
 *   with separators between them, and write-only arguments;
 * - in credentials of a backend or of the cloud block, which belong in the environment;
 * - under a secret's name (`DB_PASSWORD`, `client_secret`), in any argument, in the environment of Lambda functions
 *   and ECS tasks, and in EC2 user data;
 * - anywhere, if they look like PISTE credentials: `client_secret`, `password` or `access_token` in JSON or a form,
 *   and an id with its secret, also in base64.
 *
 * Allow a false positive with {@link NoSecretValues.allow}.
 *
 * Add it to a stack, `Aspects.of(stack).add(new NoSecretValues())`: cdktf does not run aspects of an app. It reports
 * when validations run: `app.synth()`, `Testing.synth(stack, true)`.
 *
 * Not detected:
 *
 * - secrets of other services under a harmless name, private keys, random strings, contents of files and zips: use
 *   [gitleaks](https://github.com/gitleaks/gitleaks) and [trivy](https://trivy.dev);
 * - a reference to a value that another resource has in its state;
 * - a literal inside a Terraform function beside a reference, as in `Fn.join("", ["…", reference])`;
 * - beside a reference, text that looks like an ARN or an address without a password; under a secret's name, also
 *   text that looks like a name with slashes (`prefix/${reference}`).
 */
export class NoSecretValues implements IAspect {
  /**
   * Allows one argument of one construct to hold its value.
   *
   * @param place a resource, data source, provider, output, variable or local; for overrides of a stack, the stack.
   * @param argument as the error names it, such as `environment.variables.SAMPLE_TOKEN`.
   * @param reason why the value is no secret, or does no harm.
   * @throws Error for an empty argument or reason, or another kind of place.
   */
  static allow(place: IConstruct, argument: string, reason: string): void {
    if (!isSearched(place)) {
      throw new Error(`place must be a Terraform element or a stack, got ${JSON.stringify(place.node.path)}`);
    }
    if (argument.trim() === "") throw new Error(`argument must not be empty, got ${JSON.stringify(argument)}`);
    if (reason.trim() === "") {
      throw new Error(`reason must say why ${argument} may hold its value, got ${JSON.stringify(reason)}`);
    }
    const allowed: Allowed = { argument, reason };
    place.node.addMetadata(ALLOWED, allowed);
  }

  visit(node: IConstruct): void {
    // Once per element, even if it is synthesized twice or under two aspects.
    if (!isSearched(node) || VISITED.has(node)) return;
    VISITED.add(node);
    // Later aspects may change the element; a validation sees the result.
    const validation: IValidation = { validate: () => problemsOf(node) };
    node.node.addValidation(validation);
  }
}

const VISITED = new WeakSet<IConstruct>();

const isSearched = (node: IConstruct): node is TerraformElement | TerraformStack =>
  TerraformElement.isTerraformElement(node) || TerraformStack.isStack(node);

function problemsOf(place: TerraformElement | TerraformStack): string[] {
  const findings = TerraformStack.isStack(place)
    ? overriddenIn(place)
    : findSecretValues(resolved(place, place.toTerraform()));
  const allowed = place.node.metadata.filter(({ type }) => type === ALLOWED).map(({ data }) => data as Allowed);
  const isAllowed = ({ argument }: Finding): boolean => allowed.some((each) => each.argument === argument);
  const isStale = ({ argument }: Allowed): boolean => findings.every((finding) => finding.argument !== argument);
  return [
    ...findings.filter((finding) => !isAllowed(finding)).map(sentence),
    ...allowed
      .filter(isStale)
      .map(
        ({ argument }) =>
          `NoSecretValues.allow(…, ${JSON.stringify(argument)}, …) matches no refused value: remove it, or correct the argument`,
      ),
  ];
}

function sentence({ argument, address, why, instead }: Finding): string {
  return (
    `${argument} of ${address} ${why}: it would be readable in Terraform's configuration, plan and state. Instead, ${instead}; ` +
    `or, if it is intended, NoSecretValues.allow(…, ${JSON.stringify(argument)}, "why")`
  );
}

/** The overrides alone: each element of the stack is checked by itself. */
function overriddenIn(stack: TerraformStack): Finding[] {
  const overrides: unknown = Reflect.get(stack, "rawOverrides");
  return findSecretValues(resolved(stack, overrides)).map((finding) => ({
    ...finding,
    argument: `${finding.address}.${finding.argument}`,
    address: "the stack's overrides",
  }));
}

function resolved(scope: IConstruct, value: unknown): unknown {
  return Tokenization.resolve(value, {
    scope,
    resolver: new DefaultTokenResolver(new StringConcat()),
    preparing: false,
  });
}
