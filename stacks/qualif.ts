/**
 * Qualification: PISTE's sandbox and Chorus Pro's qualification platform. Edit this file, then run `npx cdktf deploy
 * qualif`. Put no secret here: store values after the deployment.
 */
import { EXAMPLE, type EnvironmentConfiguration } from "./configuration";

/** All properties: docs/configuration.md. */
export const qualif: EnvironmentConfiguration = {
  // The AWS region; Paris by default.
  // region: "eu-west-3",
  // The only AWS account that qualif may be deployed to.
  // account: "123456789012",
  // Addresses that receive the alarms. AWS sends each one a link to confirm.
  // alarmEmails: ["equipe-facturation@exemple.fr"],
  // Your company's rules for all resources: docs/landing-zone.md.
  // landingZone: { tags: { "cost-center": "facturation" } },
  // How long PISTE may be unavailable before the token expires.
  // outageToleranceInMinutes: 30,
  applications: [
    {
      name: "chorus-pro",
      // The sandbox application that PISTE created with your account.
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
