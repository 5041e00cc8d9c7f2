import { z } from 'zod';

import { toFailure } from '../../core/failures';
import { listOf } from '../answers';

import type { Rest } from './rest';
import type { Scratch } from './scratch';

/** What reference/azure-devops.md leaves open and one can try on a pull request. The answer is a sentence. */
export interface Question {
  name: string;
  asks: string;
  find: (asking: { gate: Rest; admin: Rest; scratch: Scratch }) => Promise<string>;
}

/** What it takes a webhook that can be reached, hours, or people at a screen to know. */
export const UNSETTLED: readonly string[] = [
  'webhook timeout, and how a timeout counts',
  'branch filter spelling',
  'which edits fire a hook (draft, publish, retarget, title), and whether system threads or status patches fire the comment event',
  'whether two subscriptions share an event id',
  'minimal fields of a pull request in a hook',
  'whether a suggestion that the API posts can be applied',
  'whether a service principal may own subscriptions',
  'resourceContainers of Azure DevOps Server, and the headers it sends',
  'whether a branch policy compares statusName with its case',
];

const created = z.object({ id: z.int() });
const statusSchema = z.object({ id: z.int(), description: z.string().nullish() });
const threadSchema = z.object({
  id: z.int(),
  status: z.string().nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
});
const COMMENT = [{ parentCommentId: 0, content: 'A probe of portcullis doctor.', commentType: 'text' }];

const threadsOf = ({ at, pullRequestId }: Scratch): string => `${at}/pullRequests/${pullRequestId}/threads`;
const said = (error: unknown): string => toFailure(error).message;

/** The largest of several sizes that is taken, and what became of the first that is not. */
async function largest(sizes: readonly number[], attempt: (size: number) => Promise<number>): Promise<string> {
  let best = 'none was taken';
  for (const size of sizes) {
    try {
      const kept = await attempt(size);
      if (kept !== size) return `${best}; of ${size} characters ${kept} were kept`;
      best = `${size} characters are taken whole`;
    } catch (error) {
      return `${best}; ${size} are refused: ${said(error)}`;
    }
  }
  return `${best}, and more was not tried`;
}

export const questions: readonly Question[] = [
  {
    name: 'status-description',
    asks: 'How long may the description of a status be?',
    find: ({ gate, scratch: { at, pullRequestId } }) =>
      largest([120, 256, 1_000, 4_000, 16_000], async (size) => {
        const context = { genre: 'portcullis-probe', name: 'description' };
        const body = { iterationId: 1, state: 'succeeded', description: 'x'.repeat(size), context };
        const { description } = await gate.post(`${at}/pullRequests/${pullRequestId}/statuses`, body, statusSchema);
        return description?.length ?? 0;
      }),
  },
  {
    name: 'status-name-case',
    asks: 'Does the case of a status name survive?',
    find: async ({ gate, scratch: { at, pullRequestId } }) => {
      const path = `${at}/pullRequests/${pullRequestId}/statuses`;
      for (const name of ['Case', 'case']) {
        const context = { genre: 'portcullis-probe', name };
        await gate.post(path, { iterationId: 1, state: 'succeeded', description: name, context }, created);
      }
      const rows = await gate.get(path, listOf(z.object({ context: z.object({ name: z.string().nullish() }) })));
      const names = rows.map(({ context }) => context.name ?? '').filter((name) => name.toLowerCase() === 'case');
      return `posted as Case and case, listed as ${names.join(' and ')}`;
    },
  },
  {
    name: 'thread-property-forms',
    asks: 'In which forms are properties of a thread taken, and how do they come back?',
    find: async ({ gate, scratch }) => {
      const forms = {
        plain: 'text',
        typed: { type: 'System.String', value: 'text' },
        dollar: { $type: 'System.String', $value: 'text' },
      };
      const answers: string[] = [];
      for (const [form, value] of Object.entries(forms)) {
        try {
          const body = { comments: COMMENT, status: 'closed', properties: { Probe: value } };
          const { properties } = await gate.post(threadsOf(scratch), body, threadSchema);
          answers.push(`${form} comes back as ${JSON.stringify(properties?.['Probe'] ?? null)}`);
        } catch (error) {
          answers.push(`${form} is refused: ${said(error)}`);
        }
      }
      return answers.join('; ');
    },
  },
  {
    name: 'thread-property-patch',
    asks: 'Does changing properties of a thread replace all of them, or merge?',
    find: async ({ gate, scratch }) => {
      const body = { comments: COMMENT, status: 'closed', properties: { First: '1' } };
      const { id } = await gate.post(threadsOf(scratch), body, threadSchema);
      await gate.patch(`${threadsOf(scratch)}/${id}`, { properties: { Second: '2' } }, z.unknown());
      const { properties } = await gate.get(`${threadsOf(scratch)}/${id}`, threadSchema);
      const names = Object.keys(properties ?? {}).filter((name) => name === 'First' || name === 'Second');
      return names.length === 2 ? 'they merge' : `only ${names.join(' and ') || 'none'} of First and Second is left`;
    },
  },
  {
    name: 'thread-property-size',
    asks: 'How long may a property of a thread be?',
    find: ({ gate, scratch }) =>
      largest([1_000, 4_000, 32_000, 128_000], async (size) => {
        const body = { comments: COMMENT, status: 'closed', properties: { Probe: 'x'.repeat(size) } };
        const { id } = await gate.post(threadsOf(scratch), body, threadSchema);
        const { properties } = await gate.get(`${threadsOf(scratch)}/${id}`, threadSchema);
        const wrapped = z.union([z.string(), z.object({ $value: z.string() })]).safeParse(properties?.['Probe']).data;
        return (typeof wrapped === 'string' ? wrapped : wrapped?.$value)?.length ?? 0;
      }),
  },
  {
    name: 'status-of-another-thread',
    asks: 'May the gate set the status of somebody else’s thread?',
    find: async ({ gate, admin, scratch }) => {
      const { id } = await admin.post(threadsOf(scratch), { comments: COMMENT, status: 'active' }, threadSchema);
      try {
        await gate.patch(`${threadsOf(scratch)}/${id}`, { status: 'closed' }, z.unknown());
      } catch (error) {
        return `no: ${said(error)}`;
      }
      const { status } = await gate.get(`${threadsOf(scratch)}/${id}`, threadSchema);
      return status === 'closed' ? 'yes' : `it is taken, and the status stays ${status ?? 'unknown'}`;
    },
  },
];
