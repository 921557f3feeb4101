/** Keeps clients of AWS's SDK from sending anything before it is known where it would go. */
import {
  PutSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from "@aws-sdk/client-secrets-manager";
import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from "@aws-sdk/client-sts";
import type { Text } from "../../piste/language";
import { checkAwsAddress, checkSigningInAddresses, type AddressRule, type AwsAddress } from "./aws-address";

interface Client {
  readonly middlewareStack: unknown;
}

type Configuration = SecretsManagerClientConfig & STSClientConfig;
/** Makes a client of a service, whose requests are checked. */
export type ClientMaker = <C extends Client>(Kind: new (configuration: Configuration) => C) => C;

/** All clients take the same middleware, which their types do not say. */
const stackOf = ({ middlewareStack }: Client) => middlewareStack as SecretsManagerClient["middlewareStack"];

export class AddressGuard {
  private readonly rule: AddressRule;
  private readonly signingIn: STSClient;
  private readonly storing: SecretsManagerClient;

  /** @param configuration of the clients. */
  constructor(configuration: Configuration, { environment, notice }: AddressRule) {
    const noticed = new Set<string>();
    this.rule = {
      environment,
      notice: (text: Text): void => {
        // Once of each address, however many requests go there.
        if (!noticed.has(text.en)) notice?.(text);
        noticed.add(text.en);
      },
    };
    // These send nothing, and so need no credentials: they show where AWS would be asked.
    const unsent = { ...configuration, credentials: { accessKeyId: "", secretAccessKey: "" } };
    this.signingIn = new STSClient(unsent);
    this.storing = new SecretsManagerClient(unsent);
    for (const client of [this.signingIn, this.storing]) {
      stackOf(client).add(
        () => (call) => {
          checkAwsAddress(call.request as AwsAddress, this.rule);
          return Promise.resolve({ response: {}, output: { $metadata: {} } });
        },
        { step: "build" },
      );
    }
  }

  /** @throws CommandError where the value of a secret would be sent to another address than AWS's. */
  async checkStoring(): Promise<void> {
    await this.storing.send(new PutSecretValueCommand({ SecretId: "none" }));
  }

  /** Its requests are refused as {@link checkStoring} says. */
  add(client: Client): void {
    const stack = stackOf(client);
    // The SDK fetches credentials before the next step, and may send a token of a person or a pipeline for them.
    stack.add(
      (next) => async (call) => {
        checkSigningInAddresses(process.env, this.rule);
        await this.signingIn.send(new GetCallerIdentityCommand({}));
        return next(call);
      },
      { step: "initialize", name: "checkWhereSigningIn" },
    );
    stack.add(
      (next) => (call) => {
        checkAwsAddress(call.request as AwsAddress, this.rule);
        return next(call);
      },
      { step: "build", name: "checkAwsAddress" },
    );
  }
}
