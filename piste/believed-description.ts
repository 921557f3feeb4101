/**
 * Reads descriptions and checks them, since an attacker may be able to write an SSM parameter. A description leads only
 * to secrets whose names follow from the application's name, and to nothing in another AWS account or region. The client
 * secret that it names is a hint for people; programs do not write there.
 */
import * as v from "valibot";
import { MAXIMUM_PARAMETER_VALUE_IN_BYTES, type DescribedAccount, type Description } from "./description";
import { accountPageSchema, descriptionSchema } from "./description-schemas";
import type { Environment } from "./environments";
import { parseJson } from "./json";
import type { Text } from "./language";
import {
  accountsParameterName,
  clientSecretName,
  descriptionParameterName,
  technicalAccountSecretName,
  tokenSecretName,
} from "./names";

export interface BelievedApplication {
  readonly description: Description;
  readonly accounts: readonly DescribedAccount[];
}

/** A refused parameter. The message never repeats its value. */
export class DescriptionError extends Error {
  override readonly name = "DescriptionError";

  /** @param why fits after "the parameter …". */
  constructor(
    readonly parameter: string,
    readonly why: Text,
  ) {
    super(`the parameter ${parameter} ${why.en}; deploy the application again`);
  }
}

export interface DescriptionSource {
  /** A parameter's text; undefined where there is none. */
  readonly read: (parameter: string) => Promise<string | undefined>;
  /** True if an ARN is of this AWS account and region. @default - all are, for programs that follow none of them */
  readonly isHere?: (arn: string) => boolean;
}

/** @throws DescriptionError that names the parameter and the reason; what `read` throws. */
export async function readBelievedApplication(
  environment: Environment,
  application: string,
  { read, isHere = () => true }: DescriptionSource,
): Promise<BelievedApplication> {
  const parameter = descriptionParameterName(environment, application);
  const description = parse(parameter, descriptionSchema, await read(parameter));
  if (description.environment !== environment || description.application !== application) {
    throw new DescriptionError(parameter, {
      en: "describes another application or environment than its name says",
      fr: "décrit une autre application ou un autre environnement que ne le dit son nom",
    });
  }
  if (description.tokenSecret !== tokenSecretName(environment, application)) {
    throw new DescriptionError(parameter, notOwn("tokenSecret", "tokenSecret"));
  }
  const named = {
    clientSecret: [description.clientSecret],
    function: [description.function],
    alarms: description.alarms,
  };
  for (const [field, values] of Object.entries(named)) {
    if (values.every((value) => !isArn(value) || isHere(value))) continue;
    throw new DescriptionError(parameter, {
      en: `names something of another AWS account or region (${field})`,
      fr: `nomme quelque chose d'un autre compte AWS ou d'une autre région (${field})`,
    });
  }

  const accounts: DescribedAccount[] = [];
  const names = new Set<string>();
  for (let page = 1; page <= description.accountPages; page++) {
    const pageParameter = accountsParameterName(environment, application, page);
    const onPage = parse(pageParameter, accountPageSchema, await read(pageParameter));
    for (const { name, secret } of onPage) {
      if (secret !== technicalAccountSecretName(environment, application, name)) {
        throw new DescriptionError(pageParameter, notOwn(`account ${name}`, `compte ${name}`));
      }
      // A duplicate would send its password twice, and wrong ones probably lock an account.
      if (names.has(name)) {
        throw new DescriptionError(pageParameter, {
          en: `names the account ${name} a second time`,
          fr: `nomme une seconde fois le compte ${name}`,
        });
      }
      names.add(name);
    }
    accounts.push(...onPage);
  }
  const ownSecret = clientSecretName(environment, application);
  return {
    description: {
      ...description,
      clientSecret: secretNameOf(description.clientSecret) === ownSecret ? ownSecret : description.clientSecret,
      function: nameOf(description.function),
      alarms: description.alarms.map(nameOf),
    },
    accounts,
  };
}

const notOwn = (en: string, fr: string): Text => ({
  en: `names a secret that does not follow from the application's name (${en})`,
  fr: `nomme un secret qui ne découle pas du nom de l'application (${fr})`,
});

function parse<T>(parameter: string, schema: v.GenericSchema<unknown, T>, text: string | undefined): T {
  if (text === undefined) throw new DescriptionError(parameter, { en: "is missing", fr: "manque" });
  if (Buffer.byteLength(text) > MAXIMUM_PARAMETER_VALUE_IN_BYTES) {
    throw new DescriptionError(parameter, {
      en: `is longer than ${MAXIMUM_PARAMETER_VALUE_IN_BYTES} bytes`,
      fr: `dépasse ${MAXIMUM_PARAMETER_VALUE_IN_BYTES} octets`,
    });
  }
  const json = parseJson(text);
  if (json === undefined) {
    throw new DescriptionError(parameter, { en: "does not hold JSON", fr: "ne contient pas de JSON" });
  }
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const field = v.getDotPath(result.issues[0]);
  throw new DescriptionError(parameter, {
    en: `does not describe an application, see ${field ?? "the whole value"}`,
    fr: `ne décrit pas une application, voir ${field ?? "toute la valeur"}`,
  });
}

const isArn = (value: string): boolean => value.startsWith("arn:");

/** The name in `arn:<partition>:<service>:<region>:<account>:<kind>:<name>`, or the name that was given. */
const nameOf = (value: string): string => (isArn(value) ? value.split(":").slice(6).join(":") : value);

/** The name of a secret from its name or ARN: AWS ends an ARN with a hyphen and six characters. */
export const secretNameOf = (value: string): string => (isArn(value) ? nameOf(value).replace(/-\w{6}$/, "") : value);
