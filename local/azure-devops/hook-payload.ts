import { randomUUID } from 'node:crypto';
import { isServer, SERVER_DIRECTORY } from './flavour';
import { identityById } from './identities';
import { repositoryById } from './lookups';
import { pullRequestInHook, pullRequestWebUrl } from './pull-request-shape';
import { repositoryWebUrl } from './repository-shapes';
import type { SimulatedEvent, Simulation } from './simulation';
import type { Repository, Subscription } from './state-model';
import { commentShape } from './thread-shapes';

/** What one event says, before each subscription makes its own delivery of it. */
export interface HookContent {
  id: string;
  eventType: string;
  message: Texts;
  detailedMessage: Texts;
  resource: Record<string, unknown>;
  /** The bare comment, which version 1.0 of the comment event carried. */
  comment?: Record<string, unknown>;
  projectId: string;
  createdDate: string;
}

interface Texts {
  text: string;
  html: string;
  markdown: string;
}

/** Reads the event's resource as it stands now. */
export async function hookContent(simulation: Simulation, event: SimulatedEvent): Promise<HookContent> {
  const { pullRequest } = event;
  const repository = repositoryById(simulation.state, pullRequest.repositoryId);
  const message = messageOf(simulation, repository, event);
  const comment =
    event.eventType === 'ms.vss-code.git-pullrequest-comment-event'
      ? commentShape(simulation, repository, pullRequest, event.thread, event.comment)
      : undefined;
  const details =
    event.eventType === 'ms.vss-code.git-pullrequest-comment-event' ? event.comment.content : pullRequest.title;
  const createdDate = simulation.timestamp();
  const resource = await pullRequestInHook(simulation, pullRequest);
  return {
    id: randomUUID(),
    eventType: event.eventType,
    message,
    detailedMessage: {
      text: `${message.text}\r\n${details}\r\n`,
      html: `${message.html}<p>${escapeHtml(details)}</p>`,
      markdown: `${message.markdown}\r\n${details}\r\n`,
    },
    resource: comment ? { comment, pullRequest: resource } : resource,
    ...(comment ? { comment } : {}),
    projectId: repository.projectId,
    createdDate,
  };
}

function messageOf(simulation: Simulation, repository: Repository, event: SimulatedEvent): Texts {
  const { pullRequest } = event;
  const actor = identityById(simulation.state, event.actorId).displayName;
  const url = pullRequestWebUrl(simulation, repository, pullRequest.id);
  const repositoryUrl = `${repositoryWebUrl(simulation, repository)}/`;
  if (event.eventType === 'ms.vss-code.git-pullrequest-comment-event') {
    const discussion = `${url}?discussionId=${event.thread.id}`;
    const rest = 'a pull request comment';
    const [act, object] = event.act === 'commented on' ? ['commented on', 'a pull request'] : [event.act, rest];
    return {
      text: `${actor} has ${act} ${object}`,
      html: `${escapeHtml(actor)} has <a href="${discussion}">${act}</a> ${object}`,
      markdown: `${actor} has [${act}](${discussion}) ${object}`,
    };
  }
  // The service writes two spaces here.
  const start = event.eventType === 'git.pullrequest.merged' ? 'Merge attempted  for' : `${actor} ${actOf(event)}`;
  const number = `pull request ${pullRequest.id}`;
  return {
    text: `${start} ${number} (${pullRequest.title}) in ${repository.name}\r\n${repositoryUrl}`,
    html: `${escapeHtml(start)} <a href="${url}">${number}</a> (${escapeHtml(pullRequest.title)}) in <a href="${repositoryUrl}">${escapeHtml(repository.name)}</a>`,
    markdown: `${start} [${number}](${url}) (${pullRequest.title}) in [${repository.name}](${repositoryUrl})`,
  };
}

const actOf = (event: SimulatedEvent): string =>
  event.eventType === 'git.pullrequest.updated' ? event.act : 'created';

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** The body of one delivery, in the shape that captured deliveries have. */
export function deliveryBody(
  simulation: Simulation,
  subscription: Subscription,
  notificationId: number,
  content: HookContent,
): Record<string, unknown> {
  const inputs = subscription.consumerInputs;
  const version = subscription.resourceVersion ?? 'latest';
  const isComment = content.comment !== undefined;
  // Asking 2.0 of a pull request event has been seen to deliver nothing at all.
  const isMissing = version === '2.0' && !isComment;
  return {
    subscriptionId: subscription.id,
    notificationId,
    id: content.id,
    eventType: content.eventType,
    publisherId: 'tfs',
    ...messages('message', content.message, inputs['messagesToSend']),
    ...messages('detailedMessage', content.detailedMessage, inputs['detailedMessagesToSend']),
    resource: isMissing ? null : resourceOf(content, version, inputs['resourceDetailsToSend']),
    resourceVersion: isMissing ? null : version === 'latest' ? (isComment ? '2.0' : '1.0') : version,
    resourceContainers: containers(simulation, content.projectId),
    createdDate: content.createdDate,
  };
}

/** A Server names itself where Services name the account. */
function containers(simulation: Simulation, projectId: string): Record<string, unknown> {
  const { accountId, collectionId } = simulation.state;
  const baseUrl = `${simulation.url()}/`;
  const collection = { id: collectionId, baseUrl };
  const project = { id: projectId, baseUrl };
  if (!isServer(simulation.state)) return { collection, account: { id: accountId, baseUrl }, project };
  const server = { id: accountId, baseUrl: `${new URL(baseUrl).origin}${SERVER_DIRECTORY}/` };
  return { collection, server, project };
}

function messages(name: string, texts: Texts, wanted = 'all'): Record<string, unknown> {
  if (wanted === 'all' || wanted === '') return { [name]: texts };
  if (wanted === 'text' || wanted === 'html' || wanted === 'markdown') return { [name]: { [wanted]: texts[wanted] } };
  return {};
}

function resourceOf(content: HookContent, version: string, wanted = 'all'): unknown {
  if (wanted === 'none') return undefined;
  const resource = content.comment && version === '1.0' ? content.comment : content.resource;
  if (wanted !== 'minimal') return resource;
  const pullRequest = content.comment ? undefined : content.resource;
  return pullRequest
    ? { pullRequestId: pullRequest['pullRequestId'], url: pullRequest['url'] }
    : { comment: { id: content.comment?.['id'] } };
}
