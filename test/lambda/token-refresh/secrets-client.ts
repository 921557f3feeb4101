/** The model's answers to the function's commands of the AWS SDK. */
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import type { SecretsManagerModel } from "../../../simulation/secrets-manager";

export function answerOf(model: SecretsManagerModel, command: unknown): object {
  if (command instanceof GetSecretValueCommand) return model.get(command.input);
  if (command instanceof DescribeSecretCommand) return model.describe(command.input);
  if (command instanceof ListSecretVersionIdsCommand) return { Versions: model.list(command.input) };
  if (command instanceof PutSecretValueCommand) model.put(command.input);
  else if (command instanceof UpdateSecretVersionStageCommand) model.move(command.input);
  else throw new Error("another command was sent");
  return {};
}
