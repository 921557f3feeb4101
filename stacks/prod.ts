/**
 * Production. Edit this file, then `npx cdktf deploy prod`. Nothing secret belongs here: values are stored after the
 * deployment. Nothing is the same as in qualification: application, credentials, SIRET and technical accounts differ.
 */
import { EXAMPLE, type EnvironmentConfiguration } from "./configuration";

export const prod: EnvironmentConfiguration = {
  // region: "eu-west-3",
  // account: "123456789012",
  // alarmEmails: ["astreinte@exemple.fr"],
  // tags: { "cost-center": "facturation" },
  // outageToleranceInMinutes: 30,
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
