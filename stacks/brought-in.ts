/**
 * Checks that ARNs brought into a stack belong to its environment and, for principals, its account. Constructs check
 * the rest.
 */
import { Token } from "cdktf";
import type { Environment, LandingZone } from "../constructs";
import { accessAlarmOf } from "../constructs/internal/application-properties";
import { environmentResourceName, ENVIRONMENTS } from "../constructs/internal/checks";
import type { EnvironmentConfiguration } from "./configuration";
import { within } from "./synthesize";

interface Arn {
  readonly account: string;
  readonly name: string;
}

/** Undefined for a reference, and for other text, which is refused where it is used. */
function parse(arn: string | undefined): Arn | undefined {
  if (Token.isUnresolved(arn)) return undefined;
  const [prefix, , , , account, ...rest] = arn?.split(":") ?? [];
  const name = rest.join(":").split("/").at(-1);
  if (prefix !== "arn" || account === undefined || name === undefined) return undefined;
  return { account, name };
}

/**
 * AWS would refuse some of these too, but half-way through a deployment.
 *
 * @throws Error naming the property, the rule and the value.
 */
export function checkBroughtIn(environment: Environment, configuration: EnvironmentConfiguration): void {
  const { account } = configuration;
  const ofAccount = (property: string, arn: string | undefined): void => {
    const place = parse(arn);
    if (place !== undefined && account !== undefined && place.account !== account) {
      throw new Error(`${property} must be in ${account}, the stack's account, got ${JSON.stringify(arn)}`);
    }
  };
  const ofEnvironment = (property: string, arn: string | undefined): void => {
    const name = parse(arn)?.name;
    const isOf = (each: Environment): boolean => `-${name ?? ""}`.includes(`-${environmentResourceName(each)}-`);
    const other = ENVIRONMENTS.find((each) => each !== environment && isOf(each));
    if (other !== undefined) {
      throw new Error(`${property} must belong to ${environment}, not of ${other}, got ${JSON.stringify(arn)}`);
    }
  };

  const ofZone = (landingZone: LandingZone = {}): void => {
    for (const member of ["pageTopicArns", "informTopicArns"] as const) {
      landingZone[member]?.forEach((arn, index) => {
        ofEnvironment(`landingZone.${member}[${index}]`, arn);
      });
    }
    for (const [role, arn] of Object.entries(landingZone.roleArns ?? {}) as [string, string | undefined][]) {
      ofEnvironment(`landingZone.roleArns.${role}`, arn);
    }
  };
  const ofAccounts = (property: string, arns: readonly string[] = []): void => {
    arns.forEach((arn, index) => {
      ofAccount(`${property}[${index}]`, arn);
    });
  };
  const ofBoth = ({ landingZone, protection }: Pick<EnvironmentConfiguration, "landingZone" | "protection">): void => {
    ofZone(landingZone);
    ofAccounts("protection.breakGlassPrincipalArns", protection?.breakGlassPrincipalArns);
  };
  ofBoth(configuration);
  configuration.applications.forEach((application, index) => {
    within(`applications[${index}]`, () => {
      ofBoth(application);
    });
  });
  ofAccounts("accessAlarm.deployerRoleArns", accessAlarmOf(configuration.accessAlarm)?.deployerRoleArns);
}
