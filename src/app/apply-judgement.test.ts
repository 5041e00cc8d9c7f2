import { Failure } from '../core/failures';
import { verdict } from '../core/verdict';
import { ordinary } from '../gates/testing/ordinary-pull-request';

import { applyJudgement } from './apply-judgement';
import type { Judgement } from './judgement';
import type { AzureDevOps } from './ports';
import { bot, connection, key } from './testing/samples';
import { BOT_PAT, createWorld } from './testing/world';

const { details, iteration } = ordinary;
const judgement: Judgement = {
  details,
  iteration,
  verdict: verdict('succeeded', 'all is well'),
  components: { payments: verdict('succeeded', 'it is'), search: verdict('succeeded', 'it is, too') },
  evaluation: { iterationId: iteration.id, sourceCommit: iteration.sourceCommit, outcomes: [], untouched: [] },
  summary: undefined,
  mayBeginSummary: false,
  validUntil: null,
  waitsFor: [],
};

test('a status of a component that is refused is told when the others have ended: nothing is on its way any more', async () => {
  const world = createWorld();
  const azureDevOps = world.azureDevOps.connect(connection, BOT_PAT);
  const ended: string[] = [];
  const uneven: AzureDevOps = {
    ...azureDevOps,
    postStatus: async (where, status) => {
      if (status.name === 'payments') throw new Failure({ kind: 'unavailable', message: 'No answer came.' });
      await new Promise((done) => setTimeout(done, 20));
      ended.push(status.name);
      return azureDevOps.postStatus(where, status);
    },
  };
  const standing = { threads: [], statuses: [] };
  const request = { azureDevOps: uneven, key, judgement, standing, myId: bot.id, identities: [] };
  await expect(applyJudgement(request)).rejects.toThrow('No answer came.');
  expect(ended).toEqual(['search']);
});
