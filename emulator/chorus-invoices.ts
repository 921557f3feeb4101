/**
 * The calls for invoices: deposit, report, search, read. docs/emulator.md gives the evidence for each. Sources: the
 * official description of Factures (betagouv/api.gouv.fr, public/swaggers/api-chorus-pro.json, of 2020); reports of real
 * calls for `GCU_MSG_01_000`, `dateDepot` as a day, the form of `numeroFluxDepot`, the number that `SAISIE_API` gives and
 * three states of a detailed report; public clients for its other states, for `consulterCR` and, one client each, for
 * 20001 and `GDP_MSG_11.008`.
 */
import * as v from "valibot";
import { API_CATALOGUE } from "../piste/api-catalogue";
import { DONE, FOUND, NOTHING_FOUND, pageOf, withBody, type Call, type Calls } from "./chorus-call";
import type { Deposit, Deposits, Invoice } from "./deposits";
import { empty, json, type Answer } from "./messages";
import type { Settings } from "./settings";

const FACTURES = API_CATALOGUE["chorus-pro-factures"].basePath;
const TRANSVERSES = API_CATALOGUE["chorus-pro-transverses"].basePath;

/** From one client's list of codes: « La demande de paiement n'existe pas ». */
const NO_SUCH_INVOICE = json(200, { codeRetour: 20000, libelle: "GDP_MSG_11.008" });

/** From one client's test. */
const NO_SUCH_DEPOSIT = json(200, { codeRetour: 20001, libelle: "POQ_MSG_01.003 - Flux introuvable." });

const REFUSED = "EMU_MSG_00.003 : rejet demandé au PISTE local";

const text = v.pipe(v.string(), v.nonEmpty(), v.maxLength(255));
const optional = v.nullish(text);
const amount = v.nullish(v.number());

/** From the official description. */
const SYNTAXES = `IN_DP_E1_UBL_INVOICE IN_DP_E1_CII IN_DP_E1_CII_16B IN_DP_E1_PES_FACTURE IN_DP_E1_XCBL
  IN_DP_E2_UBL_INVOICE_MIN IN_DP_E2_CII_MIN IN_DP_E2_CII_MIN_16B IN_DP_E2_CII_FACTURX IN_DP_E2_PES_FACTURE_MIN
  IN_DP_E2_CPP_FACTURE_MIN IN_DP_PDFARCHIVE_UBL_INVOICE_MUG IN_DP_PDFARCHIVE_CII_MUG`.split(/\s+/);

const depositSchema = v.object({
  fichierFlux: v.pipe(v.string(), v.nonEmpty()),
  nomFichier: text,
  syntaxeFlux: v.picklist(SYNTAXES),
});

const submissionSchema = v.object({
  modeDepot: v.picklist(["SAISIE_API", "DEPOT_PDF_API", "DEPOT_PDF_SIGNE_API"]),
  numeroFactureSaisi: optional,
  dateFacture: optional,
  destinataire: v.nullish(v.object({ codeDestinataire: optional })),
  fournisseur: v.nullish(v.object({ idFournisseur: v.nullish(v.number()) })),
  montantTotal: v.nullish(v.object({ montantHtTotal: amount, montantTtcTotal: amount })),
});

const attachmentSchema = v.object({
  pieceJointeFichier: v.pipe(v.string(), v.nonEmpty()),
  pieceJointeNom: text,
});

const MEGABYTE = 1024 * 1024;

/** 10 MB a file, 30 MB an archive, with a code: from one source. The official description gives 413 for other calls. */
function tooLarge(settings: Settings, base64: string, fileName: string): Answer | undefined {
  const limit = (/\.(?:zip|gz|tgz)$/i.test(fileName) ? 30 : 10) * MEGABYTE;
  if ((base64.length * 3) / 4 <= limit + 2) return undefined;
  return settings.tooLargeFile === "413" ? empty(413) : json(200, { codeRetour: 20001, libelle: "GDP_MSG_11.022" });
}

