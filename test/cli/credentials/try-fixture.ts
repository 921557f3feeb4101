/** A person with credentials but without AWS, and the portals of the local PISTE. */
import type { Fault } from "../../../emulator";
import { CHORUS_PRO_APIS } from "../../../piste/api-catalogue";
import { HOSTS, TOKEN_ENDPOINT_PATH, type Platform } from "../../../piste/environments";
import type { HttpRequest, HttpTransport } from "../../../piste/http";
import type { Text } from "../../../piste/language";
import { transportTo } from "../../../emulator";
import { tryCredentials, type TrialOptions, type TrialReport } from "../../../cli/credentials/try";
import { exitCodeOf } from "../../../cli/doctor/judge";
import { layerLine } from "../../../cli/doctor/labels";
import { toJson } from "../../../cli/doctor/report";
import { show } from "../../../cli/doctor/show";
import { ACCOUNT, CLIENT, Portals } from "../doctor/portals";
import { open } from "../doctor/fixture";
import { openFixture, type Typed } from "./fixture";

export interface TrialSetUp {
  readonly environment?: Platform;
  /** As with `--local`: all portals at one address. */
  readonly local?: boolean;
  /** @default - CLIENT and ACCOUNT, set two weeks ago */
  readonly typed?: readonly Typed[];
  readonly piped?: unknown;
  readonly options?: Partial<TrialOptions>;
  readonly transport?: HttpTransport;
  readonly change?: (portals: Portals) => unknown;
  readonly faults?: readonly Fault[];
}

export interface Tried {
  readonly report: TrialReport;
  /** Open steps, such as `Q3 missing piste-portal`. */
  readonly open: string[];
  readonly codes: string[];
  readonly exitCode: number;
  readonly requests: readonly HttpRequest[];
  readonly tokenRequests: number;
  /** Passwords sent with a login, in order. */
  readonly passwords: (login: string) => string[];
  /** All output, as text and JSON, in both languages. */
  readonly seen: string;
  readonly text: string;
  readonly french: string;
  /** Progress, a line a layer. */
  readonly lines: readonly string[];
  readonly said: readonly Text[];
}

/** The date on the portals' clock. */
export const TODAY = "2023-11-14";

export const typing = (
  client: { readonly client_id: string; readonly client_secret: string } = CLIENT,
  account: { readonly login: string; readonly password: string } = ACCOUNT,
  changedOn = "2023-11-01",
): Typed[] => [
  client.client_id,
  client.client_secret,
  // Confirms the doubt: the canaries are not UUIDs.
  true,
  account.login,
  account.password,
  changedOn,
];

export async function trial(setUp: TrialSetUp = {}): Promise<Tried> {
  const { environment = "qualif", local = false, piped, change, faults = [], options = {} } = setUp;
  const portals = Portals.ready(environment);
  await change?.(portals);
  for (const fault of faults) portals.aws.piste.faults.add(fault);
  const answers = piped === undefined ? { typed: setUp.typed ?? typing() } : { piped };
  const { session, said } = openFixture({ ...answers, environment });
  const transport = setUp.transport ?? transportTo(portals.aws.piste);
  const requests: HttpRequest[] = [];
  const lines: Text[] = [];
  const report = await tryCredentials(
    {
      ...session,
      target: {
        environment,
        local,
        tokenEndpoint: new URL(
          local ? `http://127.0.0.1:1234${TOKEN_ENDPOINT_PATH}` : HOSTS[environment].tokenEndpoint,
        ),
        apiBaseUrl: new URL(local ? "http://127.0.0.1:1234" : HOSTS[environment].apiBaseUrl),
        transport: (request) => {
          requests.push(request);
          return transport(request);
        },
        now: portals.aws.clock.now,
      },
    },
    { apis: CHORUS_PRO_APIS, sleep: () => Promise.resolve(), ...options },
    (layer) => lines.push({ en: layerLine(layer, "en"), fr: layerLine(layer, "fr") }),
  );
  const shown = (language: "en" | "fr"): string => show(report, { language, width: 100, unicode: true, colour: false });
  const json = JSON.stringify([toJson(report, "en"), toJson(report, "fr"), report]);
  return {
    report,
    open: open(report),
    codes: report.found.map(({ code }) => code),
    exitCode: exitCodeOf(report),
    requests,
    tokenRequests: requests.filter(({ url }) => url.pathname === TOKEN_ENDPOINT_PATH).length,
    passwords: (login) =>
      requests.flatMap(({ headers }) => {
        const [sent, ...password] = Buffer.from(headers["cpro-account"] ?? "", "base64")
          .toString()
          .split(":");
        return sent === login ? [password.join(":")] : [];
      }),
    seen: [JSON.stringify(said), JSON.stringify(lines), shown("en"), shown("fr"), json].join("\n"),
    text: shown("en"),
    french: shown("fr"),
    lines: lines.map(({ en }) => en),
    said,
  };
}
