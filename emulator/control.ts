/** The control address: changes the data, behaviour and faults of the local PISTE while it runs. */
import * as v from "valibot";
import { isOwnApi, type OwnApi } from "../piste/api-catalogue";
import { areAllowed } from "../piste/application";
import { PLATFORMS, TOKEN_ENDPOINT_PATH } from "../piste/environments";
import { doing, done, taking, type Actions } from "./action";
import type { Controlled } from "./controlled";
import { DEPOSIT_ENDS, DEPOSIT_STATES } from "./deposits";
import { isEffective, type Fault } from "./faults";
import { json, type Answer, type Request } from "./messages";
import { PORTAL_ACTIONS } from "./portal-control";
import { PortalRefusal } from "./portal-refusal";
import { structureSchema } from "./portal-schemas";
import { DEFAULT_SETTINGS, type Settings } from "./settings";

const text = v.pipe(v.string(), v.nonEmpty());
const integer = v.pipe(v.number(), v.integer());
const positive = v.pipe(integer, v.minValue(1));
/** Bounded, so that dates computed from it are valid. */
const wholeNumber = v.pipe(integer, v.minValue(0), v.maxValue(1_000_000));

/** A longer timer fires at once in Node. */
const LONGEST_DELAY = 2 ** 31 - 1;

const status = v.pipe(integer, v.minValue(200), v.maxValue(599));

const clientSchema = v.object({ client_id: text, client_secret: text });
const accountSchema = v.object({ login: text, password: text });

const settingsSchema = v.strictObject({
  environment: v.picklist(PLATFORMS),
  tokenLifetimeInSeconds: positive,
  expiresInAsString: v.boolean(),
  apis: v.custom<OwnApi[]>((apis) => Array.isArray(apis) && apis.every(isOwnApi) && areAllowed(apis)),
  scopes: v.array(text),
  openidOpensAll: v.boolean(),
  oldTokensSurvive: v.boolean(),
  sameTokenWhileValid: v.boolean(),
  oldSecretsSurvive: v.boolean(),
  tokensSurviveSecretReset: v.boolean(),
  apiSelectionSpreadsInMinutes: wholeNumber,
  refusedAccountHasBody: v.boolean(),
  accountUsableAfterInMinutes: wholeNumber,
  passwordLifetimeInDays: wholeNumber,
  wrongPasswordsUntilLock: wholeNumber,
  lockInMinutes: wholeNumber,
  missingRaccordement: v.picklist(["forbidden", "other-code"]),
  missingHabilitation: v.picklist(["forbidden", "other-code"]),
  depositStepInSeconds: wholeNumber,
  depositOutcome: v.picklist(DEPOSIT_ENDS),
  tooLargeFile: v.picklist(["413", "20001"]),
}) satisfies v.GenericSchema<unknown, Settings>;

const faultSchema: v.GenericSchema<unknown, Fault> = v.pipe(
  v.strictObject({
    on: v.picklist(["token", "gateway", "api"]),
    path: v.optional(v.string()),
    login: v.optional(v.string()),
    times: v.optional(positive),
    delayInMilliseconds: v.optional(v.pipe(integer, v.minValue(0), v.maxValue(LONGEST_DELAY))),
    connection: v.optional(v.picklist(["reset", "hang", "half-body"])),
    status: v.optional(status),
    error: v.optional(v.string()),
    codeRetour: v.optional(integer),
    libelle: v.optional(v.string()),
    body: v.optional(v.picklist(["html", "empty", "huge"])),
    retryAfterInSeconds: v.optional(v.pipe(integer, v.minValue(0))),
    location: v.optional(
      v.pipe(
        v.string(),
        v.check(
          (value) => /^[\x20-\x7e]*$/.test(value),
          "location must be in ASCII, without line breaks, to fit a header",
        ),
      ),
    ),
  }),
  v.check(isEffective, "a fault must have an effect: a status, a body, an error, a delay or a broken connection"),
);

/** Limits of memory. */
const LONGEST_ANSWER = 1024 * 1024;
const MOST_ANSWERS = 200;

