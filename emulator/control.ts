/** The control address: what the local PISTE knows and how it misbehaves, changed while it runs. */
import * as v from "valibot";
import { doing, done, taking, type Actions, type Controlled } from "./action";
import { faultSchema } from "./faults";
import { json, type Answer, type Request } from "./messages";
import { accountSchema, clientSchema, DEFAULT_SETTINGS, settingsSchema, structureSchema } from "./platform";
import { PORTAL_ACTIONS } from "./portal-control";

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
