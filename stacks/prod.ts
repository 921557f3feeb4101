/**
 * Production. Edit this file, then run `npx cdktf deploy prod`. Put no secret here: store values after the
 * deployment. Application, credentials, SIRET and technical accounts all differ from those of qualification.
 */
import { EXAMPLE, type EnvironmentConfiguration } from "./configuration";

/** All properties: docs/configuration.md. */
export const prod: EnvironmentConfiguration = {
  // The AWS region; Paris by default.
  // region: "eu-west-3",
  // The only AWS account that prod may be deployed to.
  // account: "123456789012",
  // Addresses that receive the alarms. AWS sends each one a link to confirm.
  // alarmEmails: ["astreinte@exemple.fr"],
  // Your company's rules for all resources: docs/landing-zone.md.
  // landingZone: { tags: { "cost-center": "facturation" } },
  // How long PISTE may be unavailable before the token expires.
  // outageToleranceInMinutes: 30,
  // The bucket for Terraform's state; `npx cdktf deploy state` creates it.
  // state: { bucket: "my-company-terraform-state" },
  applications: [
    {
      name: "chorus-pro",
      // The application that you created on PISTE for production.
      // pisteApplicationName: "facturation-exemple",
      technicalAccounts: [
        {
          name: "default",
          // Your structure's real SIRET.
          structure: { identifier: EXAMPLE.prodSiret, identifierType: "SIRET" },
        },
      ],
    },
  ],
};
