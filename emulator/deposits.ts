/** Deposits, invoices and their states in memory. States change with time or on demand. */
import { invoicesIn, type InvoiceData } from "./invoice-file";
import { PortalRefusal } from "./portal-refusal";
import type { Settings } from "./settings";

/** One client saw the first right after each deposit; the second is in the lists of three clients. */
const DEPOSIT_BEGINS = ["IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP", "IN_EN_COURS_TRAITEMENT_CPP"] as const;
export const DEPOSIT_ENDS = ["IN_INTEGRE", "IN_INTEGRE_PARTIEL", "IN_REJETE"] as const;
export const DEPOSIT_STATES = [
  ...DEPOSIT_BEGINS,
  ...DEPOSIT_ENDS,
  "IN_RECU",
  "IN_TRAITE_SE_CPP",
  "IN_EN_ATTENTE_TRAITEMENT_CPP",
  "IN_EN_ATTENTE_RETRAITEMENT_CPP",
  "IN_INCIDENTE",
] as const;

/** The recipient sets later states: here only on demand. */
const INVOICE_GOES_ON = ["DEPOSEE", "EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION"] as const;

/** Limit of deposits, of invoices, and of the ordered states of one of them: the oldest are dropped. */
const MOST_KEPT = 1000;

export interface Stage {
  readonly code: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly comment?: string | undefined;
}

interface Course {
  readonly login: string;
  readonly at: number;
  /** States that come with time, until the first order. */
  own: readonly Stage[];
  orders: readonly Stage[];
}

export interface Deposit extends Course {
  readonly number: string;
  readonly fileName: string;
}

export interface Invoice extends Course {
  readonly id: number;
  readonly mode: string;
  readonly data: InvoiceData;
  readonly deposit?: Deposit | undefined;
}

export class Deposits {
  private deposits: readonly Deposit[] = [];
  private invoices: readonly Invoice[] = [];
  private given = 0;

  constructor(
    private readonly now: () => number,
    private readonly settings: () => Settings,
  ) {}

  deposit(login: string, fileName: string, file: string): Deposit {
    const at = this.now();
    const own = this.course([...DEPOSIT_BEGINS, this.settings().depositOutcome]);
    // The form that one client reports; 1117 reportedly stands for Factur-X.
    const number = `CPP0011117${String(this.nextId()).padStart(15, "0")}`;
    const deposit: Deposit = { login, number, fileName, at, own, orders: [] };
    this.deposits = [...this.deposits, deposit].slice(-MOST_KEPT);
    for (const data of invoicesIn(file, fileName)) {
      this.keep({ login, at, mode: "UPLOAD_API", data, deposit, own: this.course(INVOICE_GOES_ON, own.at(-1)?.at) });
    }
    return deposit;
  }

  submit(login: string, mode: string, data: InvoiceData): Invoice {
    return this.keep({ login, mode, data, at: this.now(), own: this.course(INVOICE_GOES_ON) });
  }

  /** One sequence for all identifiers. */
  nextId(): number {
    return ++this.given;
  }

  depositOf(login: string, number: unknown): Deposit | undefined {
    return this.deposits.find((deposit) => deposit.login === login && deposit.number === number);
  }

  /** The integrated invoices of a login, latest first. */
  invoicesOf(login: string): Invoice[] {
    return this.invoices.filter((invoice) => invoice.login === login && this.isIntegrated(invoice)).reverse();
  }

  refusedIn(deposit: Deposit): Invoice[] {
    const { code } = this.stateOf(deposit);
    return code === "IN_REJETE" || code === "IN_INTEGRE_PARTIEL"
      ? this.invoices.filter((invoice) => invoice.deposit === deposit && !this.isIntegrated(invoice))
      : [];
  }

  /** Oldest first. */
  stagesOf({ own, orders }: Course): Stage[] {
    const until = Math.min(this.now(), orders[0]?.at ?? Infinity);
    // The first state always counts, even if the clock went back.
    return [...own.filter(({ at }, index) => index === 0 || at <= until), ...orders];
  }

  stateOf(course: Course): Stage {
    const state = this.stagesOf(course).at(-1);
    if (state === undefined) throw new Error("expected a state since the deposit, got none");
    return state;
  }

  orderDeposit(number: string, code: (typeof DEPOSIT_STATES)[number], comment?: string): void {
    const deposit = this.deposits.find((known) => known.number === number);
    if (deposit === undefined) {
      throw new PortalRefusal(
        `numeroFluxDepot must be that of a deposit (GET /deposits), got ${JSON.stringify(number)}`,
      );
    }
    this.order(deposit, code, comment);
    for (const invoice of this.invoices) if (invoice.deposit === deposit) invoice.own = this.course(INVOICE_GOES_ON);
  }

  orderInvoice(id: number, code: string, comment?: string): void {
    const invoice = this.invoices.find((known) => known.id === id);
    if (invoice === undefined || !this.isIntegrated(invoice)) {
      throw new PortalRefusal(`identifiantFactureCPP must be that of an integrated invoice (GET /deposits), got ${id}`);
    }
    this.order(invoice, code, comment);
  }

  clear(): void {
    this.deposits = [];
    this.invoices = [];
  }

  view(): unknown {
    return {
      deposits: this.deposits.map((deposit) => ({
        numeroFluxDepot: deposit.number,
        nomFichier: deposit.fileName,
        etat: this.stateOf(deposit).code,
      })),
      invoices: this.invoices
        .filter((invoice) => this.isIntegrated(invoice))
        .map((invoice) => ({
          identifiantFactureCPP: invoice.id,
          numeroFacture: invoice.data.number,
          numeroFluxDepot: invoice.deposit?.number,
          statut: this.stateOf(invoice).code,
        })),
    };
  }

  private isIntegrated(invoice: Invoice): boolean {
    const { deposit } = invoice;
    const state = deposit && this.stateOf(deposit).code;
    // A partly integrated deposit refuses its first invoice.
    const isFirst = (): boolean => this.invoices.find((other) => other.deposit === deposit) === invoice;
    return state === undefined || state === "IN_INTEGRE" || (state === "IN_INTEGRE_PARTIEL" && !isFirst());
  }

  private keep(invoice: Omit<Invoice, "id" | "orders">): Invoice {
    const kept: Invoice = { ...invoice, id: 8_000_000 + this.nextId(), orders: [] };
    this.invoices = [...this.invoices, kept].slice(-MOST_KEPT);
    return kept;
  }

  private order(course: Course, code: string, comment?: string): void {
    course.orders = [...course.orders, { code, at: this.now(), comment }].slice(-MOST_KEPT);
  }

  private course(codes: readonly string[], from = this.now()): Stage[] {
    const step = this.settings().depositStepInSeconds * 1000;
    return codes.map((code, index) => ({ code, at: from + index * step }));
  }
}
