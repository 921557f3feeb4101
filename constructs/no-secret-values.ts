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

/** What {@link NoSecretValues.allow} leaves at a construct. */
const ALLOWED = "cdktf-piste/allowed-secret-value";

interface Allowed {
  readonly argument: string;
  readonly reason: string;
}

/**
 * Refuses, at synth, values of secrets that Terraform would keep in its state:
 *
 * - in arguments of Secrets Manager, SSM parameters, RDS and EventBridge connections that carry one, where only
 *   references, with separators between them, or a write-only argument may be;
 * - credentials of a backend or of the cloud block, which belong into the environment;
 * - under a name of a secret (`DB_PASSWORD`, `client_secret`), in any argument, in the environment of Lambda functions and
 *   ECS tasks, and in user data of EC2;
 * - anywhere, what looks like a credential of PISTE: `client_secret`, `password` or `access_token` in JSON or a form, and
 *   an id with its secret, in base64 too.
 *
 * A place that is right all the same is allowed with {@link NoSecretValues.allow}.
 *
 * It is added to a stack, `Aspects.of(stack).add(new NoSecretValues())`: cdktf does not run what is added to an app.
 * It speaks where validations are run: `app.synth()`, `Testing.synth(stack, true)`.
 *
 * It does not see:
 *
 * - secrets of other services under a harmless name, private keys, random texts, or what a file or a zip holds:
 *   [gitleaks](https://github.com/gitleaks/gitleaks) and [trivy](https://trivy.dev) look for these;
 * - what Terraform fills in: a reference to a value that another resource has in its state is let through;
 * - a literal text inside a function of Terraform's beside a reference, as in `Fn.join("", ["…", reference])`;
 * - beside a reference, what looks like an ARN or an address without a password; under a secret's name, also what looks
 *   like a name with slashes (`prefix/${reference}`).
 */
export class NoSecretValues implements IAspect {
  /**
   * Lets one argument of one construct hold what it holds.
   *
   * @param place the resource, data source, provider, output, variable or local; a stack, for what it overrides.
   * @param argument as the refusal names it, such as `environment.variables.SAMPLE_TOKEN`.
   * @param reason why that is no secret, or no harm; for those who read the code later.
   * @throws Error without a reason, or when the place is none of these.
   */
  static allow(place: IConstruct, argument: string, reason: string): void {
    if (!isLookedAt(place)) {
      throw new Error(
        `place must be a resource or another element of Terraform's, or a stack, got ${JSON.stringify(place.node.path)}`,
      );
    }
    if (argument.trim() === "") throw new Error(`argument must name one, got ${JSON.stringify(argument)}`);
    if (reason.trim() === "") {
      throw new Error(`reason must say why ${argument} may hold its value, got ${JSON.stringify(reason)}`);
    }
    const allowed: Allowed = { argument, reason };
    place.node.addMetadata(ALLOWED, allowed);
  }

  visit(node: IConstruct): void {
    // Synthesized twice, or under two aspects, it is still said once.
    if (!isLookedAt(node) || VISITED.has(node)) return;
    VISITED.add(node);
    // Aspects that come later may still change it; a validation sees what is written.
    const validation: IValidation = { validate: () => problemsOf(node) };
    node.node.addValidation(validation);
  }
}

const VISITED = new WeakSet<IConstruct>();

const isLookedAt = (node: IConstruct): node is TerraformElement | TerraformStack =>
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
          `NoSecretValues.allow(…, ${JSON.stringify(argument)}, …) allows nothing: take it away, or correct the argument`,
      ),
  ];
}

function sentence({ argument, address, why, instead }: Finding): string {
  return (
    `${argument} of ${address} ${why}: it would be in plain in Terraform's configuration, plan and state. Instead, ${instead}; ` +
    `or, on purpose, NoSecretValues.allow(…, ${JSON.stringify(argument)}, "why")`
  );
}

/** Of a stack's elements each is looked at by itself. */
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
