/** The address and the JSON of `piste call`, from its arguments. */
import { API_CATALOGUE, type Api } from "../../piste/api-catalogue";
import {
  isGetOnly,
  resolveApiAddress,
  resolveGatewayAddress,
  type AddressProblem,
  type ApiAddress,
  type GatewayAddress,
} from "../../piste/api-path";
import type { HttpRequest } from "../../piste/http";
import type { Text } from "../../piste/language";
import { CommandError } from "../command/failure";
import { isJson } from "./json";

export const METHODS = ["GET", "POST"] as const;
export type Method = HttpRequest["method"];

export interface CallArguments {
  /** `<api>/<path>`. */
  readonly address: string;
  /** JSON, or `-` for standard input. */
  readonly json?: string | undefined;
  readonly readInput: () => Promise<string>;
}

const PROBLEMS: Readonly<Record<AddressProblem, Text>> = {
  "unknown-api": { en: "It does not begin with a known API.", fr: "Elle ne commence par aucune API connue." },
  "no-path": { en: "It has no path below the API.", fr: "Il lui manque un chemin après l'API." },
  path: {
    en: "Its path has parts or characters that no known API has.",
    fr: "Son chemin contient des parties ou des caractères qu'aucune API connue n'a.",
  },
  query: {
    en: "Its query has characters that cannot be sent.",
    fr: "Sa chaîne de requête contient des caractères qui ne peuvent pas être envoyés.",
  },
};

/** The address, as far as it is known without the application. @throws CommandError when no application could have it. */
export function anywhere(text: string): GatewayAddress {
  const address = resolveGatewayAddress(text);
  if (typeof address === "string") throw noAddress(text, address);
  return address;
}

/** @param own APIs beyond the catalogue. @throws CommandError that names all known APIs. */
export function resolved(text: string, own: readonly Api[]): ApiAddress {
  const address = resolveApiAddress(text, own);
  if (typeof address === "string") throw noAddress(text, address, own);
  return address;
}

const listOf = (apis: readonly Api[]): string =>
  apis.map(({ name, basePath }) => `  ${name.padEnd(24)} ${basePath.slice(1)}`).join("\n");

function noAddress(text: string, problem: AddressProblem, own: readonly Api[] = []): CommandError {
  const known = listOf([...Object.values(API_CATALOGUE), ...own]);
  const { en, fr } = PROBLEMS[problem];
  return new CommandError(
    {
      en: `${JSON.stringify(text)} is not the address of an API. ${en} An address is for example structures/v1/rechercher, chorus-pro-structures/rechercher or cpro/structures/v1/rechercher. APIs, and where they are on the gateway:\n${known}`,
      fr: `${JSON.stringify(text)} n'est pas l'adresse d'une API. ${fr} Une adresse est par exemple structures/v1/rechercher, chorus-pro-structures/rechercher ou cpro/structures/v1/rechercher. Les API, et leur place sur la passerelle :\n${known}`,
    },
    "operator",
  );
}

/** @throws CommandError unless the method takes JSON and the text is JSON. */
export async function whatToSend(
  address: GatewayAddress,
  { json, readInput }: CallArguments,
  asked: Method | undefined,
): Promise<{ readonly method: Method; readonly json?: string | undefined }> {
  const method = asked ?? address.probe?.method ?? (json === undefined ? "GET" : "POST");
  if (method !== "GET" && isGetOnly(address)) {
    const known = listOf(Object.values(API_CATALOGUE));
    throw new CommandError(
      {
        en: `${address.path.slice(1)} is not the address of an API in the catalogue. Other APIs are called with the token alone, and with GET: remove the JSON and \`--method\`. The catalogue's APIs, and where they are on the gateway:\n${known}`,
        fr: `${address.path.slice(1)} n'est pas l'adresse d'une API du catalogue. Les autres API sont appelées avec le jeton seul, et en GET : omettez le JSON et \`--method\`. Les API du catalogue, et leur place sur la passerelle :\n${known}`,
      },
      "operator",
    );
  }
  if (json === undefined) return { method };
  if (method === "GET") {
    throw new CommandError(
      {
        en: "A GET takes no JSON: remove it, put the parameters into the query (`?…=…`), or add `--method POST`.",
        fr: "Un GET ne prend pas de JSON : omettez-le, mettez les paramètres dans la chaîne de requête (`?…=…`), ou ajoutez `--method POST`.",
      },
      "operator",
    );
  }
  // Some editors and shells begin with a byte order mark.
  const text = (json === "-" ? await readInput() : json).replace(/^\uFEFF/, "");
  if (!isJson(text)) {
    throw new CommandError(
      {
        en: `The argument is not JSON. In a shell, put it into single quotes, '{"…": …}', or pipe it and write \`-\` in its place.`,
        fr: `L'argument n'est pas du JSON. Dans un terminal, mettez-le entre apostrophes, '{"…": …}', ou envoyez-le par un tube et écrivez \`-\` à sa place.`,
      },
      "operator",
    );
  }
  return { method, json: text };
}

export function noAccountNeeded({ api: { title } }: ApiAddress): CommandError {
  return new CommandError(
    {
      en: `${title} takes no technical account for this call: remove \`--account\`.`,
      fr: `${title} ne prend pas de compte technique pour cet appel : omettez \`--account\`.`,
    },
    "operator",
  );
}
