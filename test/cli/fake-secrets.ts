/**
 * Secrets Manager in memory for tests of commands: the simulation's model, changes by hand, and the function's client.
 */
import { GetSecretValueCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import type { SecretsClient } from "../../lambda/shared/secret-store";
import { awsError as sdkError, SecretsManagerModel } from "../../simulation/secrets-manager";
import { answerOf } from "../lambda/token-refresh/secrets-client";
import type { Clock } from "../lambda/token-refresh/fixture";

export const CURRENT = "AWSCURRENT";
/** Commands treat younger credentials as perhaps not yet known to PISTE. */
const A_DAY_IN_SECONDS = 24 * 60 * 60;

export class FakeSecrets {
  /** Calls of the function's role that are refused. */
  functionIsRefused: "read" | "write" | undefined;
  protected readonly model: SecretsManagerModel;
  private readonly made = new Map<string, number>();
  private storedBeforeInSeconds = 0;

  /** @param usualAgeInSeconds of values that `put` stores. */
  constructor(
    readonly clock: Clock,
    private readonly usualAgeInSeconds = A_DAY_IN_SECONDS,
  ) {
    this.model = new SecretsManagerModel(() => clock.now() - this.storedBeforeInSeconds * 1000);
  }

  /** Creates secrets without values, or empties them. */
  create(...secrets: readonly string[]): void {
    for (const secret of secrets) this.model.create(secret);
  }

  remove(secret: string): void {
    this.model.delete(secret);
  }

  /** A token's age follows its `issued_at`. */
  private ageOf(value: unknown): number {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const issuedAt = /"issued_at":(\d{1,12})\b/.exec(text)?.[1];
    return issuedAt === undefined ? this.usualAgeInSeconds : Math.max(0, this.clock.now() / 1000 - Number(issuedAt));
  }

  /** Stores a value with an age. @returns its version: `version-1`, `version-2`, … */
  put(secret: string, value: unknown, labels: readonly string[] = [CURRENT], ageInSeconds = this.ageOf(value)): string {
    const number = (this.made.get(secret) ?? 0) + 1;
    this.made.set(secret, number);
    this.storedBeforeInSeconds = ageInSeconds;
    try {
      this.model.put({
        SecretId: secret,
        SecretString: typeof value === "string" ? value : JSON.stringify(value),
        ClientRequestToken: `version-${number}`,
        VersionStages: labels,
      });
    } finally {
      this.storedBeforeInSeconds = 0;
    }
    return `version-${number}`;
  }

  /** Reads a value without a recorded call. */
  peek(secret: string, label = CURRENT): unknown {
    if (this.labelsOf(secret)[label] === undefined) return undefined;
    return JSON.parse(this.model.get({ SecretId: secret, VersionStage: label }).SecretString);
  }

  /** Version ids by label. */
  labelsOf(secret: string): Record<string, string> {
    const { VersionIdsToStages = {} } = this.model.describe({ SecretId: secret });
    return Object.fromEntries(
      Object.entries(VersionIdsToStages).flatMap(([versionId, labels]) => labels.map((label) => [label, versionId])),
    );
  }

  protected has(secret: string): boolean {
    try {
      this.model.describe({ SecretId: secret });
      return true;
    } catch {
      return false;
    }
  }

  protected clientOfFunction(): SecretsClient {
    const send = (command: unknown): Promise<object> =>
      Promise.resolve().then(() => {
        const refused =
          (this.functionIsRefused === "read" && command instanceof GetSecretValueCommand) ||
          (this.functionIsRefused === "write" && command instanceof PutSecretValueCommand);
        if (refused) throw sdkError("AccessDeniedException");
        return answerOf(this.model, command);
      });
    return { send, answeredAt: () => Math.floor(this.clock.now() / 1000) } as SecretsClient;
  }
}
