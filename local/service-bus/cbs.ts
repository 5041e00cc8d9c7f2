import type { Reply } from './request-response';

export const CBS_ADDRESS = '$cbs';

/** Claims-based security: whoever is on this machine may do everything, so every token is good. */
export function answerPutToken(): Reply {
  return { applicationProperties: { 'status-code': 202, 'status-description': 'Accepted' } };
}
