/** Schemas of the flow's answers, from the official description of Factures, and from clients for other APIs. */
import * as v from "valibot";

const text = v.optional(v.string());
const amount = v.optional(v.number());
const whole = v.pipe(v.number(), v.safeInteger());
const day = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/));
const minute = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/));
const moment = v.pipe(v.string(), v.isoTimestamp());

/** In every answer; an empty search or a refusal has nothing else. */
const envelope = { codeRetour: whole, libelle: v.pipe(v.string(), v.nonEmpty()) };
const reported = { codeRetour: v.literal(0), libelle: v.literal("TRA_MSG_00.000") };
const found = { codeRetour: v.literal(0), libelle: v.picklist(["TRA_MSG_00.000", "GCU_MSG_01_000"]) };
const pages = v.strictObject({ pageCourante: whole, pages: whole, nbResultatsParPage: whole, total: whole });

/** The statuses of the official description that the local PISTE or a test uses. */
const status = v.picklist([
  "DEPOSEE",
  "EN_COURS_ACHEMINEMENT",
  "MISE_A_DISPOSITION",
  "SUSPENDUE",
  "REJETEE",
  "MANDATEE",
  "MISE_EN_PAIEMENT",
]);
const mode = v.picklist(["UPLOAD_API", "SAISIE_API", "DEPOT_PDF_API", "DEPOT_PDF_SIGNE_API"]);
const state = v.pipe(v.string(), v.regex(/^IN_[A-Z_]+$/));
const depositNumber = v.pipe(v.string(), v.regex(/^CPP\d{22}$/));

export const SCHEMAS = {
  refusal: v.strictObject(envelope),
  "deposer/flux": v.strictObject({
    ...found,
    numeroFluxDepot: depositNumber,
    dateDepot: day,
    syntaxeFlux: v.string(),
  }),
  soumettre: v.strictObject({
    ...found,
    identifiantFactureCPP: whole,
    numeroFacture: v.string(),
    statutFacture: status,
    dateDepot: day,
    identifiantStructure: text,
  }),
  "ajouter/fichier": v.strictObject({ ...found, pieceJointeId: whole }),
  consulterCR: v.strictObject({
    ...reported,
    numeroFluxDepot: depositNumber,
    nomFichierFlux: v.string(),
    dateDepotFlux: moment,
    etatCourantFlux: state,
    dateHeureEtatCourantFlux: moment,
    fichierCR: v.pipe(v.string(), v.base64()),
  }),
  consulterCRDetaille: v.strictObject({
    ...reported,
    nomFichier: v.string(),
    dateDepotFlux: moment,
    etatCourantDepotFlux: state,
    dateHeureEtatCourantFlux: moment,
    listeErreurDP: v.array(
      v.strictObject({
        numeroDP: v.string(),
        identifiantFournisseur: text,
        identifiantDestinataire: text,
        libelleErreurDP: v.string(),
      }),
    ),
    listeErreurTechnique: v.array(v.strictObject({ codeErreur: text, libelleErreur: v.string(), natureErreur: text })),
  }),
  "rechercher/fournisseur": v.strictObject({
    ...found,
    parametresRetour: pages,
    listeFactures: v.array(
      v.strictObject({
        identifiantFactureCPP: whole,
        typeFacture: v.literal("FACTURE"),
        numeroFacture: v.string(),
        numeroFluxDepot: v.optional(depositNumber),
        codeFournisseur: text,
        codeDestinataire: text,
        dateFacture: v.optional(day),
        dateDepot: day,
        montantHT: amount,
        montantTTC: amount,
        modeDepot: mode,
        statut: status,
        dateHeureEtatCourant: moment,
        commentaireEtatCourant: text,
      }),
    ),
  }),
  "consulter/fournisseur": v.strictObject({
    ...found,
    facture: v.strictObject({
      identifiantFactureCPP: whole,
      numeroFacture: v.string(),
      statutFacture: status,
      modeDepot: mode,
      destinataire: v.strictObject({ codeDestinataire: text }),
      fournisseur: v.strictObject({ codeFournisseur: text }),
      references: v.strictObject({ dateFacture: v.optional(day), dateDepot: day }),
      montantTotal: v.strictObject({ montantHtTotal: amount, montantTtcTotal: amount }),
    }),
  }),
  "consulter/historique": v.strictObject({
    ...found,
    idFacture: whole,
    numeroFacture: v.string(),
    modeDepot: mode,
    statutCourantCode: status,
    historiquesDesStatuts: v.strictObject({
      histoStatut: v.array(
        v.strictObject({
          histoStatutId: whole,
          histoStatutCode: status,
          histoStatutDatePassage: minute,
          histoStatutCommentaire: text,
        }),
      ),
      totalHistoStatut: whole,
    }),
  }),
  rechercher: v.strictObject({
    ...found,
    parametresRetour: pages,
    listeStructures: v.array(
      v.strictObject({
        idStructureCPP: whole,
        identifiantStructure: v.string(),
        typeIdentifiantStructure: v.string(),
        designationStructure: v.string(),
        statut: v.literal("ACTIF"),
      }),
    ),
  }),
  consulter: v.strictObject({
    ...found,
    informationGenerales: v.strictObject({
      idStructureCPP: whole,
      identifiantStructure: v.string(),
      typeIdentifiantStructure: v.string(),
      libelleStructure: v.string(),
      raisonSocialeStructure: v.string(),
    }),
    parametres: v.strictObject({
      codeServiceDoitEtreRenseigne: v.boolean(),
      numeroEJDoitEtreRenseigne: v.boolean(),
      gestionNumeroEJOuCodeService: v.boolean(),
    }),
  }),
  "rechercher/services": v.strictObject({
    ...found,
    parametresRetour: pages,
    listeServices: v.array(
      v.strictObject({ idService: whole, codeService: v.string(), libelleService: v.string(), estActif: v.boolean() }),
    ),
  }),
  "consulter/service": v.strictObject({
    ...found,
    informationsGenerales: v.strictObject({ codeService: v.string(), nomService: v.string() }),
    parametres: v.strictObject({ numeroEngagement: v.boolean(), miseEnPaiement: v.boolean() }),
  }),
  "recuperer/rattachements": v.strictObject({
    ...found,
    parametresRetour: pages,
    listeStructureRattachement: v.array(
      v.strictObject({
        idStructure: whole,
        identifiantStructure: v.string(),
        typeIdentifiantStructure: v.string(),
        designationStructure: v.string(),
        statutRattachementStructure: v.literal("VALIDE"),
      }),
    ),
  }),
} as const;

export type Operation = keyof typeof SCHEMAS;
export type AnswerOf<O extends Operation> = v.InferOutput<(typeof SCHEMAS)[O]>;
