/**
 * Examines an environment layer by layer, each application until its first layer that fails, and judges the guide's
 * steps. Each failure becomes a finding; only a wrong use of the command throws.
 */
import { apisOfAccounts } from "../../piste/account-probe";
import type { Text } from "../../piste/language";
import type { Target } from "../command/target";
import { apisSaid, lookAtAccounts, lookAtApis, lookAtStructures, type Prepared } from "./account-layers";
import { lookAtAws, lookAtConfiguration } from "./aws-layers";
import type { Found } from "./findings";
import { doctor } from "./findings/finding";
import { lookAtGateway } from "./gateway-layer";
import { isReady, judge, type Evidence } from "./judge";
import { LAYERS, type DoctorReport, type Layer, type LayerReport, type Seen } from "./report";
import type { ApiEvidence, Subject } from "./subject";
import { prefixed, shortList, titleOf } from "./message-parts";
import { lookAtRefresher, lookAtToken } from "./token-layers";
import { Visit, type DoctorOptions } from "./visit";

const NOT_REACHED: Text = { en: "not reached", fr: "non atteint" };

type LookAt = (visit: Visit, subject: Subject) => Promise<Seen>;

/** The layers that run for each application. `prepared` hands the accounts from the APIs' layer to the accounts' layer. */
function applicationLayers(): Readonly<Partial<Record<Layer, LookAt>>> {
  const prepared = new Map<Subject, Prepared>();
  return {
    refresher: lookAtRefresher,
    token: lookAtToken,
    gateway: lookAtGateway,
    apis: async (visit, subject) => {
      prepared.set(subject, await lookAtApis(visit, subject));
      return apisSaid(subject);
    },
    accounts: async (visit, subject) => {
      const own = prepared.get(subject);
      if (own === undefined) throw new Error("unreachable: the APIs' layer runs before the accounts' layer");
      return lookAtAccounts(visit, subject, own);
    },
    structures: lookAtStructures,
  };
}

/** @throws CommandError when an application is named that does not exist. */
export async function examine(
  target: Target,
  options: DoctorOptions = {},
  onLayer: (layer: LayerReport) => void = () => undefined,
): Promise<DoctorReport> {
  return examineLayers(new Visit(target, options), LAYERS, onLayer);
}

/** Examines these layers only. Without the layer `aws`, `visit.subjects` must be set already. */
export async function examineLayers(
  visit: Visit,
  chosen: readonly Layer[],
  onLayer: (layer: LayerReport) => void,
): Promise<DoctorReport> {
  const { target, options } = visit;
  const own = applicationLayers();
  const layers: LayerReport[] = [];
  for (const layer of chosen) {
    const lookAt = own[layer];
    const report =
      lookAt === undefined
        ? await lookAtAll(visit, layer, layer === "aws" ? lookAtAws : lookAtConfiguration)
        : await lookAtEach(visit, layer, lookAt);
    layers.push(report);
    onLayer(report);
  }
  const { environment } = target;
  const applications = visit.subjects.map((subject) => evidenceOf(visit, subject));
  const context = { ...visit.context, application: options.application };
  const steps = judge(context, applications.length > 0 ? applications : [nothingOf(visit)], options.confirmed);
  return {
    environment,
    local: target.local,
    where: options.where,
    applications: visit.subjects.map((subject) => subject.report(visit.now())),
    at: target.now(),
    ready: isReady(steps),
    worked: workedOf(visit.subjects),
    steps,
    // A later call may give evidence about an earlier layer.
    layers: layers.map((layer) =>
      layer.status === "ok" || layer.status === "unclear"
        ? reportOf(visit, layer.layer, layer.said, layer.status)
        : layer,
    ),
    notes: notesOf(visit.subjects),
  };
}

/** Each note once, with the names of its applications when there are several. */
function notesOf(subjects: readonly Subject[]): Text[] {
  const [only, ...others] = subjects;
  if (only === undefined || others.length === 0) return only?.notes ?? [];
  const noted = new Map<string, { note: Text; names: string[] }>();
  for (const { name, notes } of subjects) {
    for (const note of notes) {
      const same = noted.get(note.en);
      if (same === undefined) noted.set(note.en, { note, names: [name] });
      else same.names.push(name);
    }
  }
  return [...noted.values()].map(({ note, names }) => {
    const { en, fr } = shortList(names);
    return { en: `${en}: ${note.en}`, fr: `${fr} : ${note.fr}` };
  });
}

