import { resolve } from 'node:path';

import { deployFile, type Deployment } from './deploy-file';
import { loadTemplate, type Template } from './load-template';
import { describeProblem } from './problem';
import { origin, toPlain, toValue, type PaperResource, type Value } from './value';

export const MAIN = resolve(__dirname, '../../infra/main.bicep');

export interface OnPaper extends Deployment {
  outputs: ReadonlyMap<string, Value>;
}

/** A template deployed with these parameters, mistakes and all. */
export function deployTemplate(template: Template, parameters: Record<string, unknown>): OnPaper {
  const deployment: Deployment = {
    files: template.files,
    resources: [],
    modules: [],
    problems: [...template.problems],
    ways: new Map(),
  };
  // A template of which a file cannot be read deploys nothing: what came of the rest would be noise.
  if (!template.main || template.problems.length > 0) return { ...deployment, outputs: new Map() };
  const at = { file: template.main.file, line: 1, column: 1 };
  const given = Object.entries(parameters).map(([name, plain]) => [name, toValue(plain, origin(at))] as const);
  const outputs = deployFile(template.main, new Map(given), deployment, at);
  return { ...deployment, outputs };
}

export interface PlainDeployment {
  resources: { type: string; apiVersion: string; name: string; id: string; scope: string | undefined; body: unknown }[];
  /** Of the function app, as its processes find them in the environment. */
  appSettings: Record<string, string>;
  outputs: Record<string, unknown>;
}

/**
 * What our own template makes of these parameters. Names and ids are invented the same way each time, and what Azure would
 * say later (endpoints, client ids, the connection string of Application Insights) has Azure's shape. Throws when the template is wrong.
 */
export async function deploy(parameters: Record<string, unknown>): Promise<PlainDeployment> {
  const { resources, outputs, problems } = deployTemplate(await loadTemplate(MAIN), parameters);
  if (problems.length > 0) throw new Error(problems.map(describeProblem).join('\n'));
  return {
    resources: resources
      .filter(({ isExisting }) => !isExisting)
      .map(({ type, apiVersion, name, id, scope, body }) => ({
        type,
        apiVersion,
        name,
        id,
        scope: scope?.id,
        body: toPlain(body),
      })),
    appSettings: Object.fromEntries(
      [...appSettingsOf(resources)].map(([name, value]) => [name, String(toPlain(value))]),
    ),
    outputs: Object.fromEntries([...outputs].map(([name, value]) => [name, toPlain(value)])),
  };
}

/** The app's settings, whether they stand in the site, or in its `config` named `appsettings`. */
export function appSettingsOf(resources: readonly PaperResource[]): Map<string, Value> {
  const settings = new Map<string, Value>();
  for (const { type, name, body } of resources) {
    const kind = type.toLowerCase();
    if (kind === 'microsoft.web/sites/config' && name.endsWith('/appsettings')) {
      const properties = inside(body, 'properties');
      if (properties?.kind === 'object') for (const [key, { value }] of properties.entries) settings.set(key, value);
    }
    const list = kind === 'microsoft.web/sites' ? inside(body, 'properties', 'siteConfig', 'appSettings') : undefined;
    for (const item of list?.kind === 'array' ? list.items : []) {
      const [key, value] = [inside(item, 'name'), inside(item, 'value')];
      if (key?.kind === 'text' && value) settings.set(key.text, value);
    }
  }
  return settings;
}

/** A part of a value, down the way given. */
export function inside(value: Value, ...way: readonly string[]): Value | undefined {
  return way.reduce<Value | undefined>(
    (at, key) => (at?.kind === 'object' ? at.entries.get(key)?.value : undefined),
    value,
  );
}
