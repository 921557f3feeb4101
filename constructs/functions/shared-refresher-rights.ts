/**
 * What a shared token refresher may do: by the pattern of names, since fifty applications by name would not fit into a
 * role's policies.
 */
import type { Construct } from "constructs";
import type { Environment } from "../../piste/environments";
import {
  clientSecretName,
  descriptionParameterName,
  technicalAccountSecretName,
  tokenSecretName,
} from "../../piste/names";
import {
  listVersionsStatement,
  promoteStatements,
  READ_WITH_KEY,
  readParametersStatement,
  readStageStatement,
  STORE_WITH_KEY,
  storeStatement,
  useKeyStatement,
  type PolicyStatement,
} from "../../aws/policy-statements";
import type { SharingApplication } from "../shared-token-refresher";
import { parameterArnByName, secretArnByName } from "../stack-singletons";

/** For every application of the environment whose name begins so. */
export class SharedRefresherRights {
  private readonly patterns: Patterns;

  constructor(
    scope: Construct,
    private readonly environment: Environment,
    private readonly applicationPrefix: string,
  ) {
    this.patterns = patternsOf(scope, environment, `${applicationPrefix}*`);
  }

  /** What it needs for those that it has. */
  statements(applications: readonly SharingApplication[]): PolicyStatement[] {
    const { patterns } = this;
    if (applications.length === 0) return [];
    const inPattern = new RegExp(`^${clientSecretName(this.environment, `${this.applicationPrefix}[^/]*`)}$`);
    const clients = applications.map(({ clientCredentials: { secretName, secretArn, encryptionKeyArn } }) => ({
      arn: inPattern.test(secretName) ? patterns.client : secretArn,
      encryptionKeyArn,
    }));
    const clientArns = different(clients.map(({ arn }) => arn));
    const tokens = applications.map(({ accessToken: { encryptionKeyArn } }) => ({
      arn: patterns.token,
      encryptionKeyArn,
    }));
    const haveAccounts = applications.some(({ hasTechnicalAccounts }) => hasTechnicalAccounts);
    return [
      readStageStatement([...clientArns, patterns.token], "AWSCURRENT"),
      ...promoteStatements(clientArns),
      storeStatement(patterns.token),
      ...useKeysStatements(clients, READ_WITH_KEY),
      ...useKeysStatements(tokens, STORE_WITH_KEY),
      ...(haveAccounts
        ? [listVersionsStatement(patterns.accounts), readParametersStatement(patterns.descriptions)]
        : []),
      refuseAccounts(patterns.accounts),
    ];
  }
}

/** Of those secrets that have a customer's key. */
function useKeysStatements(
  secrets: readonly { readonly arn: string; readonly encryptionKeyArn: string | undefined }[],
  actions: string[],
): PolicyStatement[] {
  const withKey = secrets.filter(({ encryptionKeyArn }) => encryptionKeyArn !== undefined);
  if (withKey.length === 0) return [];
  const keys = different(withKey.map(({ encryptionKeyArn = "" }) => encryptionKeyArn));
  return [useKeyStatement(keys, actions, different(withKey.map(({ arn }) => arn)))];
}

/** ARNs in which `*` stands for the applications. */
interface Patterns {
  readonly client: string;
  readonly token: string;
  readonly accounts: string;
  readonly descriptions: string;
}

function patternsOf(scope: Construct, environment: Environment, applications: string): Patterns {
  return {
    client: secretArnByName(scope, clientSecretName(environment, applications)),
    token: secretArnByName(scope, tokenSecretName(environment, applications)),
    accounts: secretArnByName(scope, technicalAccountSecretName(environment, applications, "*")),
    descriptions: parameterArnByName(scope, descriptionParameterName(environment, applications)),
  };
}

/**
 * In IAM `*` stands for slashes too: the patterns of client credentials and tokens would also let in a technical account
 * that is called `client` or `token`.
 */
function refuseAccounts(accounts: string): PolicyStatement {
  return {
    Effect: "Deny",
    Action: ["GetSecretValue", "PutSecretValue", "DescribeSecret", "UpdateSecretVersionStage"].map(
      (operation) => `secretsmanager:${operation}`,
    ),
    Resource: accounts,
  };
}

const different = (values: readonly string[]): string[] => [...new Set(values)];
