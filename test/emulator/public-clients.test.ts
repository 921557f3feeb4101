/** Requests of public clients get an answer or `not_imitated`; the documentation counts both. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import * as v from "valibot";
import { API_CATALOGUE, scopesOf } from "../../piste/api-catalogue";
import { SCHEMAS, type AnswerOf, type Operation } from "./chorus-schemas";
import { bodyOf, control, request, somePiste, STRUCTURE, tokenOf, withAccount } from "./requests";

const read = (file: string): string => readFileSync(path.join(__dirname, file), "utf8");

const REQUESTS = read("public-clients.txt")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [client = "", operation = "", call = "", body = ""] = line.split(" | ");
    return { client, operation, call, body: body.replace(/ \|$/, "") };
  });
const CLIENTS = [...new Set(REQUESTS.map(({ client }) => client))];

const SCOPES = scopesOf(Object.values(API_CATALOGUE)).join(" ");

const piste = somePiste();
control(piste, "PATCH /settings", { depositStepInSeconds: 0 });
control(piste, "POST /structures", { ...STRUCTURE, services: [{ codeService: "FACTURES" }] });

function answerTo(call: string, body: string): { readonly status: number; readonly body: unknown } {
  const [method = "", to = ""] = call.split(" ");
  const { answer } = piste.handle(request(method, to, { headers: withAccount(tokenOf(piste, SCOPES)), body }));
  return { status: answer.status, body: answer.body.startsWith("{") ? bodyOf(answer) : answer.body };
}

const answered = <O extends Operation>(operation: O, base: string, body: unknown): AnswerOf<O> =>
  v.parse(SCHEMAS[operation], answerTo(`POST ${base}/v1/${operation}`, JSON.stringify(body)).body);

/** Values of the placeholders. */
const VALUES = ((): Record<string, unknown> => {
  const file = { fichierFlux: "eA==", nomFichier: "F-1.pdf", syntaxeFlux: "IN_DP_E2_CII_FACTURX" };
  const asked = { structure: { identifiantStructure: STRUCTURE.identifier } };
  const structure = answered("rechercher", "/cpro/structures", asked).listeStructures[0]?.idStructureCPP;
  return {
    siret: STRUCTURE.identifier,
    structure,
    service: answered("rechercher/services", "/cpro/structures", { idStructure: structure }).listeServices[0]
      ?.idService,
    deposit: answered("deposer/flux", "/cpro/factures", file).numeroFluxDepot,
    invoice: answered("rechercher/fournisseur", "/cpro/factures", {}).listeFactures[0]?.identifiantFactureCPP,
  };
})();

const filled = (body: string): string =>
  body.replace(/"\{(\w+)\}"/g, (_, name: string) => JSON.stringify(VALUES[name]));

describe("a public client's request", () => {
  it.each(REQUESTS)("$client: $operation", ({ call, body }) => {
    const { status, body: answer } = answerTo(call, filled(body));
    if (status === 501) return;
    expect([status, (answer as { codeRetour?: number }).codeRetour ?? 0]).toEqual([200, 0]);
    const schema = Object.entries(SCHEMAS).find(
      ([operation]) => call.endsWith(`/v1/${operation}`) || call.endsWith(`Compte/${operation}`),
    );
    if (schema !== undefined) expect(v.safeParse(schema[1], answer).issues ?? []).toEqual([]);
  });
});

describe("the documentation's table of clients", () => {
  const page = read("../../docs/emulator.md");
  it.each(CLIENTS)("counts the answered and the other requests of %s", (client) => {
    const own = REQUESTS.filter((one) => one.client === client);
    const notImitated = own.filter(({ call, body }) => answerTo(call, filled(body)).status === 501);
    const row = page.split("\n").find((line) => line.startsWith("|") && line.includes(client)) ?? "";
    expect(row.split("|").map((cell) => cell.trim())).toEqual(
      expect.arrayContaining([`${own.length - notImitated.length}`, `${notImitated.length}`]),
    );
  });
});
