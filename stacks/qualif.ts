/**
 * Qualification: PISTE's sandbox and Chorus Pro's qualification platform. Edit this file, then
 * `npx cdktf deploy qualif`. Nothing secret belongs here: values are stored after the deployment.
 */
import { EXAMPLE, type EnvironmentConfiguration } from "./configuration";

export const qualif: EnvironmentConfiguration = {
  // region: "eu-west-3",
  // account: "123456789012",
  // alarmEmails: ["equipe-facturation@exemple.fr"],
  // tags: { "cost-center": "facturation" },
  // outageToleranceInMinutes: 30,
  applications: [
    {
      name: "chorus-pro",
      // The sandbox application that PISTE made with your account.
      // pisteApplicationName: "APP_SANDBOX_equipe-facturation@exemple.fr",
      technicalAccounts: [
        {
          name: "default",
          // The fictitious SIRET of your qualification data set (« matelas de données »).
          structure: { identifier: EXAMPLE.qualifSiret, identifierType: "SIRET" },
        },
      ],
    },
  ],
};
