/** Actions of the control address for the portals. */
import { doing, done, type Actions } from "./action";
import {
  applicationChangeSchema,
  applicationSchema,
  dataSetSchema,
  habilitationSchema,
  newPasswordSchema,
  raccordementReferenceSchema,
  raccordementSchema,
  secretResetSchema,
  spaceSchema,
  structureOnlySchema,
  technicalAccountSchema,
} from "./portal-schemas";

export const PORTAL_ACTIONS: Actions = {
  "GET /portal": ({ platform }) => done(platform.portal.view()),
  "POST /applications": doing(applicationSchema, (platform, application) => {
    platform.addApplication(application);
  }),
  "PATCH /applications": doing(applicationChangeSchema, ({ portal }, change) => {
    portal.applications.change(change);
  }),
  "POST /applications/secret": doing(secretResetSchema, (platform, reset) => {
    platform.resetClientSecret(reset);
  }),
  "POST /data-set": doing(dataSetSchema, ({ portal }, dataSet) => {
    portal.addDataSet(dataSet);
  }),
  "POST /spaces": doing(spaceSchema, ({ portal }, space) => {
    portal.openSpace(space);
  }),
  "DELETE /spaces": doing(structureOnlySchema, ({ portal }, { structure }) => {
    portal.closeSpace(structure);
  }),
  "POST /raccordements": doing(raccordementSchema, ({ portal }, raccordement) => {
    portal.addRaccordement(raccordement);
  }),
  "DELETE /raccordements": doing(raccordementReferenceSchema, ({ portal }, raccordement) => {
    portal.removeRaccordement(raccordement);
  }),
  "POST /technical-accounts": doing(technicalAccountSchema, ({ portal }, account) => {
    portal.addTechnicalAccount(account);
  }),
  "POST /technical-accounts/password": doing(newPasswordSchema, ({ portal }, account) => {
    portal.technicalAccounts.changePassword(account);
  }),
  "POST /habilitations": doing(habilitationSchema, ({ portal }, { login }) => {
    portal.technicalAccounts.habilitate(login, true);
  }),
  "DELETE /habilitations": doing(habilitationSchema, ({ portal }, { login }) => {
    portal.technicalAccounts.habilitate(login, false);
  }),
};
