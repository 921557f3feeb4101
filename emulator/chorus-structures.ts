/** Structures, their services, and the structures of an account. */
import { API_CATALOGUE } from "../piste/api-catalogue";
import { FOUND, NOTHING_FOUND, objectIn, pageOf, type Body, type Calls } from "./chorus-call";
import { json } from "./messages";
import type { Platform } from "./platform";
import type { KnownStructure, StructureService } from "./portal-forms";

const STRUCTURES = API_CATALOGUE["chorus-pro-structures"].basePath;
const UTILISATEURS = API_CATALOGUE["chorus-pro-utilisateurs"].basePath;

/** Six clients send `idStructureCPP`, one sends `idStructure` as in the services' calls. */
const structureOf = (platform: Platform, { idStructureCPP, idStructure }: Body): KnownStructure | undefined =>
  platform.portal.structureWithId(Number(idStructureCPP ?? idStructure));

const serviceId = ({ idStructureCPP }: KnownStructure, index: number): number => idStructureCPP * 100 + index + 1;

const isActive = ({ estActif = true }: StructureService): boolean => estActif;

const identification = (structure: KnownStructure) => ({
  identifiantStructure: structure.identifier,
  typeIdentifiantStructure: structure.identifierType,
});

export const STRUCTURE_CALLS: Calls = {
  [`POST ${STRUCTURES}/rechercher`]: ({ platform, body }) => {
    const { identifiantStructure, typeIdentifiantStructure, typeStructure } = objectIn(body["structure"]);
    // One client sends every field, with empty values.
    const { shown, parametresRetour } = pageOf(
      identifiantStructure || !typeStructure
        ? platform.portal.findStructures(
            identifiantStructure,
            typeIdentifiantStructure === "" ? undefined : typeIdentifiantStructure,
          )
        : platform.portal.view().structures,
      body["parametres"],
    );
    if (parametresRetour.total === 0) return NOTHING_FOUND;
    return json(200, {
      ...FOUND,
      parametresRetour,
      listeStructures: shown.map((structure) => ({
        idStructureCPP: structure.idStructureCPP,
        ...identification(structure),
        designationStructure: structure.name,
        statut: "ACTIF",
      })),
    });
  },
  [`POST ${STRUCTURES}/consulter`]: ({ platform, body }) => {
    const structure = structureOf(platform, body);
    if (structure === undefined) return NOTHING_FOUND;
    return json(200, {
      ...FOUND,
      informationGenerales: {
        idStructureCPP: structure.idStructureCPP,
        ...identification(structure),
        libelleStructure: structure.name,
        raisonSocialeStructure: structure.name,
      },
      parametres: {
        codeServiceDoitEtreRenseigne: structure.serviceRequired ?? false,
        numeroEJDoitEtreRenseigne: structure.engagementRequired ?? false,
        gestionNumeroEJOuCodeService: false,
      },
    });
  },
  [`POST ${STRUCTURES}/rechercher/services`]: ({ platform, body }) => {
    const structure = structureOf(platform, body);
    const services = structure?.services ?? [];
    if (structure === undefined || services.length === 0) return NOTHING_FOUND;
    const all = services.map((service, index) => ({
      idService: serviceId(structure, index),
      codeService: service.codeService,
      libelleService: service.libelleService ?? service.codeService,
      estActif: isActive(service),
    }));
    const { shown, parametresRetour } = pageOf(all, body["parametresRechercherServicesStructure"]);
    return json(200, { ...FOUND, parametresRetour, listeServices: shown });
  },
  [`POST ${STRUCTURES}/consulter/service`]: ({ platform, body }) => {
    const structure = structureOf(platform, body);
    const service = structure?.services?.find((_, index) => serviceId(structure, index) === Number(body["idService"]));
    if (structure === undefined || service === undefined) return NOTHING_FOUND;
    return json(200, {
      ...FOUND,
      informationsGenerales: {
        codeService: service.codeService,
        nomService: service.libelleService ?? service.codeService,
      },
      parametres: { numeroEngagement: structure.engagementRequired ?? false, miseEnPaiement: false },
    });
  },
  [`POST ${UTILISATEURS}/monCompte/recuperer/rattachements`]: ({ platform, body, login }) => {
    const { shown, parametresRetour } = pageOf(platform.portal.structuresOf(login), body["parametresRecherche"]);
    return json(200, {
      ...FOUND,
      parametresRetour,
      listeStructureRattachement: shown.map((structure) => ({
        idStructure: structure.idStructureCPP,
        ...identification(structure),
        designationStructure: structure.name,
        statutRattachementStructure: "VALIDE",
      })),
    });
  },
};
