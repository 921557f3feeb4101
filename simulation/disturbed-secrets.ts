/** The model of Secrets Manager behind the SDK client's interface, with the failures of a history. */
import type { GetSecretValueCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import type { SecretsClient } from "../lambda/shared/secret-store";
import type { FunctionRun } from "./function-run";
import { awsError, type GetInput, type PutInput, type SecretsManagerModel } from "./secrets-manager";
import type { VirtualTime } from "./virtual-time";
import type { ActiveDisturbances } from "./disturbances";

const SECOND = 1000;

/** Latency of AWS in a refresh; the read of a waiting tick takes no time. */
const AWS_LATENCY_IN_MILLISECONDS = 25;
/** The function's client makes two attempts of three seconds. */
const TIMEOUT_IN_MILLISECONDS = 6 * SECOND;

interface Dependencies {
  readonly model: SecretsManagerModel;
  readonly ongoing: ActiveDisturbances;
  readonly time: VirtualTime<FunctionRun>;
  /** Reads of this secret take no time. */
  readonly tokenSecret: string;
  /** AWS received a write: the caller stores it. */
  readonly onWrite: (input: PutInput, run: FunctionRun) => void;
}

export function disturbedSecrets(dependencies: Dependencies): SecretsClient {
  const client = new DisturbedSecrets(dependencies);
  // A tick sends only these two commands.
  const send = (command: GetSecretValueCommand | PutSecretValueCommand): Promise<object> =>
    "SecretString" in command.input ? client.put(command.input) : client.get(command.input);
  return { send, answeredAt: () => Math.floor(dependencies.time.now / SECOND) } as SecretsClient;
}

class DisturbedSecrets {
  constructor(private readonly dependencies: Dependencies) {}

  async get(input: GetInput): Promise<object> {
    const { model, tokenSecret } = this.dependencies;
    this.run.reads += 1;
    await this.answers("read", input.SecretId === tokenSecret ? 0 : AWS_LATENCY_IN_MILLISECONDS);
    return model.get(input);
  }

  async put(input: PutInput): Promise<object> {
    const { run } = this;
    run.writes += 1;
    if (this.isGoingOn("crashes")) {
      run.killed = true;
      run.mayThrow = true;
      throw new Error("killed");
    }
    await this.answers("write", AWS_LATENCY_IN_MILLISECONDS);
    this.dependencies.onWrite(input, run);
    if (this.isGoingOn("answer-lost")) {
      run.mayThrow = true;
      throw awsError("TimeoutError");
    }
    return {};
  }

  private get run(): FunctionRun {
    const { active } = this.dependencies.time;
    if (active === undefined) throw new Error("no run is active");
    return active;
  }

  private isGoingOn(kind: "crashes" | "answer-lost"): boolean {
    const { ongoing, time } = this.dependencies;
    return ongoing.find(kind, time.now) !== undefined;
  }

  private async answers(call: "read" | "write", usualMilliseconds: number): Promise<void> {
    const { ongoing, time } = this.dependencies;
    const milliseconds = ongoing.find("slow-aws", time.now)?.disturbance.milliseconds ?? usualMilliseconds;
    if (milliseconds > 0) await time.sleep(milliseconds);
    const refusal = ongoing.find("aws-refuses", time.now)?.disturbance;
    if (refusal?.call !== call) return;
    this.run.mayThrow = true;
    if (refusal.error === "timeout") {
      await time.sleep(TIMEOUT_IN_MILLISECONDS);
      throw awsError("TimeoutError");
    }
    throw awsError(refusal.error);
  }
}
