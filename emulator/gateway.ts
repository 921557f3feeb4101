/** PISTE's API gateway: checks the path, the token and the application's selection; then the API checks the account. */
import { API_CATALOGUE, apiOf, basePathsOf, DEFAULT_SCOPE, type Api } from "../piste/api-catalogue";
import { accountRefusal, chorusProCall, takesAccount } from "./chorus-pro";
import { empty, json, text, type Answer, type Request } from "./messages";
import { isNotImitated, notImitated } from "./not-imitated";
import type { Platform } from "./platform";

const { legifrance, judilibre } = API_CATALOGUE;
const JUDILIBRE_HEALTH = `GET ${judilibre.basePath}/healthcheck`;

const inService = (): Answer => json(200, { status: "UP" });

/** The probes of APIs that need only a token. */
const probesOf = (apis: readonly Api[]): Readonly<Record<string, () => Answer>> =>
  Object.fromEntries(
    apis
      .filter(({ authentication }) => authentication === "token")
      .flatMap((api) =>
        basePathsOf(api).flatMap((basePath) =>
          api.probes.map(({ method, path }) => [`${method} ${basePath}${path}`, inService] as const),
        ),
      ),
  );

const OTHER_CALLS: Readonly<Record<string, () => Answer>> = {
  ...probesOf(Object.values(API_CATALOGUE)),
  // These give other answers.
  ...Object.fromEntries(
    ["list", "consult", "search", "chrono", "suggest"].map((part) => [
      `GET ${legifrance.basePath}/${part}/ping`,
      () => text(200, "pong"),
    ]),
  ),
  [JUDILIBRE_HEALTH]: () => json(200, { status: "disponible" }),
};

export function challenge(error: string, description: string): Record<string, string> {
  return { "www-authenticate": `Bearer realm="DefaultRealm",error="${error}",error_description="${description}"` };
}

/** @param fault the answer that a fault gives after the checks of gateway and account. */
export function answerApi(platform: Platform, request: Request, fault: () => Answer | undefined): Answer {
  const { path, headers } = request;
  const call = `${request.method} ${path}`;
  const others = platform.settings.apis.map(apiOf);
  const own = OTHER_CALLS[call] ?? probesOf(others)[call] ?? chorusProCall(platform, request);
  if (own === undefined && !isNotImitated(path) && !platform.answers.has(path)) return empty(404);
  const behind = (): Answer => fault() ?? platform.answers.get(path) ?? own?.() ?? notImitated(path);

  // Judilibre also accepts an API key without a token; here a key belongs to no application.
  const key = path.startsWith(`${judilibre.basePath}/`) ? headers["keyid"] : undefined;
  const isKeyOnly = key && headers["authorization"] === undefined;
  if (isKeyOnly && platform.apiKeys.has(key)) return behind();
  // Made up: an unknown key gets the refusal of an unknown token.
  const api = [...Object.values(API_CATALOGUE), ...others].find((each) =>
    basePathsOf(each).some((basePath) => path.startsWith(`${basePath}/`)),
  );
  const grant = isKeyOnly ? refusedToken() : grantOrRefusal(platform, request, api);
  if ("status" in grant) return grant;
  if (api !== undefined && !platform.mayCall(grant.clientId, api.name)) return empty(403);
  return (takesAccount(request) ? accountRefusal(platform, request, grant.clientId) : undefined) ?? behind();
}

const refusedToken = (): Answer =>
  json(
    401,
    { error: "invalid_token" },
    challenge("invalid_token", "Unable to find the access token in persistent storage."),
  );

function grantOrRefusal(
  platform: Platform,
  request: Request,
  api: Api | undefined,
): Answer | { readonly clientId: string } {
  const token = /^bearer +(\S+)$/i.exec(request.headers["authorization"] ?? "")?.[1];
  if (token === undefined) {
    return json(400, { error: "invalid_request" }, challenge("invalid_request", "Unable to find token in the message"));
  }
  const grant = platform.grantOf(token);
  if (grant === undefined) return refusedToken();
  const scope = api?.scope ?? DEFAULT_SCOPE;
  const isOpen = platform.settings.openidOpensAll && grant.scopes.includes(DEFAULT_SCOPE);
  if (!isOpen && !grant.scopes.includes(scope)) {
    return json(
      403,
      { error: "insufficient_scope" },
      challenge("insufficient_scope", `The request requires the scope ${scope}`),
    );
  }
  return grant;
}
