/**
 * What people have set up on the portals of PISTE and Chorus Pro: applications, the data set of qualification, spaces,
 * raccordements and technical accounts, in memory. What a form of the real portal would not take is refused.
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

/** The whole state, without anything secret. */
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
  /** Made up, of the size of real ones. */
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

  /** A structure that was there already keeps its identifier of Chorus Pro, unless it is given another. */
  addStructure(structure: Structure): void {
    const others = this.structures.filter((known) => !isSame(known, structure));
    const before = this.structures.find((known) => isSame(known, structure))?.idStructureCPP;
    const idStructureCPP = structure.idStructureCPP ?? before ?? this.nextId++;
    if (others.some((known) => known.idStructureCPP === idStructureCPP)) {
      throw new PortalRefusal(`idStructureCPP must be unique, got ${idStructureCPP}, another structure's`);
    }
    this.structures = [...others, { ...structure, idStructureCPP }];
  }

  structureWithId(idStructureCPP: number): KnownStructure | undefined {
    return this.structures.find((known) => known.idStructureCPP === idStructureCPP);
  }

  /** A technical account has its own; an account that is let in everywhere has all. */
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
      throw new PortalRefusal("structure must be a real one in prod (POST /structures): data sets are qualification's");
    }
    checkStructure(structure);
    if (this.findStructures(structure.identifier, structure.identifierType).length === 0) this.addStructure(structure);
    this.dataSets = [...this.dataSets.filter((known) => !isSame(known.structure, structure)), dataSet];
  }

  openSpace({ structure, habilitated = true }: Space): void {
    this.checkKnown(structure);
    this.spaces = [...this.spaces.filter((known) => !isSame(known.structure, structure)), { structure, habilitated }];
  }

  /** Raccordements stay: nothing is known of what becomes of them. */
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

  /** The guide: a sandbox application is entered in qualification, and cannot be entered in production. */
  private checkEnters(application: string): void {
    if (!this.applications.has(application)) {
      throw new PortalRefusal(
        `application must be the name of one on PISTE (POST /applications), got ${JSON.stringify(application)}`,
      );
    }
    const { environment } = this.settings();
    if (environmentOf(application) === environment) return;
    throw new PortalRefusal(
      environment === "prod"
        ? `application must not be a sandbox one in prod, got ${JSON.stringify(application)}; make one of production on PISTE`
        : `application must be the sandbox one in qualif, got ${JSON.stringify(application)}`,
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