const day = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, "yyyy-mm-dd".length);
const minute = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().slice(0, "yyyy-mm-ddThh:mm".length).replace("T", " ");
const moment = (milliseconds: number): string => new Date(milliseconds).toISOString();

const ofDeposit =
  (answer: (deposit: Deposit, deposits: Deposits) => object) =>
  (call: Call): Answer => {
    const { deposits } = call.platform;
    const deposit = deposits.depositOf(call.login, call.body["numeroFluxDepot"]);
    return deposit === undefined ? NO_SUCH_DEPOSIT : json(200, { ...FOUND, ...answer(deposit, deposits) });
  };

const ofInvoice =
  (id: string, answer: (invoice: Invoice, deposits: Deposits) => object) =>
  (call: Call): Answer => {
    const { deposits } = call.platform;
    const invoice = deposits.invoicesOf(call.login).find((known) => known.id === Number(call.body[id]));
    return invoice === undefined ? NO_SUCH_INVOICE : json(200, { ...DONE, ...answer(invoice, deposits) });
  };

export const INVOICE_CALLS: Calls = {
  [`POST ${FACTURES}/deposer/flux`]: withBody(depositSchema, (form, { platform, login }) => {
    const { fichierFlux: file, nomFichier: fileName } = form;
    const refusal = tooLarge(platform.settings, file, fileName);
    if (refusal !== undefined) return refusal;
    const { number: numeroFluxDepot, at } = platform.deposits.deposit(login, fileName, file);
    return json(200, { ...DONE, numeroFluxDepot, dateDepot: day(at), syntaxeFlux: form.syntaxeFlux });
  }),
  [`POST ${FACTURES}/soumettre`]: withBody(submissionSchema, (form, { platform, login }) => {
    const { modeDepot, montantTotal, fournisseur } = form;
    const supplier = platform.portal.structureWithId(fournisseur?.idFournisseur ?? NaN)?.identifier;
    // Chorus Pro numbers an entered invoice; a PDF keeps its own number.
    const own = modeDepot === "SAISIE_API" ? undefined : form.numeroFactureSaisi;
    const invoice = platform.deposits.submit(login, modeDepot, {
      number: own ?? `${day(platform.now()).slice(0, 4)}${String(platform.deposits.nextId()).padStart(16, "0")}`,
      date: form.dateFacture?.slice(0, "yyyy-mm-dd".length),
      supplier,
      recipient: form.destinataire?.codeDestinataire ?? undefined,
      withoutVat: montantTotal?.montantHtTotal ?? undefined,
      withVat: montantTotal?.montantTtcTotal ?? undefined,
    });
    return json(200, {
      ...DONE,
      identifiantFactureCPP: invoice.id,
      numeroFacture: invoice.data.number,
      statutFacture: platform.deposits.stagesOf(invoice)[0]?.code,
      dateDepot: day(invoice.at),
      identifiantStructure: supplier,
    });
  }),
  [`POST ${TRANSVERSES}/ajouter/fichier`]: withBody(attachmentSchema, (form, { platform }) => {
    const refusal = tooLarge(platform.settings, form.pieceJointeFichier, form.pieceJointeNom);
    return refusal ?? json(200, { ...DONE, pieceJointeId: platform.deposits.nextId() });
  }),
  [`POST ${TRANSVERSES}/consulterCR`]: ofDeposit((deposit, deposits) => {
    const { code, at } = deposits.stateOf(deposit);
    return {
      numeroFluxDepot: deposit.number,
      nomFichierFlux: deposit.fileName,
      dateDepotFlux: moment(deposit.at),
      etatCourantFlux: code,
      dateHeureEtatCourantFlux: moment(at),
      fichierCR: Buffer.from(`%PDF-1.4\n% ${deposit.number} ${code}\n%%EOF\n`).toString("base64"),
    };
  }),
  [`POST ${TRANSVERSES}/consulterCRDetaille`]: ofDeposit((deposit, deposits) => {
    const { code, at, comment } = deposits.stateOf(deposit);
    return {
      nomFichier: deposit.fileName,
      dateDepotFlux: moment(deposit.at),
      etatCourantDepotFlux: code,
      dateHeureEtatCourantFlux: moment(at),
      listeErreurDP: deposits.refusedIn(deposit).map(({ data }) => ({
        numeroDP: data.number,
        identifiantFournisseur: data.supplier,
        identifiantDestinataire: data.recipient,
        libelleErreurDP: comment ?? REFUSED,
      })),
      listeErreurTechnique: [],
    };
  }),
  [`POST ${FACTURES}/rechercher/fournisseur`]: ({ platform: { deposits }, body, login }) => {
    const { numeroFluxDepot, numeroFacture, periodeDateDepotDu, periodeDateDepotAu, statutCourant } = body;
    const states = [statutCourant ?? []].flat();
    const found = deposits
      .invoicesOf(login)
      .filter(
        (invoice) =>
          fits(numeroFluxDepot, invoice.deposit?.number) &&
          fits(numeroFacture, invoice.data.number) &&
          (states.length === 0 || states.includes(deposits.stateOf(invoice).code)) &&
          day(invoice.at) >= (dayOf(periodeDateDepotDu) ?? "") &&
          day(invoice.at) <= (dayOf(periodeDateDepotAu) ?? "9"),
      );
    if (found.length === 0) return NOTHING_FOUND;
    const { shown, parametresRetour } = pageOf(found, body["rechercheFactureParFournisseur"]);
    return json(200, { ...DONE, parametresRetour, listeFactures: shown.map((invoice) => listed(invoice, deposits)) });
  },
  [`POST ${FACTURES}/consulter/fournisseur`]: ofInvoice("identifiantFactureCPP", (invoice, deposits) => ({
    facture: read(invoice, deposits),
  })),
  [`POST ${FACTURES}/consulter/historique`]: ofInvoice("idFacture", (invoice, deposits) => {
    const stages = deposits.stagesOf(invoice);
    return {
      idFacture: invoice.id,
      numeroFacture: invoice.data.number,
      modeDepot: invoice.mode,
      statutCourantCode: stages.at(-1)?.code,
      historiquesDesStatuts: {
        histoStatut: stages
          .map(({ code, at, comment }, index) => ({
            histoStatutId: index + 1,
            histoStatutCode: code,
            histoStatutDatePassage: minute(at),
            histoStatutCommentaire: comment,
          }))
          .reverse(),
        totalHistoStatut: stages.length,
      },
    };
  }),
};

