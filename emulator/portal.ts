/**
 * The state of the portals of PISTE and Chorus Pro in memory: applications, data sets of qualification, spaces,
 * raccordements and technical accounts. Refuses what the real forms would refuse.
 */
import { checkStructureIdentifier, type StructureIdentifier } from "../piste/structure-identifier";
import { Applications, environmentOf, type ApplicationView } from "./applications";
import { PortalRefusal } from "./portal-refusal";
import type {
  DataSet,
  KnownStructure,
  NewTechnicalAccount,
  Raccordement,
  RaccordementReference,
  Space,
  Structure,
  StructureReference,
} from "./portal-forms";
import type { Settings } from "./settings";
import { TechnicalAccounts, type LoggedIn, type TechnicalAccountView } from "./technical-accounts";

/** The whole state, without secrets. */
export interface PortalView {
  readonly environment: Settings["environment"];
  readonly applications: readonly ApplicationView[];
  readonly structures: readonly KnownStructure[];
  readonly dataSets: readonly DataSet[];
  readonly spaces: readonly Space[];
  readonly raccordements: readonly Raccordement[];
  readonly technicalAccounts: readonly TechnicalAccountView[];
}

const isSame = (one: StructureReference, other: StructureReference): boolean =>
  one.identifier === other.identifier && one.identifierType === other.identifierType;

const said = ({ identifierType, identifier }: StructureReference): string =>
  JSON.stringify([identifierType, identifier]);

export class Portal {
  readonly applications: Applications;
  readonly technicalAccounts: TechnicalAccounts;
  private structures: readonly KnownStructure[] = [];
  /** Made up, with as many digits as real ones. */
  private nextId = 26_000_001;
  private dataSets: readonly DataSet[] = [];
  private spaces: readonly Required<Space>[] = [];
  private raccordements: readonly Raccordement[] = [];

  /** @param now epoch milliseconds. */
  constructor(
    now: () => number,
    private readonly settings: () => Settings,
  ) {
    this.applications = new Applications(now, settings);
    this.technicalAccounts = new TechnicalAccounts(now, settings);
  }

  /** A known structure keeps its `idStructureCPP` unless another one is given. */
  addStructure(structure: Structure): void {
    const others = this.structures.filter((known) => !isSame(known, structure));
    const before = this.structures.find((known) => isSame(known, structure))?.idStructureCPP;
    const idStructureCPP = structure.idStructureCPP ?? before ?? this.nextId++;
    if (others.some((known) => known.idStructureCPP === idStructureCPP)) {
      throw new PortalRefusal(`idStructureCPP must be unique, got ${idStructureCPP}, which another structure has`);
    }
    this.structures = [...others, { ...structure, idStructureCPP }];
  }

  structureWithId(idStructureCPP: number): KnownStructure | undefined {
    return this.structures.find((known) => known.idStructureCPP === idStructureCPP);
  }

  /** The structure of a technical account; all structures for an account of `addAccount`. */
  structuresOf(login: string): readonly KnownStructure[] {
    const own = this.technicalAccounts.structureOf(login);
    return own === undefined ? this.structures : this.structures.filter((known) => isSame(known, own));
  }

  findStructures(identifier: unknown, identifierType: unknown): KnownStructure[] {
    return this.structures.filter(
      (known) =>
        known.identifier === identifier && (identifierType === undefined || known.identifierType === identifierType),
    );
  }

  addDataSet(dataSet: DataSet): void {
    const { structure } = dataSet;
    if (this.settings().environment === "prod") {
      throw new PortalRefusal("data sets exist only in qualif; in prod add a real structure (POST /structures)");
    }
    checkStructure(structure);
    if (this.findStructures(structure.identifier, structure.identifierType).length === 0) this.addStructure(structure);
    this.dataSets = [...this.dataSets.filter((known) => !isSame(known.structure, structure)), dataSet];
  }

  openSpace({ structure, habilitated = true }: Space): void {
    this.checkKnown(structure);
    this.spaces = [...this.spaces.filter((known) => !isSame(known.structure, structure)), { structure, habilitated }];
  }

