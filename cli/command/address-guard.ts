/** Checks the address of each request of AWS's SDK before anything is sent. */
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
        // Once for each address.
        if (!noticed.has(text.en)) notice?.(text);
        noticed.add(text.en);
      },
    };
    // These clients only show the address. They send nothing, so they need no credentials.
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

  /** @throws CommandError when {@link checkAwsAddress} refuses the address of Secrets Manager. */
  async checkStoring(): Promise<void> {
    await this.storing.send(new PutSecretValueCommand({ SecretId: "none" }));
  }

  /** Checks each of the client's requests. */
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
