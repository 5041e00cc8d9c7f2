import { z } from 'zod';

const overviewSchema = z.object({
  incidents: z.array(z.object({ eventType: z.string(), url: z.string(), status: z.string(), reason: z.string() })),
  subscriptions: z.array(z.object({ eventType: z.string(), url: z.string(), status: z.string() })),
});

/**
 * What `GET /_simulator/hooks` says against our endpoint: a subscription that was ever put on probation or disabled, since
 * deleted ones included, and one that is not enabled now. A subscription on probation loses events.
 */
export function hookProblems(overview: unknown, endpoint: string): string[] {
  const { incidents, subscriptions } = overviewSchema.parse(overview);
  const isOurs = ({ url }: { url: string }): boolean => url.startsWith(`${endpoint}/api/service-hooks/`);
  return [
    ...incidents.filter(isOurs).map(({ eventType, status, reason }) => `${eventType} was ${status}: ${reason}`),
    ...subscriptions
      .filter((each) => isOurs(each) && each.status !== 'enabled')
      .map(({ eventType, status }) => `${eventType} is ${status}`),
  ];
}
