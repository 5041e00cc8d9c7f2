import type { EvaluatedOnce } from '../app/evaluate-once';

/** The version of what `portcullis evaluate --json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;

/** An evaluation for machines: the same that the text says, with every finding. */
export function evaluationJson(evaluated: EvaluatedOnce, settings: string): string {
  const { details, iteration, verdict, components, evaluation, validUntil, published } = evaluated;
  const { id, title, status, isDraft, sourceBranch, targetBranch, author, project, repository, webUrl } = details;
  const document = {
    schemaVersion: SCHEMA_VERSION,
    pullRequest: { id, title, status, isDraft, sourceBranch, targetBranch, author, project, repository, url: webUrl },
    iteration: { id: iteration.id, sourceCommit: iteration.sourceCommit, targetCommit: iteration.targetCommit },
    settings,
    verdict,
    components,
    validUntil,
    outcomes: evaluation.outcomes,
    published: publishedJson(published),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function publishedJson(published: EvaluatedOnce['published']) {
  if (published === undefined) return null;
  return published.ok ? published : { ok: false, reason: published.failure.message };
}
