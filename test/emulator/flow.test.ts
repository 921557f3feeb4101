import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import * as v from "valibot";
import { Piste, type Settings } from "../../emulator";
import type { TechnicalAccount } from "../../piste/credentials";
import { SCHEMAS, type AnswerOf, type Operation } from "./chorus-schemas";
import {
  ACCOUNT,
  bearer,
  bodyOf,
  CLIENT,
  control,
  errorOf,
  request,
  STRUCTURE,
  tokenOf,
  withAccount,
} from "./requests";

const FACTURES = "/cpro/factures/v1";
const TRANSVERSES = "/cpro/transverses/v1";
const STRUCTURES = "/cpro/structures/v1";
const UTILISATEURS = "/cpro/utilisateurs/v1/monCompte";

const OTHER: TechnicalAccount = { login: "TECH_2_73282932000074@cpro.fr", password: "other" };
const BUYER = { identifier: "21750001600019", identifierType: "SIRET", name: "Ville de Paris" };
const NOTHING = { codeRetour: 20000, libelle: "TRA_MSG_00.015" };
const NO_DEPOSIT = { codeRetour: 20001, libelle: "POQ_MSG_01.003 - Flux introuvable." };
const NO_INVOICE = { codeRetour: 20000, libelle: "GDP_MSG_11.008" };

const ubl = (number: string): string => `<?xml version="1.0"?><Invoice xmlns:cbc="urn:b" xmlns:cac="urn:a">
  <cbc:CustomizationID>urn:cen.eu:en16931</cbc:CustomizationID><cbc:ID>${number}</cbc:ID>
  <cbc:IssueDate>2026-07-01</cbc:IssueDate><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cac:AccountingSupplierParty><cbc:ID schemeID="0009">73282932000074</cbc:ID></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cbc:ID schemeID="0009">21750001600019</cbc:ID></cac:AccountingCustomerParty>
  <cbc:TaxExclusiveAmount currencyID="EUR">100.00</cbc:TaxExclusiveAmount>
  <cbc:TaxInclusiveAmount currencyID="EUR">120.00</cbc:TaxInclusiveAmount>
  <cbc:PayableAmount currencyID="EUR">119.50</cbc:PayableAmount></Invoice>`;

const CII = `<?xml version="1.0"?><rsm:CrossIndustryInvoice><rsm:ExchangedDocumentContext>
  <ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>urn:cen.eu:en16931</ram:ID>
  </ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
  <rsm:ExchangedDocument><ram:ID>FX-7</ram:ID><udt:DateTimeString format="102">20260702</udt:DateTimeString>
  </rsm:ExchangedDocument><ram:BuyerTradeParty><ram:ID>21750001600019</ram:ID></ram:BuyerTradeParty>
  <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode><ram:TaxBasisTotalAmount>10</ram:TaxBasisTotalAmount>
  <ram:GrandTotalAmount>12</ram:GrandTotalAmount><ram:DuePayableAmount>12</ram:DuePayableAmount>
  </rsm:CrossIndustryInvoice>`;

const pdfWith = (xml: string): Buffer =>
  Buffer.concat([
    Buffer.from(
      "%PDF-1.7\n1 0 obj <</Length 4>>\nstream\nq Q\nendstream\n2 0 obj <</Filter /FlateDecode>>\nstream\r\n",
    ),
    deflateSync(Buffer.from(xml)),
    Buffer.from("\nendstream\n%%EOF"),
  ]);

setFlagsFromString("--expose-gc");

/** A program that deposits invoices, and a clock. */
class Client {
  now = Date.parse("2026-07-26T10:00:00Z");
  readonly piste = new Piste(() => this.now);

  constructor(settings: Partial<Settings> = {}) {
    const { platform } = this.piste;
    platform.addClient(CLIENT);
    for (const account of [ACCOUNT, OTHER]) platform.addAccount(account);
    this.do("POST /structures", STRUCTURE);
    this.do("PATCH /settings", settings);
  }

  do(call: string, body?: unknown): void {
    expect(control(this.piste, call, body)).toMatchObject({ status: 200 });
  }

  /** Any answer to a call, with its status. */
  raw(path: string, body: unknown, account = ACCOUNT): [number, unknown] {
    const headers = withAccount(tokenOf(this.piste), account);
    const { answer } = this.piste.handle(request("POST", path, { headers, body: JSON.stringify(body) }));
    return [answer.status, answer.body === "" ? "" : bodyOf(answer)];
  }

