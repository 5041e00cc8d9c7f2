import { randomBytes } from 'node:crypto';

import { z } from 'zod';

import { Failure } from '../../core/failures';
import { listOf } from '../answers';

import type { Rest } from './rest';

const NONE = '0'.repeat(40);
const repositorySchema = z.object({ id: z.string(), defaultBranch: z.string().nullish() });
const refsSchema = listOf(z.object({ name: z.string(), objectId: z.string() }));
const updatesSchema = listOf(z.object({ success: z.boolean(), updateStatus: z.string().nullish() }));
const pushSchema = z.object({ commits: z.array(z.object({ commitId: z.string() })).min(1) });
const requestSchema = z.object({ pullRequestId: z.int() });

/** A pull request of our own in a scratch repository. */
export interface Scratch {
  /** The API of the repository: `Shop/_apis/git/repositories/3f0d…`. */
  at: string;
  pullRequestId: number;
  /** Puts everything away that was made; returns what could not be, in sentences. */
  putAway(): Promise<string[]>;
}

/** Makes the pull request, with an admin's credential. Throws where the repository looks like one that people work in. */
export async function makeScratch(
  admin: Rest,
  place: { project: string; repository: string },
  { isAgreed }: { isAgreed: boolean },
): Promise<Scratch> {
  const named = `${encodeURIComponent(place.project)}/_apis/git/repositories/${encodeURIComponent(place.repository)}`;
  const { id, defaultBranch } = await admin.get(named, repositorySchema);
  const at = `${encodeURIComponent(place.project)}/_apis/git/repositories/${id}`;
  const refs = await admin.get(`${at}/refs?filter=heads/`, refsSchema);
  const open = await admin.get(`${at}/pullrequests?searchCriteria.status=active&$top=1`, listOf(z.unknown()));
  if (!isAgreed && (refs.length > 0 || open.length > 0)) {
    const why = open.length > 0 ? 'has open pull requests' : 'is not empty';
    throw new Failure({
      kind: 'unexpected',
      message: `Repository ${place.project}/${place.repository} ${why}: name an empty one, or say --yes when it is nobody’s.`,
    });
  }
  const name = `portcullis-probe/${randomBytes(4).toString('hex')}`;
  const target = `refs/heads/${name}/target`;
  const source = `refs/heads/${name}/source`;
  const made: { name: string; objectId: string }[] = [];
  let pullRequestId: number | undefined;

  const push = async (ref: string, from: string, path: string): Promise<string> => {
    const change = { changeType: 'add', item: { path }, newContent: { content: 'a probe\n', contentType: 'rawtext' } };
    const body = {
      refUpdates: [{ name: ref, oldObjectId: from }],
      commits: [{ comment: 'A probe of portcullis doctor', changes: [change] }],
    };
    const { commits } = await admin.post(`${at}/pushes`, body, pushSchema);
    return commits[0]?.commitId ?? NONE;
  };
  const branch = async (ref: string, objectId: string): Promise<void> => {
    await admin.post(`${at}/refs`, [{ name: ref, oldObjectId: NONE, newObjectId: objectId }], z.unknown());
    made.push({ name: ref, objectId });
  };
  const putAway = async (): Promise<string[]> => {
    const left: string[] = [];
    const attempt = async (what: string, act: () => Promise<unknown>): Promise<void> => {
      try {
        await act();
      } catch (error) {
        left.push(`${what} is left: ${error instanceof Error ? error.message : 'for an unknown reason'}`);
      }
    };
    const request = pullRequestId;
    if (request !== undefined) {
      await attempt(`Pull request ${request}`, () =>
        admin.patch(`${at}/pullrequests/${request}`, { status: 'abandoned' }, z.unknown()),
      );
    }
    for (const { name: ref, objectId } of made.reverse()) {
      await attempt(`Branch ${ref}`, async () => {
        const update = [{ name: ref, oldObjectId: objectId, newObjectId: NONE }];
        // Refused, it says so in an answer that is fine.
        const [result] = await admin.post(`${at}/refs`, update, updatesSchema);
        if (result?.success !== true) throw new Error(`Azure DevOps says ${result?.updateStatus ?? 'nothing'}.`);
      });
    }
    return left;
  };

  try {
    const tip = refs.find((ref) => ref.name === defaultBranch)?.objectId ?? refs[0]?.objectId;
    if (tip === undefined) made.push({ name: target, objectId: await push(target, NONE, '/probe.md') });
    else await branch(target, tip);
    const base = made[0]?.objectId ?? NONE;
    await branch(source, base);
    made.splice(1, 1, { name: source, objectId: await push(source, base, `/${name.replace('/', '-')}.md`) });
    const body = { sourceRefName: source, targetRefName: target, title: 'A probe of portcullis doctor' };
    ({ pullRequestId } = await admin.post(`${at}/pullrequests?supportsIterations=true`, body, requestSchema));
    return { at, pullRequestId, putAway };
  } catch (error) {
    await putAway();
    throw error;
  }
}
