import autocannon from 'autocannon';
import { z } from 'zod';

import { serveParent } from './child-side';
import { hookBody } from './payload';

/** The load generator, in a process of its own so that it does not share a thread with what it measures. */
const job = z.object({
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  connections: z.number(),
  seconds: z.number(),
  /** The same body every time, or one for each of the pull requests from a number on. */
  body: z.union([z.string(), z.object({ firstPullRequest: z.number() })]),
});

const MARK = 1_234_567_890;

serveParent({}, async (question) => {
  const { url, headers, connections, seconds, body } = job.parse(question);
  const accepted: number[] = [];
  let sent = 0;
  const result = await autocannon({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    connections,
    duration: seconds,
    timeout: 10,
    ...(typeof body === 'string' ? { body } : { requests: [numbered(body.firstPullRequest)] }),
  });

  function numbered(first: number): autocannon.Request {
    const parts = hookBody(MARK).split(String(MARK));
    return {
      setupRequest(request, context) {
        const pullRequest = first + sent;
        sent += 1;
        Object.assign(context, { pullRequest });
        return { ...request, body: parts.join(String(pullRequest)) };
      },
      onResponse(status, _body, context) {
        const { pullRequest } = z.object({ pullRequest: z.number() }).parse(context);
        if (status === 202) accepted.push(pullRequest);
      },
    };
  }

  return {
    perSecond: result['2xx'] / result.duration,
    good: result['2xx'],
    bad: result.non2xx + result.errors + result.timeouts,
    p50: result.latency.p50,
    p99: result.latency.p99,
    accepted,
  };
});
