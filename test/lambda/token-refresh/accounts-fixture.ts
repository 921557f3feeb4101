/** Fixture for the operation `passwords`: an application with technical accounts. */
import { PlatformError } from "../../../lambda/shared/secret-store";
import { checkApplication } from "../../../piste/application";
import { describe as describeApplication } from "../../../piste/description";
import { technicalAccountSecretName } from "../../../piste/names";
import type { SecretVersion } from "../../../piste/password-age";
import { openFixture, type Fixture, type FixtureOptions } from "./fixture";

const DAY = 24 * 3600;
/** A Tuesday, noon in Paris. */
export const NOW = Date.parse("2026-11-24T11:00:00Z");

export const secretOf = (account: string): string => technicalAccountSecretName("qualif", "chorus-pro", account);

/** A version with an age and labels. */
export const storedDaysAgo = (days: number, ...labels: string[]): SecretVersion => ({
  labels: ["AWSCURRENT", ...labels],
  storedAt: NOW - days * DAY * 1000,
});

export interface Accounts {
  readonly [account: string]: SecretVersion | (() => Promise<SecretVersion | undefined>) | undefined;
}

/** A fixture at noon whose application has these accounts, described as a deployment does. */
export function openWithAccounts(accounts: Accounts, options: FixtureOptions & { lifetime?: number } = {}): Fixture {
  const fixture = openFixture(options);
  fixture.clock.forward((NOW - fixture.clock.now()) / 1000);
  const deployed = {
    clientSecret: "piste/qualif/chorus-pro/client",
    tokenSecret: "piste/qualif/chorus-pro/token",
    function: "piste-qualif-chorus-pro-token-refresh",
    schedule: { group: "piste-qualif-chorus-pro", name: "piste-qualif-chorus-pro-tick" },
    alarms: [],
  };
  const described = Object.keys(accounts).map((name) => ({
    name,
    secret: secretOf(name),
    structure: { identifier: "12345678901234", identifierType: "SIRET" },
    passwordLifetimeInDays: options.lifetime ?? 424,
  }));
  const application = checkApplication({ environment: "qualif", name: "chorus-pro" });
  for (const { name, value } of describeApplication(application, deployed, described)) {
    fixture.accounts.parameters.set(name, value);
  }
  for (const [name, version] of Object.entries(accounts)) {
    if (version !== undefined) fixture.accounts.versions.set(secretOf(name), version);
  }
  return fixture;
}

export const lastLine = ({ lines }: Pick<Fixture, "lines">): Record<string, unknown> =>
  JSON.parse(lines.at(-1) ?? "") as Record<string, unknown>;

/** The PlatformError of a run. @throws any other error. */
export async function refusal(run: Promise<unknown>): Promise<PlatformError> {
  const error: unknown = await run.then(
    () => new Error("it was not refused"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof PlatformError)) throw error;
  return error;
}