  /** An answer of the operation's schema. */
  call<O extends Operation>(operation: O, base: string, body: unknown, account?: TechnicalAccount): AnswerOf<O> {
    const [status, answer] = this.raw(`${base}/${operation}`, body, account);
    expect(status).toBe(200);
    return v.parse(SCHEMAS[operation], answer);
  }

  deposit(file: string | Buffer = ubl("F-1"), nomFichier = "F-1.xml"): string {
    const fichierFlux = Buffer.from(file).toString("base64");
    const form = { fichierFlux, nomFichier, syntaxeFlux: "IN_DP_E1_UBL_INVOICE", avecSignature: false };
    return this.call("deposer/flux", FACTURES, form).numeroFluxDepot;
  }

  report = (numeroFluxDepot: string): AnswerOf<"consulterCRDetaille"> =>
    this.call("consulterCRDetaille", TRANSVERSES, { numeroFluxDepot });

  found = (body: object = {}): AnswerOf<"rechercher/fournisseur">["listeFactures"] =>
    this.call("rechercher/fournisseur", FACTURES, body).listeFactures;

  numbers = (body: object = {}): string[] => this.found(body).map(({ numeroFacture }) => numeroFacture);

  history = (idFacture: number): AnswerOf<"consulter/historique"> =>
    this.call("consulter/historique", FACTURES, { idFacture });
}

