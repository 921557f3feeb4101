/** The control address: what the local PISTE knows and how it misbehaves, changed while it runs. */
import * as v from "valibot";
import { faultSchema, type Faults } from "./faults";
import { json, type Answer, type Request } from "./messages";
import {
  accountSchema,
  clientSchema,
  DEFAULT_SETTINGS,
  settingsSchema,
  structureSchema,
  type Platform,
} from "./platform";

/** What is controlled. */
interface Controlled {
  readonly platform: Platform;
  readonly faults: Faults;
  recentCalls(): unknown;
}

type Action = (piste: Controlled, body: unknown) => Answer;

const done = (value: unknown = { done: true }): Answer => json(200, value);

/** An action that takes a body of a schema. */
const taking =
  <T>(schema: v.GenericSchema<unknown, T>, act: (piste: Controlled, value: T) => Answer): Action =>
  (piste, body) => {
    const parsed = v.safeParse(schema, body);
    if (parsed.success) return act(piste, parsed.output);
    const problems = parsed.issues.map((issue) => problemOf(v.getDotPath(issue) ?? "the body", issue));
    return json(400, { error: `the body does not fit: ${problems.join("; ")}` });
  };

function problemOf(name: string, { type, expected, received, message }: v.BaseIssue<unknown>): string {
  if (type === "check") return message;
  if (expected === "never") return `${name} is unknown`;
  if (received === "undefined") return `${name} is missing`;
  if (type === "non_empty") return `${name} must not be empty`;
  return `${name} must be ${expected ?? "another value"}`;
}

const ACTIONS: Readonly<Record<string, Action>> = {
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
  "POST /clients": taking(clientSchema, (piste, client) => {
    piste.platform.addClient(client);
    return done();
  }),
  "POST /accounts": taking(accountSchema, (piste, account) => {
    piste.platform.addAccount(account);
    return done();
  }),
  "POST /structures": taking(structureSchema, (piste, structure) => {
    piste.platform.addStructure(structure);
    return done();
  }),
  "DELETE /tokens": (piste) => done({ expired: piste.platform.expireTokens() }),
  "GET /calls": (piste) => done(piste.recentCalls()),
};

/** What the control address can do, for help texts. */
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