/** Runs a layer that all applications share. */
async function lookAtAll(visit: Visit, layer: Layer, lookAt: (visit: Visit) => Promise<Text>): Promise<LayerReport> {
  if (visit.stopped) return { layer, status: "not-reached", said: NOT_REACHED };
  let said = NOT_REACHED;
  const failure = await visit.guard(layer, visit.context, async () => {
    said = await lookAt(visit);
  });
  if (failure !== undefined) visit.found.push(failure);
  return reportOf(visit, layer, said);
}

async function lookAtEach(visit: Visit, layer: Layer, lookAt: LookAt): Promise<LayerReport> {
  const subjects = visit.stopped ? [] : visit.subjects.filter(({ stopped }) => !stopped);
  if (subjects.length === 0) return { layer, status: "not-reached", said: NOT_REACHED };
  const said: Text[] = [];
  const doubts: Seen["status"][] = [];
  const failures: Found[] = [];
  for (const subject of subjects) {
    const failure = await visit.guard(layer, subject.context, async () => {
      const text = await lookAt(visit, subject);
      doubts.push(text.status);
      said.push(subjects.length > 1 ? prefixed(subject.name, text) : text);
    });
    if (failure === undefined) continue;
    subject.push(failure);
    failures.push(failure);
  }
  const [failure] = failures;
  // The failure may be another layer's, such as the token's.
  if (failure !== undefined && said.length === 0) return { layer, status: "failed", said: failure.cause };
  const all = { en: said.map(({ en }) => en).join("; "), fr: said.map(({ fr }) => fr).join(" ; ") };
  const doubt = doubts.find((status) => status !== undefined);
  return reportOf(visit, layer, all, doubt);
}

function reportOf(
  { found, subjects }: Visit,
  layer: Layer,
  said: Text,
  status: LayerReport["status"] = "ok",
): LayerReport {
  const failure = [...found, ...subjects.flatMap((subject) => subject.found)].find((one) => one.layer === layer);
  return failure === undefined ? { layer, status, said } : { layer, status: "failed", said: failure.cause };
}

function nothingOf({ found }: Visit): Evidence {
  return { hasToken: false, apis: [], accounts: [], complete: false, found };
}

/** Set when an application that worked is stopped now, with the time of its last token; otherwise undefined. */
function workedOf(subjects: readonly Subject[]): DoctorReport["worked"] {
  const stopped = subjects.filter((subject) => subject.stopped && subject.workedAt !== undefined);
  if (stopped.length === 0) return undefined;
  const without = stopped.filter(({ token }) => token === undefined);
  return without.length === 0 ? {} : { lastTokenAt: Math.max(...without.map(({ workedAt = 0 }) => workedAt)) };
}

/** True when the API lets the application in; undefined while unknown. */
function letsIn({ state }: ApiEvidence): boolean | undefined {
  if (state === "let-in") return true;
  return state === "not-selected" ? false : undefined;
}

/** True when a finding that only needs time stopped the application. */
const isWaitedFor = ({ found }: Subject): boolean => found.some(({ stops, owner }) => stops && owner === "wait");

function evidenceOf(visit: Visit, subject: Subject): Evidence {
  const { apis, accounts, unknownApis, needsAccount, context, name } = subject;
  const found: readonly Found[] = [...visit.found, ...subject.found];
  const withPing = apis.filter(({ state }) => state !== "no-ping");
  const unasked = apis.some(({ state }) => state === "not-asked");
  const anyStored = accounts.some(({ stored }) => stored === true);
  return {
    // Typed values have no configuration: the token is the only evidence of the application.
    name: context.trial ? undefined : name,
    pisteApplicationName: subject.application.description.pisteApplicationName,
    chorusPro: needsAccount,
    // An expired token proves that one was obtained.
    hasToken: subject.token !== undefined || (subject.workedAt !== undefined && isWaitedFor(subject)),
    apis: [
      ...withPing.map((evidence) => ({ title: titleOf(evidence.api), letIn: letsIn(evidence) })),
      ...unknownApis.map((title) => ({ title, letIn: undefined })),
    ],
    unchecked: apis.filter(({ state }) => state === "no-ping").map(({ api }) => titleOf(api)),
    accounts,
    complete:
      unknownApis.length === 0 &&
      withPing.every((api) => letsIn(api) === true) &&
      (!needsAccount || accounts.length > 0) &&
      accounts.every(({ outcomes }) =>
        apisOfAccounts(subject.application.description.apis).every((name) => outcomes.get(name) === "fine"),
      ),
    probeCommand: unasked && !visit.mayMakeUp && !anyStored ? doctor(context, " --probe") : undefined,
    found,
  };
}
