/** A person with credentials and no AWS, and the portals of the local PISTE as they were set up. */
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
  /** Whether the portals are those of the local PISTE, at one address. */
  readonly local?: boolean;
  /** @default - CLIENT and ACCOUNT, set two weeks ago */
  readonly typed?: readonly Typed[];
  readonly piped?: unknown;
  readonly options?: Partial<TrialOptions>;
  readonly transport?: HttpTransport;
  readonly spoil?: (portals: Portals) => unknown;
  readonly faults?: readonly Fault[];
}

export interface Tried {
  readonly report: TrialReport;
  /** `Q3 missing piste-portal`, of what is not done. */
  readonly open: string[];
  readonly codes: string[];
  readonly exitCode: number;
  readonly requests: readonly HttpRequest[];
  readonly tokenRequests: number;
  /** The passwords that were sent, in order, by their login. */
  readonly passwords: (login: string) => string[];
  /** All that a person or a program gets to see, in both languages. */
  readonly seen: string;
  readonly text: string;
  readonly french: string;
  /** A line for each layer. */
  readonly lines: readonly string[];
  readonly said: readonly Text[];
}

/** By the portals' clock. */
export const TODAY = "2023-11-14";

export const typing = (
  client: { readonly client_id: string; readonly client_secret: string } = CLIENT,
  account: { readonly login: string; readonly password: string } = ACCOUNT,
  changedOn = "2023-11-01",
): Typed[] => [
  client.client_id,
  client.client_secret,
  // The canaries are no UUIDs: a doubt, which is waved through.
  true,
  account.login,
  account.password,
  changedOn,
];

export async function trial(setUp: TrialSetUp = {}): Promise<Tried> {
  const { environment = "qualif", local = false, piped, spoil, faults = [], options = {} } = setUp;
  const portals = Portals.ready(environment);
  await spoil?.(portals);
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
