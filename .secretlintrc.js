/**
 * Patterns of secrets that must never be committed, those of PISTE and Chorus Pro included, for `npm run secrets`.
 *
 * Made-up values are allowed: they contain `canary` or `emulated`, or are UUIDs of one repeated digit.
 */

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
/** `name: value`, `name=value`, `"name": "value"`, `--name value`, `| name | value |`. */
const IS = "[\"'`]?\\]?(?:\\s*[:=,|]\\s*|\\s+)[\"'`]?";
const LOGIN = "TECH_[\\w-]+@cpro\\.fr";
const PASSWORD_IS = "(?:password|passe|mdp)[\"'`]?\\s*[:=|]\\s*";
/** In code, an unquoted word is a variable. */
const QUOTED = "[\"'`][^\"'`\\s]{8,}[\"'`]";
const BESIDE = "[\\s\\S]{0,80}?";
/** An encoded value does not end inside a longer word, such as a function's name. */
const END = "(?![\\w(.])";

module.exports = {
  rules: [
    {
      id: "@secretlint/secretlint-rule-preset-recommend",
      rules: [{ id: "@secretlint/secretlint-rule-basicauth", options: { allows: ["/canary/"] } }],
    },
    {
      id: "@secretlint/secretlint-rule-pattern",
      options: {
        allows: [
          "/canary|emulated/i",
          // Of one digit from its second group on: 5ec7e7aa-1111-4111-8111-111111111111.
          "/-(\\d)\\1{3}-4\\1{3}-8\\1{3}-\\1{12}/",
          "/00000000-0000-/",
        ],
        patterns: [
          // The OAuth2 pair, and the API key pair that is often confused with it.
          {
            name: "PISTE client credentials",
            patterns: [`/(?:client|api)[_-]?(?:id|key|secret)${IS}${UUID}/i`],
          },
          {
            name: "Chorus Pro account header",
            patterns: [
              `/cpro-account["'\`]?\\]?\\s*[:=,]\\s*["'\`]?[A-Za-z0-9+/]{16,}={0,2}${END}/i`,
              // Base64 of text that begins with TECH_.
              `/\\bVEVDSF[89+/][A-Za-z0-9+/]{20,}={0,2}${END}/`,
            ],
          },
          {
            name: "PISTE access token",
            patterns: ["/\\bBearer\\s+[A-Za-z0-9._~+/-]{40,}/i", `/access_?token${IS}[A-Za-z0-9._~+/-]{40,}/i`],
          },
          {
            name: "technical account with its password",
            patterns: [
              `/${LOGIN}:[^\\s"'\`$\\\\]{8,}/`,
              `/${LOGIN}${BESIDE}${PASSWORD_IS}${QUOTED}/i`,
              `/${LOGIN}${BESIDE}(?:password|passe|mdp)=[^"'\`\\s$]{8,}/i`,
              `/${PASSWORD_IS}${QUOTED}${BESIDE}${LOGIN}/i`,
            ],
          },
          {
            name: "technical account with its password, in words",
            filePathGlobs: ["**/*.{md,txt,csv,yml,yaml,env,ini,cfg,conf,properties}"],
            patterns: [`/${LOGIN}${BESIDE}${PASSWORD_IS}[^\\s"'\`$<…]{8,}/i`],
          },
          {
            name: "file that holds secrets",
            filePathGlobs: [
              "**/.env",
              "**/.env.*",
              "**/*.tfstate",
              "**/*.tfstate.*",
              "**/*.pem",
              "**/*.p12",
              "**/*.key",
            ],
          },
        ],
      },
    },
  ],
};
