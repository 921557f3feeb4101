/** The portals of the local PISTE, set up step by step, and the doctor. */
import type { Piste } from "../../../emulator";
import { expect } from "@jest/globals";
import { CHORUS_PRO_APIS, type ApiName } from "../../../piste/api-catalogue";
import type { ClientCredentials, TechnicalAccount } from "../../../piste/credentials";
import { GUIDE } from "../../../piste/guide";
import type { Platform } from "../../../piste/environments";
import { DoctorFixture, PISTE_NAMES, SIRET, type DoctorFixtureOptions } from "./fixture";

const DAY_IN_MILLISECONDS = 24 * 60 * 60_000;

export const CLIENT: ClientCredentials = {
  client_id: "0a4fca5c-1111-4111-8111-111111111111",
  client_secret: "canary-5d0b6c0e-2f7b-4f0f-9a53-77b6f1f6a902",
};
export const ACCOUNT: TechnicalAccount = { login: `TECH_7_${SIRET}@cpro.fr`, password: "canary-password" };
interface Structure {
  readonly identifier: string;
  readonly identifierType: "SIRET";
}
const STRUCTURE: Structure = { identifier: SIRET, identifierType: "SIRET" };

export type PortalStep = "application" | "apis" | "data" | "space" | "raccordement" | "account";

export class Portals extends DoctorFixture {
  /** A person's steps on the portals, in the guide's order. */
  readonly steps: Readonly<Record<PortalStep, () => void>> = {
    application: () => {
      this.platform.addApplication({ name: this.nameOnPiste, ...CLIENT, apis: [] });
    },
    apis: () => {
      this.selectApis(CHORUS_PRO_APIS);
    },
    data: () => {
      if (this.environment === "prod") this.platform.addStructure({ ...STRUCTURE, name: "Structure" });
      else {
        this.platform.portal.addDataSet({
          structure: { ...STRUCTURE, name: "Structure fictive" },
          gestionnaire: "gestionnaire@exemple.fr",
        });
      }
    },
    space: () => {
      if (this.environment === "prod") this.platform.portal.openSpace({ structure: STRUCTURE, habilitated: true });
    },
    raccordement: () => {
      this.platform.portal.addRaccordement({ structure: STRUCTURE, application: this.nameOnPiste });
    },
    account: () => {
      this.addAccount(ACCOUNT);
    },
  };
  private readonly environment: Platform;

  constructor(environment: Platform = "qualif", options: Omit<DoctorFixtureOptions, "environment"> = {}) {
    super({ environment, empty: true, ...options });
    this.environment = environment;
    this.platform.settings = { ...this.platform.settings, environment };
  }

  /** Complete portals with all values stored. */
  static ready(environment: Platform = "qualif", options: Omit<DoctorFixtureOptions, "environment"> = {}): Portals {
    const portals = new Portals(environment, options);
    for (const step of Object.values(portals.steps)) step();
    portals.store();
    return portals;
  }

  get platform(): Piste["platform"] {
    return this.aws.piste.platform;
  }

  /** The application's name on PISTE. */
  get nameOnPiste(): string {
    return PISTE_NAMES[this.environment];
  }

  selectApis(selected: readonly ApiName[], cguAccepted = true): void {
    const apis = CHORUS_PRO_APIS.map((api) => ({ api, selected: selected.includes(api), cguAccepted }));
    this.platform.portal.applications.change({ name: this.nameOnPiste, apis });
  }

  addAccount(account: TechnicalAccount, ageInDays = 10, structure = STRUCTURE): void {
    const createdAt = this.aws.clock.now() - ageInDays * DAY_IN_MILLISECONDS;
    this.platform.portal.addTechnicalAccount({ ...account, structure, createdAt, passwordChangedAt: createdAt });
  }

  store(client: unknown = CLIENT, account: unknown = ACCOUNT): void {
    this.storeClient(client);
    if (this.application.accounts.length > 0) this.storeAccount(account);
  }

  storeClient(client: unknown = CLIENT): void {
    this.aws.put(this.application.description.clientSecret, client);
  }

  storeAccount(account: unknown = ACCOUNT): void {
    this.aws.put(this.secretOf(), account);
  }

  /** All statuses in the guide's order. */
  async statuses(): Promise<string> {
    const { steps } = await this.examine();
    expect(steps.map(({ id }) => id)).toEqual(GUIDE[this.environment].map(({ id }) => id));
    return steps
      .map(({ id, status, owner }) => `${id} ${status}${owner === undefined ? "" : ` (${owner})`}`)
      .join(", ");
  }
}