describe("a deposit", () => {
  it("is integrated after a while; its invoice can be found, read and followed", () => {
    const client = new Client();
    const numeroFluxDepot = client.deposit();
    expect(client.report(numeroFluxDepot)).toMatchObject({
      etatCourantDepotFlux: "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP",
      nomFichier: "F-1.xml",
    });
    expect(client.raw(`${FACTURES}/rechercher/fournisseur`, { numeroFluxDepot })).toEqual([200, NOTHING]);
    client.now += 2000;
    expect(client.report(numeroFluxDepot).etatCourantDepotFlux).toBe("IN_EN_COURS_TRAITEMENT_CPP");
    client.now += 2000;
    const report = client.report(numeroFluxDepot);
    expect(report).toMatchObject({ etatCourantDepotFlux: "IN_INTEGRE", listeErreurDP: [] });
    expect(report.dateHeureEtatCourantFlux).toBe("2026-07-26T10:00:04.000Z");
    expect(client.call("consulterCR", TRANSVERSES, { numeroFluxDepot })).toMatchObject({
      numeroFluxDepot,
      etatCourantFlux: "IN_INTEGRE",
    });

    const [invoice] = client.found({ numeroFluxDepot });
    expect(invoice).toMatchObject({
      numeroFacture: "F-1",
      numeroFluxDepot,
      codeFournisseur: "73282932000074",
      codeDestinataire: "21750001600019",
      dateFacture: "2026-07-01",
      dateDepot: "2026-07-26",
      montantHT: 100,
      montantTTC: 120,
      statut: "DEPOSEE",
    });
    const id = invoice?.identifiantFactureCPP ?? 0;
    client.now += 60_000;
    expect(client.call("consulter/fournisseur", FACTURES, { identifiantFactureCPP: id }).facture).toMatchObject({
      numeroFacture: "F-1",
      statutFacture: "MISE_A_DISPOSITION",
      montantTotal: { montantTtcTotal: 120 },
    });
    const { statutCourantCode, historiquesDesStatuts } = client.history(id);
    expect(statutCourantCode).toBe("MISE_A_DISPOSITION");
    expect(historiquesDesStatuts.histoStatut.map(({ histoStatutCode }) => histoStatutCode)).toEqual([
      "MISE_A_DISPOSITION",
      "EN_COURS_ACHEMINEMENT",
      "DEPOSEE",
    ]);
  });

  it("reaches its final state at once without steps", () => {
    const client = new Client({ depositStepInSeconds: 0 });
    expect(client.report(client.deposit()).etatCourantDepotFlux).toBe("IN_INTEGRE");
    expect(client.found()[0]?.statut).toBe("MISE_A_DISPOSITION");
  });

  it("is rejected with a reason if that is set", () => {
    const client = new Client({ depositStepInSeconds: 0, depositOutcome: "IN_REJETE" });
    const report = client.report(client.deposit());
    expect(report).toMatchObject({
      codeRetour: 0,
      etatCourantDepotFlux: "IN_REJETE",
      listeErreurDP: [
        { numeroDP: "F-1", identifiantFournisseur: "73282932000074", identifiantDestinataire: "21750001600019" },
      ],
    });
    expect(client.raw(`${FACTURES}/rechercher/fournisseur`, {})).toEqual([200, NOTHING]);
  });

  it("may be rejected in part: its first invoice", () => {
    const client = new Client({ depositStepInSeconds: 0, depositOutcome: "IN_INTEGRE_PARTIEL" });
    const archive = gzipSync(Buffer.from(`${ubl("L-1")}\0\0${ubl("L-2")}\0\0${ubl("L-3")}`));
    const report = client.report(client.deposit(archive, "lot.tar.gz"));
    expect(report.listeErreurDP.map(({ numeroDP }) => numeroDP)).toEqual(["L-1"]);
    expect(client.numbers()).toEqual(["L-3", "L-2"]);
  });

  it("has the ordered state", () => {
    const client = new Client();
    const numeroFluxDepot = client.deposit();
    client.do("PATCH /deposits", { numeroFluxDepot, etat: "IN_REJETE", erreur: "Code service absent" });
    client.now += 60_000;
    expect(client.report(numeroFluxDepot)).toMatchObject({
      etatCourantDepotFlux: "IN_REJETE",
      listeErreurDP: [{ libelleErreurDP: "Code service absent" }],
    });
    client.do("PATCH /deposits", { numeroFluxDepot, etat: "IN_INTEGRE" });
    const [invoice] = client.found();
    expect(invoice?.statut).toBe("DEPOSEE");
    const identifiantFactureCPP = invoice?.identifiantFactureCPP ?? 0;
    client.do("PATCH /invoices", { identifiantFactureCPP, statut: "SUSPENDUE", commentaire: "Il manque le bon" });
    client.now += 60_000;
    expect(client.found({ statutCourant: ["SUSPENDUE"] })[0]).toMatchObject({
      statut: "SUSPENDUE",
      commentaireEtatCourant: "Il manque le bon",
    });
    client.do("PATCH /invoices", { identifiantFactureCPP, statut: "MISE_EN_PAIEMENT" });
    const { historiquesDesStatuts } = client.history(identifiantFactureCPP);
    expect(historiquesDesStatuts.histoStatut.map(({ histoStatutCode }) => histoStatutCode)).toEqual([
      "MISE_EN_PAIEMENT",
      "SUSPENDUE",
      "DEPOSEE",
    ]);
    expect(historiquesDesStatuts.histoStatut[1]?.histoStatutCommentaire).toBe("Il manque le bon");
  });

  it.each([
    ["a Factur-X's embedded XML", pdfWith(CII), "facture.pdf", "FX-7", "2026-07-02"],
    ["a CII", Buffer.from(CII), "facture.xml", "FX-7", "2026-07-02"],
    [
      "its file's name if the file has no number",
      Buffer.from("%PDF-1.7 test"),
      "F2026-0001.pdf",
      "F2026-0001",
      undefined,
    ],
    ["its file's name if the file cannot be unpacked", Buffer.from([0x1f, 0x8b, 0]), "F-2.xml.gz", "F-2", undefined],
  ])("has the invoice's number of %s", (_, file, name, number, date) => {
    const client = new Client({ depositStepInSeconds: 0 });
    client.deposit(file, name);
    expect(client.found()[0]).toMatchObject({ numeroFacture: number });
    expect(client.found()[0]?.dateFacture).toBe(date);
  });

  it("belongs to its account, and is unknown to another", () => {
    const client = new Client({ depositStepInSeconds: 0 });
    const numeroFluxDepot = client.deposit();
    const identifiantFactureCPP = client.found()[0]?.identifiantFactureCPP;
    expect(client.raw(`${TRANSVERSES}/consulterCR`, { numeroFluxDepot }, OTHER)).toEqual([200, NO_DEPOSIT]);
    expect(client.raw(`${FACTURES}/rechercher/fournisseur`, {}, OTHER)).toEqual([200, NOTHING]);
    expect(client.raw(`${FACTURES}/consulter/fournisseur`, { identifiantFactureCPP }, OTHER)).toEqual([
      200,
      NO_INVOICE,
    ]);
    expect(client.raw(`${FACTURES}/consulter/historique`, { idFacture: 1 })).toEqual([200, NO_INVOICE]);
  });

  it("is found by number, day, page", () => {
    const client = new Client({ depositStepInSeconds: 0 });
    for (const number of ["F-1", "F-2", "F-3"]) client.deposit(ubl(number));
    expect(client.numbers({ numeroFacture: "F-2" })).toEqual(["F-2"]);
    expect(
      client.numbers({ periodeDateDepotDu: "2026-07-26", periodeDateDepotAu: "2026-07-26T23:59:59Z" }),
    ).toHaveLength(3);
    expect(client.raw(`${FACTURES}/rechercher/fournisseur`, { periodeDateDepotDu: "2026-07-27" })[1]).toEqual(NOTHING);
    const asked = { rechercheFactureParFournisseur: { nbResultatsParPage: 2, pageResultatDemandee: 2 } };
    const page = client.call("rechercher/fournisseur", FACTURES, asked);
    expect(page.parametresRetour).toEqual({ pageCourante: 2, pages: 2, nbResultatsParPage: 2, total: 3 });
    expect(page.listeFactures.map(({ numeroFacture }) => numeroFacture)).toEqual(["F-1"]);
  });

  it.each([
    [{ nomFichier: "f.xml", syntaxeFlux: "IN_DP_E1_CII" }, "fichierFlux is missing"],
    [{ fichierFlux: "eA==", nomFichier: "f.xml", syntaxeFlux: "IN_DP_E3_FACTUR_X_10" }, "syntaxeFlux must be"],
  ])("is refused with an invalid body: %j", (body, said) => {
    const [status, answer] = new Client().raw(`${FACTURES}/deposer/flux`, body);
    expect(status).toBe(400);
    expect(v.parse(SCHEMAS.refusal, answer).libelle).toContain(said);
  });

  it("is listed by the control address, and can be deleted", () => {
    const client = new Client({ depositStepInSeconds: 0 });
    const numeroFluxDepot = client.deposit();
    const kept = bodyOf(control(client.piste, "GET /deposits"));
    expect(kept).toMatchObject({
      deposits: [{ numeroFluxDepot, etat: "IN_INTEGRE", nomFichier: "F-1.xml" }],
      invoices: [{ numeroFluxDepot, numeroFacture: "F-1", statut: "MISE_A_DISPOSITION" }],
    });
    client.do("DELETE /deposits");
    expect(bodyOf(control(client.piste, "GET /deposits"))).toEqual({ deposits: [], invoices: [] });
  });

  it.each([
    ["PATCH /deposits", { numeroFluxDepot: "CPP1", etat: "IN_REJETE" }, /^numeroFluxDepot must be that of a deposit/],
    ["PATCH /deposits", { numeroFluxDepot: "CPP1", etat: "DEPOSEE" }, /etat must be/],
    [
      "PATCH /invoices",
      { identifiantFactureCPP: 1, statut: "REJETEE" },
      /^identifiantFactureCPP must be that of an integrated/,
    ],
  ])("that does not exist cannot be changed: %s %j", (call, body, message) => {
    const answer = control(new Client().piste, call, body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatch(message);
  });

  it("is refused if its content type is not JSON", () => {
    const client = new Client();
    const status = (type?: string): number => {
      const headers = { ...withAccount(tokenOf(client.piste)), "content-type": type };
      return client.piste.handle(request("POST", `${TRANSVERSES}/recuperer/tauxtva`, { headers, body: "{}" })).answer
        .status;
    };
    expect([undefined, "application/json", "Application/JSON; charset=utf-8"].map(status)).toEqual([200, 200, 200]);
    expect(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"].map(status)).toEqual([415, 415]);
  });

  it("is answered at once, whatever its file", () => {
    const startedAt = performance.now();
    for (const filling of [" ", "<ID>", "<ID ", "> ", "\n<", "ID>a "]) {
      const client = new Client();
      client.deposit(`<?xml version="1.0"?><Invoice><ID>${filling.repeat(6000)}`);
    }
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it("keeps only the data of the invoices", () => {
    const client = new Client({ depositStepInSeconds: 0 });
    const collect = runInNewContext("gc") as () => void;
    const heap = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = heap();
    for (const count of Array(8).keys()) {
      client.deposit(`<?xml?><Invoice><ID>a-number-of-some-length-${count}</ID>${"x".repeat(4_000_000)}</Invoice>`);
    }
    expect(heap() - before).toBeLessThan(8_000_000);
    expect(client.numbers()).toHaveLength(8);
  });

  it("is kept if the clock goes back", () => {
    const client = new Client();
    const numeroFluxDepot = client.deposit();
    client.now -= 1000;
    expect(client.report(numeroFluxDepot).etatCourantDepotFlux).toBe("IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP");
  });

  it("is one of at most a thousand, kept without their files", () => {
    const client = new Client({ depositStepInSeconds: 0 });
    const first = client.deposit(ubl("canary-in-the-file"));
    const file = Buffer.from("another-canary").toString("base64");
    for (let count = 0; count < 1000; count++) client.piste.platform.deposits.deposit(ACCOUNT.login, "f.xml", file);
    expect(client.raw(`${TRANSVERSES}/consulterCR`, { numeroFluxDepot: first })).toEqual([200, NO_DEPOSIT]);
    const kept = JSON.stringify(client.piste.platform.deposits);
    expect(kept).not.toContain("canary");
    expect(kept).not.toContain(file);
  });
});

describe("a file that is too large", () => {
  const ofMegabytes = (megabytes: number): string => "A".repeat((megabytes * 1024 * 1024 * 4) / 3 + 8);
  const deposit = (client: Client, nomFichier: string, megabytes: number): [number, unknown] =>
    client.raw(`${FACTURES}/deposer/flux`, {
      fichierFlux: ofMegabytes(megabytes),
      nomFichier,
      syntaxeFlux: "IN_DP_E2_CII_FACTURX",
    });

  it("gets 413 or a code, by the setting", () => {
    const client = new Client();
    expect(deposit(client, "f.pdf", 10)).toEqual([413, ""]);
    client.do("PATCH /settings", { tooLargeFile: "20001" });
    expect(deposit(client, "f.pdf", 10)).toEqual([200, { codeRetour: 20001, libelle: "GDP_MSG_11.022" }]);
    expect(
      client.raw(`${TRANSVERSES}/ajouter/fichier`, { pieceJointeFichier: ofMegabytes(10), pieceJointeNom: "f.pdf" }),
    ).toEqual([200, { codeRetour: 20001, libelle: "GDP_MSG_11.022" }]);
  });

  it("has a higher limit for an archive", () => {
    const client = new Client();
    expect(deposit(client, "lot.tar.gz", 20)[0]).toBe(200);
    expect(deposit(client, "lot.zip", 30)[0]).toBe(413);
  });
});

describe("a submitted invoice", () => {
  it("is deposited at once with its attachment, and changes its state", () => {
    const client = new Client();
    const attachment = { pieceJointeFichier: "eA==", pieceJointeNom: "f.pdf", pieceJointeTypeMime: "application/pdf" };
    const { pieceJointeId } = client.call("ajouter/fichier", TRANSVERSES, attachment);
    const [structure] = client.call("rechercher", STRUCTURES, {
      structure: { identifiantStructure: STRUCTURE.identifier, typeIdentifiantStructure: "SIRET" },
    }).listeStructures;
    const submitted = client.call("soumettre", FACTURES, {
      modeDepot: "DEPOT_PDF_API",
      numeroFactureSaisi: "F333",
      dateFacture: "2026-07-25",
      destinataire: { codeDestinataire: BUYER.identifier },
      fournisseur: { idFournisseur: structure?.idStructureCPP },
      pieceJointePrincipale: [{ pieceJointePrincipaleDesignation: "Facture", pieceJointePrincipaleId: pieceJointeId }],
      montantTotal: { montantHtTotal: 100, montantTVA: 20, montantTtcTotal: 120, montantAPayer: 120 },
      references: { deviseFacture: "EUR", typeFacture: "FACTURE" },
      idUtilisateurCourant: 0,
    });
    expect(submitted).toMatchObject({
      numeroFacture: "F333",
      statutFacture: "DEPOSEE",
      dateDepot: "2026-07-26",
      identifiantStructure: STRUCTURE.identifier,
    });
    client.now += 60_000;
    expect(client.history(submitted.identifiantFactureCPP).statutCourantCode).toBe("MISE_A_DISPOSITION");
    expect(client.found()).toMatchObject([{ numeroFacture: "F333", montantTTC: 120, modeDepot: "DEPOT_PDF_API" }]);
  });

  it("gets the state deposited in the answer, however fast it changes", () => {
    const client = new Client({ depositStepInSeconds: 0 });
    const { identifiantFactureCPP, statutFacture } = client.call("soumettre", FACTURES, { modeDepot: "SAISIE_API" });
    expect([statutFacture, client.history(identifiantFactureCPP).statutCourantCode]).toEqual([
      "DEPOSEE",
      "MISE_A_DISPOSITION",
    ]);
  });

  it("gets a number if it is entered", () => {
    const submitted = new Client().call("soumettre", FACTURES, { modeDepot: "SAISIE_API" });
    expect(submitted.numeroFacture).toMatch(/^2026\d{16}$/);
  });

  it("needs its mode", () => {
    expect(new Client().raw(`${FACTURES}/soumettre`, {})[0]).toBe(400);
  });
});

describe("a structure", () => {
  const SERVICES = [
    { codeService: "FACTURES", libelleService: "Service facturier" },
    { codeService: "A", estActif: false },
  ];
  const idOf = (client: Client, { identifier } = BUYER): number | undefined =>
    client.call("rechercher", STRUCTURES, { structure: { identifiantStructure: identifier } }).listeStructures[0]
      ?.idStructureCPP;

  it("keeps its own identifier", () => {
    const client = new Client();
    client.do("POST /structures", BUYER);
    const [supplier, buyer] = [idOf(client, STRUCTURE), idOf(client)];
    expect(supplier).not.toBe(buyer);
    client.do("POST /structures", { ...BUYER, name: "Paris" });
    expect(idOf(client)).toBe(buyer);
    client.do("POST /structures", { ...BUYER, idStructureCPP: 25461 });
    expect(idOf(client)).toBe(25461);
    const refused = control(client.piste, "POST /structures", { ...STRUCTURE, idStructureCPP: 25461 });
    expect(errorOf(refused)).toBe("idStructureCPP must be unique, got 25461, which another structure has");
  });

  it("can be read with its rules for invoices and its services", () => {
    const client = new Client();
    client.do("POST /structures", { ...BUYER, services: SERVICES, serviceRequired: true, engagementRequired: true });
    const idStructureCPP = idOf(client);
    for (const asked of [{ idStructureCPP }, { idStructure: idStructureCPP, codeLangue: "fr" }]) {
      expect(client.call("consulter", STRUCTURES, asked)).toMatchObject({
        informationGenerales: { idStructureCPP, identifiantStructure: BUYER.identifier },
        parametres: { codeServiceDoitEtreRenseigne: true, numeroEJDoitEtreRenseigne: true },
      });
    }
    const { listeServices } = client.call("rechercher/services", STRUCTURES, { idStructure: idStructureCPP });
    expect(listeServices).toMatchObject([
      { codeService: "FACTURES", libelleService: "Service facturier", estActif: true },
      { codeService: "A", libelleService: "A", estActif: false },
    ]);
    const { idService } = listeServices[0] ?? {};
    expect(client.call("consulter/service", STRUCTURES, { idStructure: idStructureCPP, idService })).toMatchObject({
      informationsGenerales: { codeService: "FACTURES" },
      parametres: { numeroEngagement: true },
    });
  });

  it("gives an empty search if it or the service is unknown", () => {
    const client = new Client();
    expect(client.raw(`${STRUCTURES}/consulter`, { idStructureCPP: 1 })).toEqual([200, NOTHING]);
    const idStructure = idOf(client, STRUCTURE);
    expect(client.raw(`${STRUCTURES}/rechercher/services`, { idStructure })).toEqual([200, NOTHING]);
    expect(client.raw(`${STRUCTURES}/consulter/service`, { idStructure, idService: 1 })).toEqual([200, NOTHING]);
  });

  it("is found with all others by a type alone", () => {
    const client = new Client();
    client.do("POST /structures", BUYER);
    const asked = { structure: { typeStructure: "PUBLIQUE" }, parametres: { nbResultatsParPage: 1 } };
    expect(client.call("rechercher", STRUCTURES, asked).parametresRetour.total).toBe(2);
  });

  it("belongs to its technical account; an account of `addAccount` has all", () => {
    const client = new Client();
    client.do("POST /structures", BUYER);
    const account = { login: "TECH_3_21750001600019@cpro.fr", password: "third" };
    const { identifier, identifierType } = BUYER;
    client.do("POST /technical-accounts", {
      ...account,
      structure: { identifier, identifierType },
      createdAt: "2026-07-01",
    });
    const attached = (who: TechnicalAccount): string[] =>
      client
        .call("recuperer/rattachements", UTILISATEURS, {}, who)
        .listeStructureRattachement.map(({ identifiantStructure }) => identifiantStructure);
    expect(attached(account)).toEqual([BUYER.identifier]);
    expect(attached(ACCOUNT)).toEqual([STRUCTURE.identifier, BUYER.identifier]);
  });
});

describe("health-check", () => {
  it("is the JSON that clients read", () => {
    const client = new Client();
    const headers = withAccount(tokenOf(client.piste));
    const { answer } = client.piste.handle(request("GET", `${TRANSVERSES}/health-check`, { headers }));
    expect(bodyOf(answer)).toEqual({ body: "OK", statusCodeValue: 200, statusCode: "OK" });
  });
});

describe("a call that is not imitated", () => {
  const PATH = `${FACTURES}/recycler`;

  it("says so, and how to set an answer; a wrong path gets 404", () => {
    const client = new Client();
    expect(client.raw(PATH, {})).toEqual([
      501,
      {
        error: "not_imitated",
        error_description: expect.stringContaining(`POST /_emulator/answers {"path":"${PATH}"`),
      },
    ]);
    expect(client.raw(`${FACTURES}/recyclr`, {})).toEqual([404, ""]);
    for (const path of ["/cpro/facturesTravaux/v1/rechercher", "/dila/legifrance/lf-engine-app/consult/getJoWithNor"]) {
      expect(client.raw(path, {})[0]).toBe(501);
    }
    const headers = bearer(tokenOf(client.piste, "piste.captchetat"));
    for (const base of ["/piste/captcha", "/piste/captchetat/v2"]) {
      expect(client.piste.handle(request("POST", `${base}/valider-captcha`, { headers })).answer.status).toBe(501);
    }
  });

  it("gets the set answer, after the checks of gateway and account", () => {
    const client = new Client();
    client.do("POST /answers", { path: PATH, json: { codeRetour: 0, libelle: "GCU_MSG_01_000" } });
    client.do("POST /answers", { path: "/cpro/new/v1/thing", json: [1], status: 202 });
    expect(client.raw(PATH, {})).toEqual([200, { codeRetour: 0, libelle: "GCU_MSG_01_000" }]);
    expect(client.raw("/cpro/new/v1/thing", {})).toEqual([202, [1]]);
    expect(client.raw(PATH, {}, { ...ACCOUNT, password: "wrong" })[0]).toBe(401);
    expect(client.piste.handle(request("POST", PATH)).answer.status).toBe(400);
    expect(bodyOf(control(client.piste, "GET /answers"))).toEqual([PATH, "/cpro/new/v1/thing"]);
    client.do("DELETE /answers");
    expect(client.raw(PATH, {})[0]).toBe(501);
  });

  it("may also be an imitated one, or of an API without accounts", () => {
    const client = new Client();
    const search = "/dila/legifrance/lf-engine-app/search";
    client.do("POST /answers", { path: search, json: { totalResultNumber: 1 } });
    client.do("POST /answers", { path: `${STRUCTURES}/rechercher`, json: { codeRetour: 3 } });
    const headers = { authorization: `Bearer ${tokenOf(client.piste)}` };
    expect(bodyOf(client.piste.handle(request("POST", search, { headers })).answer)).toEqual({ totalResultNumber: 1 });
    expect(client.raw(`${STRUCTURES}/rechercher`, {})).toEqual([200, { codeRetour: 3 }]);
  });

  it("has at most two hundred answers, each of at most 1 MiB and for an API's path", () => {
    const client = new Client();
    const large = { path: "/x", json: "x".repeat(1024 * 1024) };
    expect(errorOf(control(client.piste, "POST /answers", large))).toContain("json must be at most 1 MiB");
    for (let count = 0; count < 200; count++) client.do("POST /answers", { path: `/x/${count}`, json: {} });
    expect(errorOf(control(client.piste, "POST /answers", { path: "/y", json: {} }))).toContain("already 200 answers");
    for (const path of ["x", "/api/oauth/token", "/x?query=1"]) {
      expect(errorOf(control(client.piste, "POST /answers", { path, json: {} }))).toContain(
        "path must be the path of an API",
      );
    }
  });
});
