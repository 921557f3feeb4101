/** The applications on the PISTE portal and their APIs, without their secrets. */
import { SANDBOX_PREFIX } from "../piste/application";
import { API_NAMES } from "../piste/api-catalogue";
import type { Platform } from "../piste/environments";
import { PortalRefusal } from "./portal-refusal";
import type { ApiChoice, ApplicationChange, NewApplication } from "./portal-forms";
import type { Settings } from "./settings";

const MINUTE_IN_MILLISECONDS = 60_000;

interface ChosenApi extends Required<Omit<ApiChoice, "api">> {
  /** Epoch milliseconds since which both are true. */
  readonly letInSince: number | undefined;
}

interface Application {
  readonly clientId: string;
  readonly apis: Map<string, ChosenApi>;
}

/** An application without its credentials. */
export interface ApplicationView {
  readonly name: string;
  readonly environment: Platform;
  readonly apis: readonly ApiChoice[];
}

/** PISTE creates and names the sandbox application; all others belong to production. */
export function environmentOf(applicationName: string): Platform {
  return applicationName.startsWith(SANDBOX_PREFIX) ? "qualif" : "prod";
}

export class Applications {
  private readonly byName = new Map<string, Application>();
  private readonly nameOfClient = new Map<string, string>();

  constructor(
    private readonly now: () => number,
    private readonly settings: () => Settings,
  ) {}

  add({ name, client_id, apis = [] }: Omit<NewApplication, "client_secret">): void {
    if (this.byName.has(name)) {
      throw new PortalRefusal(`name must be unique, got ${JSON.stringify(name)}, which another application has`);
    }
    // The message omits the value: it may be a secret, pasted in the wrong place.
    if (this.nameOfClient.has(client_id)) {
      throw new PortalRefusal("client_id must be unique, got another application's");
    }
    this.checkKnown(apis);
    const application: Application = { clientId: client_id, apis: new Map() };
    this.byName.set(name, application);
    this.nameOfClient.set(client_id, name);
    this.choose(application, apis);
  }

  change({ name, apis }: ApplicationChange): void {
    this.checkKnown(apis);
    this.choose(this.get(name), apis);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  clientIdOf(name: string): string {
    return this.get(name).clientId;
  }

  /** The name of the application that has this client. */
  nameOf(clientId: string): string | undefined {
    return this.nameOfClient.get(clientId);
  }

  /** Whether the gateway lets the application's calls through to the API. */
  mayCall(name: string, api: string): boolean {
    const letInSince = this.get(name).apis.get(api)?.letInSince;
    const spreadsFor = this.settings().apiSelectionSpreadsInMinutes * MINUTE_IN_MILLISECONDS;
    return letInSince !== undefined && this.now() >= letInSince + spreadsFor;
  }

  list(): ApplicationView[] {
    return [...this.byName].map(([name, { apis }]) => ({
      name,
      environment: environmentOf(name),
      apis: [...apis].map(([api, { selected, cguAccepted }]) => ({ api, selected, cguAccepted })),
    }));
  }

  private get(name: string): Application {
    const application = this.byName.get(name);
    if (application === undefined) {
      throw new PortalRefusal(`name must be that of an application (POST /applications), got ${JSON.stringify(name)}`);
    }
    return application;
  }

  private checkKnown(apis: readonly ApiChoice[]): void {
    const known = [...API_NAMES, ...this.settings().apis.map(({ name }) => name)];
    apis.forEach(({ api }, index) => {
      if (known.includes(api)) return;
      throw new PortalRefusal(`apis.${index}.api must be (${known.join(" | ")}), got ${JSON.stringify(api)}`);
    });
  }

  private choose({ apis: chosen }: Application, apis: readonly ApiChoice[]): void {
    for (const { api, selected = true, cguAccepted = true } of apis) {
      const since = chosen.get(api)?.letInSince ?? this.now();
      chosen.set(api, { selected, cguAccepted, letInSince: selected && cguAccepted ? since : undefined });
    }
  }
}
