/** Deposits and their invoices, and how they go on: by themselves, as the clock goes, or as they are told to. In memory. */
import { invoicesIn, type InvoiceData } from "./invoice-file";
import { PortalRefusal } from "./portal-refusal";
import type { Settings } from "./settings";

/** Seen by one client right after each deposit; the next two are in several clients' lists. */
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

/** What the recipient does comes on demand only. */
const INVOICE_GOES_ON = ["DEPOSEE", "EN_COURS_ACHEMINEMENT", "MISE_A_DISPOSITION"] as const;

/** For either list: the oldest are forgotten. */
const MOST_KEPT = 1000;
const MOST_ORDERS = 100;

export interface Stage {
  readonly code: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly comment?: string | undefined;
}

interface Course {
  /** What comes by itself, until the first order. */
  own: readonly Stage[];
  orders: readonly Stage[];
  readonly stepInMilliseconds: number;
}

export interface Deposit extends Course {
  readonly number: string;
  readonly login: string;
  readonly fileName: string;
  readonly syntax: string;
  readonly at: number;
}

export interface Invoice extends Course {
  readonly id: number;
  readonly login: string;
  readonly at: number;
  readonly mode: string;
  readonly data: InvoiceData;
  readonly deposit?: Deposit | undefined;
  readonly isFirst: boolean;
}

export type DepositForm = Pick<Deposit, "login" | "fileName" | "syntax"> & { readonly file: string };
export type InvoiceForm = Pick<Invoice, "login" | "mode"> & {
  readonly data: Omit<InvoiceData, "number"> & { number?: string | undefined };
};

const course = (codes: readonly string[], at: number, step: number): Stage[] =>
  codes.map((code, index) => ({ code, at: at + index * step }));

export class Deposits {
  private deposits: readonly Deposit[] = [];
  private invoices: readonly Invoice[] = [];
  private given = 0;

  constructor(
    private readonly now: () => number,
    private readonly settings: () => Settings,
  ) {}

  deposit({ file, ...form }: DepositForm): Deposit {
    const { depositOutcome } = this.settings();
    const step = this.step();
    const at = this.now();
    const own = course([...DEPOSIT_BEGINS, depositOutcome], at, step);
    const number = `CPP001${interfaceOf(form.syntax)}${String(++this.given).padStart(15, "0")}`;
    const deposit: Deposit = { ...form, number, at, own, orders: [], stepInMilliseconds: step };
    this.deposits = [...this.deposits, deposit].slice(-MOST_KEPT);
    const { login } = form;
    invoicesIn(file, form.fileName).forEach((data, index) => {
      const invoice = { login, at, mode: "UPLOAD_API", data, deposit, isFirst: index === 0 };
      this.keep(invoice, at + DEPOSIT_BEGINS.length * step);
    });
    return deposit;
  }

  submit({ data, ...form }: InvoiceForm): Invoice {
    const at = this.now();
    const year = new Date(at).getUTCFullYear();
    const number = data.number ?? `${year}${String(this.given + 1).padStart(16, "0")}`;
    return this.keep({ ...form, at, data: { ...data, number }, isFirst: true }, at);
  }

  /** An identifier for whatever else is given one. */
  nextId(): number {
    return ++this.given;
  }

  depositOf(login: string, number: unknown): Deposit | undefined {
    return this.deposits.find((deposit) => deposit.login === login && deposit.number === number);
  }

  /** Those that a login deposited and that Chorus Pro integrated, the latest first. */
  invoicesOf(login: string): Invoice[] {
    return this.invoices.filter((invoice) => invoice.login === login && this.isIntegrated(invoice)).reverse();
  }

  invoicesIn(deposit: Deposit): Invoice[] {
    return this.invoices.filter((invoice) => invoice.deposit === deposit);
  }

  isIntegrated({ deposit, isFirst }: Invoice): boolean {
    if (deposit === undefined) return true;
    const { code } = this.stateOf(deposit);
    return code === "IN_INTEGRE" || (code === "IN_INTEGRE_PARTIEL" && !isFirst);
  }

  /** Oldest first. */
  stagesOf({ own, orders }: Course): Stage[] {
    const until = Math.min(this.now(), orders[0]?.at ?? Infinity);
    return [...own.filter(({ at }) => at <= until), ...orders];
  }

  stateOf(course: Course): Stage {
    const state = this.stagesOf(course).at(-1);
    if (state === undefined) throw new Error("expected a state since the deposit, got none");
    return state;
  }

  orderDeposit(number: string, code: (typeof DEPOSIT_STATES)[number], comment?: string): void {
    const deposit = this.deposits.find((known) => known.number === number);
    if (deposit === undefined) {
      throw new PortalRefusal(`numeroFluxDepot must be a deposit's (GET /deposits), got ${JSON.stringify(number)}`);
    }
    this.order(deposit, code, comment);
    for (const invoice of this.invoicesIn(deposit)) {
      invoice.own = course(INVOICE_GOES_ON, this.now(), invoice.stepInMilliseconds);
    }
  }

  orderInvoice(id: number, code: string, comment?: string): void {
    const invoice = this.invoices.find((known) => known.id === id);
    if (invoice === undefined || !this.isIntegrated(invoice)) {
      throw new PortalRefusal(`identifiantFactureCPP must be an integrated invoice's (GET /deposits), got ${id}`);
    }
    this.order(invoice, code, comment);
  }

  clear(): void {
    this.deposits = [];
    this.invoices = [];
  }

  view(): unknown {
    const invoicesOf = (deposit: Deposit | undefined): unknown =>
      this.invoices
        .filter((invoice) => invoice.deposit === deposit && this.isIntegrated(invoice))
        .map((invoice) => ({
          identifiantFactureCPP: invoice.id,
          numeroFacture: invoice.data.number,
          statut: this.stateOf(invoice).code,
        }));
    return {
      deposits: this.deposits.map((deposit) => ({
        numeroFluxDepot: deposit.number,
        nomFichier: deposit.fileName,
        etat: this.stateOf(deposit).code,
        invoices: invoicesOf(deposit),
      })),
      submitted: invoicesOf(undefined),
    };
  }

  private keep(invoice: Omit<Invoice, "id" | keyof Course>, from: number): Invoice {
    const stepInMilliseconds = this.step();
    const own = course(INVOICE_GOES_ON, from, stepInMilliseconds);
    const kept: Invoice = { ...invoice, id: 8_000_000 + this.nextId(), own, orders: [], stepInMilliseconds };
    this.invoices = [...this.invoices, kept].slice(-MOST_KEPT);
    return kept;
  }

  private order(course: Course, code: string, comment?: string): void {
    course.orders = [...course.orders, { code, at: this.now(), comment }].slice(-MOST_ORDERS);
  }

  private step(): number {
    return this.settings().depositStepInSeconds * 1000;
  }
}

/** One source: the number of a deposit has that of its interface, which a page of the portal names by syntax. */
function interfaceOf(syntax: string): string {
  if (syntax.includes("FACTURX")) return "1117";
  return syntax.includes("16B") ? "1106" : "1100";
}