const dayOf = (asked: unknown): string | undefined =>
  typeof asked === "string" && asked !== "" ? asked.slice(0, "yyyy-mm-dd".length) : undefined;

/** Some clients also send empty criteria. */
const fits = (asked: unknown, value: string | undefined): boolean => !asked || asked === value;

function listed(invoice: Invoice, deposits: Deposits): object {
  const { data } = invoice;
  const state = deposits.stateOf(invoice);
  return {
    identifiantFactureCPP: invoice.id,
    typeFacture: "FACTURE",
    numeroFacture: data.number,
    numeroFluxDepot: invoice.deposit?.number,
    codeFournisseur: data.supplier,
    codeDestinataire: data.recipient,
    dateFacture: data.date,
    dateDepot: day(invoice.at),
    montantHT: data.withoutVat,
    montantTTC: data.withVat,
    modeDepot: invoice.mode,
    statut: state.code,
    dateHeureEtatCourant: moment(state.at),
    commentaireEtatCourant: state.comment,
  };
}

const read = (invoice: Invoice, deposits: Deposits): object => ({
  identifiantFactureCPP: invoice.id,
  numeroFacture: invoice.data.number,
  statutFacture: deposits.stateOf(invoice).code,
  modeDepot: invoice.mode,
  destinataire: { codeDestinataire: invoice.data.recipient },
  fournisseur: { codeFournisseur: invoice.data.supplier },
  references: { dateFacture: invoice.data.date, dateDepot: day(invoice.at) },
  montantTotal: { montantHtTotal: invoice.data.withoutVat, montantTtcTotal: invoice.data.withVat },
});
