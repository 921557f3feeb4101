/**
 * Qualification: PISTE's sandbox and Chorus Pro's qualification platform. Edit this file, then
 * `npx cdktf deploy qualif`. Nothing secret belongs here: values are stored after the deployment.
 */
import { EXAMPLE, type EnvironmentConfiguration } from "./configuration";

/** docs/configuration.md has every property. */
export const qualif: EnvironmentConfiguration = {
  // The AWS region; Paris when it is left out.
  // region: "eu-west-3",
  // The only AWS account that this may be deployed into.
  // account: "123456789012",
  // Who receives the alarms. AWS sends each address a link to confirm.
  // alarmEmails: ["equipe-facturation@exemple.fr"],
  // What your company prescribes to all resources: docs/landing-zone.md.
  // landingZone: { tags: { "cost-center": "facturation" } },
  // How long an outage of PISTE is survived.
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
