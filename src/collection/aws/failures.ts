import { CollectorRejected, CollectorUnavailable } from '../collector-failure.js';
import { withoutSecrets } from '../../platform/index.js';

/** AWS asks to be left alone for a while. It says so with status 400, which no rule for 429 sees. */
export class Throttled extends CollectorUnavailable {}

/** The pages read so far are no longer those of the pages to come: they have to be read from the first one. */
export class PagesChanged extends CollectorUnavailable {}

const throttling = /^(LimitExceeded|Throttling|Throttled|TooManyRequests|RequestLimitExceeded|RequestThrottled|BandwidthLimitExceeded|SlowDown)/;
const pagesGone = /^(InvalidNextToken|RequestChanged|BillExpiration)/;
const passing = /^(InternalFailure|InternalServer|InternalError|ServiceUnavailable|RequestTimeout(?!TooSkewed))/;
const credentials = /^(ExpiredToken|UnrecognizedClient|InvalidClientTokenId|AccessDenied|UnauthorizedOperation|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken|OptInRequired|RequestExpired|RequestTimeTooSkewed|CredentialsProviderError|TokenProviderError|InvalidIdentityToken|NotAuthorized)/;

/** What a failure of the AWS SDK means for the run. Failures that say so already stay what they are. */
export function failureOf(error: unknown, service: string, secrets: readonly string[]): unknown {
  if (error instanceof CollectorUnavailable || error instanceof CollectorRejected || !(error instanceof Error)) return error;
  const said = `${error.name}: ${withoutSecrets(error.message, secrets)}`.slice(0, 500);
  if (throttling.test(error.name)) return new Throttled(`${service} asks for fewer calls: ${said}`);
  if (pagesGone.test(error.name)) return new PagesChanged(`${service} gives no further page of this answer: ${said}`);
  if (passing.test(error.name)) return new CollectorUnavailable(`${service} cannot answer now: ${said}`);
  if (credentials.test(error.name)) return new CollectorRejected(`${service} refuses the credentials: ${said}`);
  // Anything else that AWS itself said is about the question.
  if ('$fault' in error) return new CollectorRejected(`${service} refuses the question: ${said}`);
  return error;
}