const answerSchema = v.strictObject({
  path: v.pipe(
    text,
    v.check(
      (path) => /^\/[^?]*$/.test(path) && path !== TOKEN_ENDPOINT_PATH,
      "path must be the path of an API, without a query, such as /cpro/factures/v1/completer",
    ),
  ),
  json: v.pipe(
    v.unknown(),
    v.check((value) => JSON.stringify(value).length <= LONGEST_ANSWER, "json must be at most 1 MiB"),
  ),
  status: v.optional(status, 200),
});

const comment = v.optional(v.pipe(text, v.maxLength(2000)));

const depositOrderSchema = v.strictObject({
  numeroFluxDepot: text,
  etat: v.picklist(DEPOSIT_STATES),
  erreur: comment,
});

const invoiceOrderSchema = v.strictObject({
  identifiantFactureCPP: integer,
  statut: v.pipe(v.string(), v.regex(/^[A-Z0-9_]{1,60}$/)),
  commentaire: comment,
});

const ACTIONS: Actions = {
  "GET /settings": (piste) => done(piste.platform.settings),
  "PATCH /settings": taking(v.partial(settingsSchema), (piste, changes) => {
    piste.platform.settings = { ...piste.platform.settings, ...changes };
    return done(piste.platform.settings);
  }),
  "DELETE /settings": (piste) => {
    piste.platform.settings = DEFAULT_SETTINGS;
    return done(piste.platform.settings);
  },
  "GET /faults": (piste) => done(piste.faults.list()),
  "POST /faults": taking(faultSchema, (piste, fault) => {
    piste.faults.add(fault);
    return done(piste.faults.list());
  }),
  "DELETE /faults": (piste) => {
    piste.faults.clear();
    return done(piste.faults.list());
  },
  "GET /answers": ({ platform }) => done([...platform.answers.keys()]),
  "POST /answers": doing(answerSchema, ({ answers }, { path, status, json: value }) => {
    if (!answers.has(path) && answers.size >= MOST_ANSWERS) {
      throw new PortalRefusal(`there are already ${MOST_ANSWERS} answers, the maximum; DELETE /answers removes them`);
    }
    answers.set(path, json(status, value));
  }),
  "DELETE /answers": doing(v.unknown(), ({ answers }) => {
    answers.clear();
  }),
  "GET /deposits": ({ platform }) => done(platform.deposits.view()),
  "PATCH /deposits": doing(depositOrderSchema, ({ deposits }, { numeroFluxDepot, etat, erreur }) => {
    deposits.orderDeposit(numeroFluxDepot, etat, erreur);
  }),
  "PATCH /invoices": doing(invoiceOrderSchema, ({ deposits }, { identifiantFactureCPP, statut, commentaire }) => {
    deposits.orderInvoice(identifiantFactureCPP, statut, commentaire);
  }),
  "DELETE /deposits": doing(v.unknown(), ({ deposits }) => {
    deposits.clear();
  }),
  "POST /api-keys": doing(v.strictObject({ keyId: text }), ({ apiKeys }, { keyId }) => {
    apiKeys.add(keyId);
  }),
  "POST /clients": doing(clientSchema, (platform, client) => {
    platform.addClient(client);
  }),
  "POST /accounts": doing(accountSchema, (platform, account) => {
    platform.addAccount(account);
  }),
  "POST /structures": doing(structureSchema, (platform, structure) => {
    platform.addStructure(structure);
  }),
  ...PORTAL_ACTIONS,
  "DELETE /tokens": (piste) => done({ expired: piste.platform.expireTokens() }),
  "GET /calls": (piste) => done(piste.recentCalls()),
};

/** The actions of the control address, for help texts. */
export const CONTROL_ACTIONS = Object.keys(ACTIONS);

export function answerControl(piste: Controlled, request: Request): Answer {
  const action = ACTIONS[`${request.method} ${request.path}`];
  if (action === undefined) {
    return json(404, { error: `unknown: ${request.method} ${request.path}`, known: CONTROL_ACTIONS });
  }
  let body: unknown;
  try {
    body = request.body === "" ? undefined : JSON.parse(request.body);
  } catch {
    return json(400, { error: "the body must be JSON" });
  }
  return action(piste, body);
}
