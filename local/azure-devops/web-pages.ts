import { z } from 'zod';
import { AzureDevOpsError } from './errors';
import { basePathOf } from './flavour';
import { applyAct } from './page-acts';
import { actSchema, renderMissingPage, renderOverviewPage, renderPullRequestPage } from './page';
import { overviewPageModel, pullRequestPageModel } from './page-models';
import { projectOf, repositoryById } from './lookups';
import type { Simulation } from './simulation';
import type { PullRequest } from './state-model';

export interface WebPageRequest {
  method: string;
  address: URL;
  /** After the organization, decoded; undefined for an address outside of it. */
  segments: readonly string[] | undefined;
  body: Buffer;
  /** The `Origin` header, which browsers send with forms. */
  origin: string | undefined;
  /** The page that the form stood on. */
  referer: string | undefined;
}

export interface WebPage {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const HTML = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };

/** The pages for people. Looking needs no credential; forms say as whom they act. */
export async function answerWebPage(simulation: Simulation, request: WebPageRequest): Promise<WebPage> {
  const { method, address, segments } = request;
  const home = basePathOf(simulation.state);
  if (address.pathname === '/') return redirect(302, home);
  if (!segments) return missing(home);
  if (method === 'GET' && (segments.length <= 1 || segments.at(-1)?.toLowerCase() === 'pullrequests')) {
    return { status: 200, headers: HTML, body: renderOverviewPage(overviewPageModel(simulation)) };
  }
  const pullRequest = pullRequestAt(simulation, segments);
  if (!pullRequest) return method === 'GET' && isRepository(segments) ? redirect(302, home) : missing(home);
  const isAct = segments.at(-1)?.toLowerCase() === 'act';
  if (method === 'POST' && isAct) return act(simulation, pullRequest, request);
  if (method !== 'GET' || isAct) return missing(home);
  const query = address.searchParams;
  const discussionId = Number(query.get('discussionId') ?? '');
  const model = await pullRequestPageModel(simulation, pullRequest, {
    notice: query.get('notice'),
    actingAs: query.get('as'),
    tab: query.get('_a'),
    discussionId: discussionId > 0 ? discussionId : undefined,
  });
  return { status: 200, headers: HTML, body: renderPullRequestPage(model) };
}

const redirect = (status: number, location: string): WebPage => ({
  status,
  headers: { location, 'cache-control': 'no-store' },
  body: '',
});

const missing = (home: string): WebPage => ({ status: 404, headers: HTML, body: renderMissingPage(home) });

/** `{project}/_git/{repository}`, the page that git's address leads a browser to. */
const isRepository = (segments: readonly string[]): boolean =>
  segments.length === 3 && segments[1]?.toLowerCase() === '_git';

/** `{project}/_git/{repository}/pullrequest/{id}`, by names or ids in any case. */
function pullRequestAt(simulation: Simulation, segments: readonly string[]): PullRequest | undefined {
  const [project = '', git, name = '', kind, id] = segments.map((segment) => segment.toLowerCase());
  if (git !== '_git' || kind !== 'pullrequest') return undefined;
  return simulation.state.pullRequests.find((each) => {
    const repository = repositoryById(simulation.state, each.repositoryId);
    const owner = projectOf(simulation.state, repository);
    return (
      String(each.id) === id &&
      [repository.id, repository.name.toLowerCase()].includes(name) &&
      [owner.id, owner.name.toLowerCase()].includes(project)
    );
  });
}

async function act(simulation: Simulation, pullRequest: PullRequest, request: WebPageRequest): Promise<WebPage> {
  // A page of another origin must not act here on behalf of whoever looks at it.
  if (request.origin !== undefined && request.origin !== request.address.origin) {
    return { status: 403, headers: { 'content-type': 'text/plain' }, body: 'The form comes from another origin.\n' };
  }
  const fields = Object.fromEntries(new URLSearchParams(request.body.toString('utf8')));
  const back = new URL(request.address.pathname.replace(/\/act\/?$/i, ''), request.address);
  const from = request.referer !== undefined && URL.canParse(request.referer) ? new URL(request.referer) : undefined;
  const tab = from?.searchParams.get('_a');
  if (tab) back.searchParams.set('_a', tab);
  if (fields['as'] !== undefined) back.searchParams.set('as', fields['as']);
  try {
    await applyAct(simulation, pullRequest, actSchema.parse(fields));
  } catch (error) {
    back.searchParams.set('notice', sentence(error));
  }
  return redirect(303, `${back.pathname}${back.search}`);
}

function sentence(error: unknown): string {
  if (error instanceof z.ZodError) return error.issues[0]?.message ?? 'The form is incomplete.';
  if (error instanceof AzureDevOpsError) return error.message;
  throw error;
}