  /** Keeps the raccordements: no source says what happens to them. */
  closeSpace(structure: StructureReference): void {
    if (this.spaceOf(structure) === undefined) {
      throw new PortalRefusal(`structure must have an open space, got ${said(structure)}`);
    }
    this.spaces = this.spaces.filter((space) => !isSame(space.structure, structure));
  }

  addRaccordement(raccordement: Raccordement): void {
    const { structure, application } = raccordement;
    this.checkKnown(structure);
    this.checkEnters(application);
    if (this.settings().environment === "prod") this.checkSpace(structure);
    if (this.hasRaccordement(structure, application)) {
      throw new PortalRefusal(
        `structure and application must have no raccordement yet, got ${said(structure)} and ${JSON.stringify(application)}`,
      );
    }
    this.raccordements = [...this.raccordements, raccordement];
  }

  removeRaccordement({ structure, application }: RaccordementReference): void {
    if (!this.hasRaccordement(structure, application)) {
      throw new PortalRefusal(
        `structure and application must have a raccordement, got ${said(structure)} and ${JSON.stringify(application)}`,
      );
    }
    this.raccordements = this.raccordements.filter(
      (known) => known.application !== application || !isSame(known.structure, structure),
    );
  }

  addTechnicalAccount(account: NewTechnicalAccount): void {
    this.checkKnown(account.structure);
    this.technicalAccounts.add(account);
  }

  /** Whether the account's structure has a raccordement with the client's application. */
  isConnected({ structure }: LoggedIn, clientId: string): boolean {
    const application = this.applications.nameOf(clientId);
    return application === undefined || this.hasRaccordement(structure, application);
  }

  view(): PortalView {
    return {
      environment: this.settings().environment,
      applications: this.applications.list(),
      structures: this.structures,
      dataSets: this.dataSets,
      spaces: this.spaces,
      raccordements: this.raccordements,
      technicalAccounts: this.technicalAccounts.list(),
    };
  }

  private hasRaccordement(structure: StructureReference, application: string): boolean {
    return this.raccordements.some((known) => known.application === application && isSame(known.structure, structure));
  }

  private spaceOf(structure: StructureReference): Required<Space> | undefined {
    return this.spaces.find((space) => isSame(space.structure, structure));
  }

  private checkKnown(structure: StructureReference): void {
    if (this.structures.some((known) => isSame(known, structure))) return;
    throw new PortalRefusal(
      `structure must be one that Chorus Pro knows (POST /data-set or /structures), got ${said(structure)}`,
    );
  }

  /** From the guide: qualification accepts only the sandbox application, production refuses it. */
  private checkEnters(application: string): void {
    if (!this.applications.has(application)) {
      throw new PortalRefusal(
        `application must be the name of an application on PISTE (POST /applications), got ${JSON.stringify(application)}`,
      );
    }
    const { environment } = this.settings();
    if (environmentOf(application) === environment) return;
    throw new PortalRefusal(
      environment === "prod"
        ? `application must not be a sandbox application in prod, got ${JSON.stringify(application)}; create a production application on PISTE`
        : `application must be the sandbox application in qualif, got ${JSON.stringify(application)}`,
    );
  }

  private checkSpace(structure: StructureReference): void {
    const space = this.spaceOf(structure);
    if (space === undefined) {
      throw new PortalRefusal(
        `structure must have its space « Raccordements EDI et API » open in prod (POST /spaces), got ${said(structure)}`,
      );
    }
    if (!space.habilitated) {
      throw new PortalRefusal(
        `structure must have habilitations on its space « Raccordements EDI et API » in prod (POST /spaces), got ${said(structure)}`,
      );
    }
  }
}

function checkStructure(structure: StructureIdentifier): void {
  try {
    checkStructureIdentifier("structure", structure, "qualif");
  } catch (error) {
    throw new PortalRefusal((error as Error).message);
  }
}
