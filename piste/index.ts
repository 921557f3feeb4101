/**
 * PISTE for programs that call it themselves: environments and hosts, names of secrets, the token request, API calls
 * and the meaning of answers. It depends on neither AWS nor cdktf.
 */
export {
  API_CATALOGUE,
  API_NAMES,
  CHORUS_PRO_APIS,
  DEFAULT_SCOPE,
  type Api,
  type ApiEntry,
  type ApiName,
  type OwnApi,
  type Probe,
} from "./api-catalogue";
export {
  chorusProAccountHeader,
  parseToken,
  type AccessToken,
  type ClientCredentials,
  type TechnicalAccount,
} from "./credentials";
export {
  DIAGNOSIS_CODES,
  diagnosisMeaning,
  FAILURE_CLASSES,
  type Diagnosis,
  type DiagnosisCode,
  type FailureClass,
  type NextTry,
} from "./diagnosis";
export {
  checkApiBaseUrl,
  checkTokenEndpoint,
  ENVIRONMENTS,
  HOSTS,
  parseEnvironment,
  type Environment,
  type EnvironmentHosts,
} from "./environments";
export {
  callHttp,
  httpTransport,
  NetworkError,
  type AnswerFacts,
  type HttpAnswer,
  type HttpRequest,
  type HttpTransport,
  type NetworkFailure,
} from "./http";
export {
  clientSecretName,
  DEFAULT_ACCOUNT,
  DEFAULT_APPLICATION,
  descriptionParameterName,
  technicalAccountSecretName,
  tokenSecretName,
} from "./names";
export {
  apiHttpRequest,
  callApi,
  type AnswerKind,
  type ApiAnswer,
  type ApiCall,
  type Asked,
  type ProbeAnswer,
} from "./probes";
export {
  checkStructureIdentifier,
  IDENTIFIER_TYPES,
  type IdentifierType,
  type StructureIdentifier,
} from "./structure-identifier";
export { requestToken, type TokenRequest, type TokenResult } from "./token-endpoint";
