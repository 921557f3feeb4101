/**
 * Paths of the real platform that are not imitated, to distinguish them from wrong paths. Sources: for Chorus Pro, public
 * clients and the official description of Factures; for Légifrance, its official descriptions (of 2020, and version
 * 2.4.2); for CaptchÉtat, its official description; for Judilibre, its clients.
 */
import { API_CATALOGUE, basePathsOf } from "../piste/api-catalogue";
import { json, type Answer } from "./messages";

const BELOW: Readonly<Record<string, string>> = {
  [API_CATALOGUE["chorus-pro-factures"].basePath]: `
    completer consulter/recipiendaire consulter/valideur corriger/valideur/facture deposer/pdf
    rechercher/aTraiter/valideur rechercher/atraiter/fournisseur rechercher/atraiter/recipiendaire
    rechercher/demandePaiement rechercher/recipiendaire rechercher/valideur
    recuperer/statutsFactureVisibles/valideur recycler telecharger/groupe traiter/factureAValider traiter/recue
    traiterRejet`,
  [API_CATALOGUE["chorus-pro-structures"].basePath]: `
    lister/rattachementsutilisateur`,
  [API_CATALOGUE["chorus-pro-transverses"].basePath]: `
    consulter/information/siret rechercher/categorieSollicitation rechercher/destinataire rechercher/pj/moncompte
    rechercher/pj/structure rechercher/sousCategorieSollicitation recuperer/cadrefacturation
    recuperer/coordbanc/valides recuperer/devises recuperer/etat/typedp recuperer/etats/traitement
    recuperer/formatflux recuperer/modedepot recuperer/modereglements recuperer/motifs/exonerationtva
    recuperer/motifs/refus/Facture/AValider recuperer/pays recuperer/structures/actives/destinataire
    recuperer/structures/actives/facturetravaux recuperer/structures/actives/fournisseur recuperer/typedp
    recuperer/typefacturetravaux recuperer/typeidentifiant/structure recuperer/typespj
    telecharger/annuaire/destinataire telecharger/pieceJointe`,
  "/cpro/engagementsJuridiques/v1": "rechercher",
  "/cpro/facturesTravaux/v1": "rechercher",
  "/cpro/organisations/v1": "siren/recherche structures/recherche",
  [API_CATALOGUE.legifrance.basePath]: `
    chrono/textCid chrono/textCidAndElementCid consult/acco consult/circulaire consult/cnil consult/code
    consult/code/tableMatieres consult/concordanceLinksArticle consult/debat consult/dossierLegislatif
    consult/eliAndAliasRedirectionTexte consult/getArticle consult/getArticleByCid
    consult/getArticleWithIdAndNum consult/getArticleWithIdEliOrAlias consult/getBoccTextPdfMetadata
    consult/getCnilWithAncienId consult/getCodeWithAncienId consult/getJoWithNor consult/getJuriPlanClassement
    consult/getJuriWithAncienId consult/getSectionByCid consult/getTables consult/hasServicePublicLinksArticle
    consult/jorf consult/jorfCont consult/jorfPart consult/juri consult/kaliArticle consult/kaliCont
    consult/kaliContIdcc consult/kaliSection consult/kaliText consult/lastNJo consult/lawDecree
    consult/legi/tableMatieres consult/legiPart consult/relatedLinksArticle consult/sameNumArticle
    consult/servicePublicLinksArticle list/bocc list/boccTexts list/boccsAndTexts list/bodmr list/code
    list/conventions list/debatsParlementaires list/docsAdmins list/dossiersLegislatifs list/legislatures
    list/loda list/questionsEcritesParlementaires misc/commitId misc/datesWithoutJo misc/yearsWithoutTable
    search search/canonicalArticleVersion search/canonicalVersion search/nearestVersion suggest suggest/acco
    suggest/pdc`,
  [API_CATALOGUE.judilibre.basePath]: "decision export scan search stats taxonomy transactionalhistory",
  ...Object.fromEntries(
    basePathsOf(API_CATALOGUE.captchetat).map((base) => [base, "info simple-captcha-endpoint valider-captcha version"]),
  ),
};

const PATHS: ReadonlySet<string> = new Set(
  Object.entries(BELOW).flatMap(([base, paths]) =>
    paths
      .trim()
      .split(/\s+/)
      .map((path) => `${base}/${path}`),
  ),
);

export const isNotImitated = (path: string): boolean => PATHS.has(path);

/** 501: no source reports it from the real platform, so it cannot be mistaken for a real answer. */
export const notImitated = (path: string): Answer =>
  json(501, {
    error: "not_imitated",
    error_description: `The real platform has ${path}; this local one does not imitate it. Give it an answer: POST /_emulator/answers {"path":${JSON.stringify(path)},"json":{}}`,
  });
