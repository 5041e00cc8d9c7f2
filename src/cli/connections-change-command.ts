import { Command, Option } from 'commander';

import { quoted } from '../core/quoted';

import { changeNetwork } from './change-network';
import { CliError, orError } from './cli-error';
import { gatherLabels, parseConnectionName } from './connection-options';
import { managementClient } from './management-client';
import { caCertificateOption, networkOf, proxyOption, type NetworkOptions } from './network-options';
import { listSchema, type ListedConnections } from './read-connections';
import { findConnection } from './settings-scope';
import { wrapped } from './terminal-text';

/** The version of what `--json` prints; it changes when a key changes its meaning or goes. */
const SCHEMA_VERSION = 1;
const ERROR = 2;

interface ChangeOptions extends NetworkOptions {
  force?: boolean;
  name?: string;
  description?: string;
  label?: string[];
  labels?: false;
  publicUrl?: string;
  json?: boolean;
}

const changeHelp = `
Examples:
  portcullis connections change contoso --name 'Contoso Ltd' --label production
  portcullis connections change server --ca-certificate contoso-ca.pem
  portcullis connections change server --proxy http://proxy.contoso.com:3128
  portcullis connections change server --no-proxy

The way to a connection takes the app role admin of the whole deployment. A proxy is given without user
name and password: it has to take Portcullis by the address that it comes from.

Exit status: 0 done, 1 something is broken by the other way and nothing was changed, 2 error.`;

/** `portcullis connections change`: what people call one, and the way to it. */
export function changeCommand(): Command {
  return new Command('change')
    .summary('change what people call a connection, or the way to it')
    .description(
      'Changes what people call a connection, where Azure DevOps reaches Portcullis, or how Portcullis reaches it: a proxy, ' +
        'and authorities of its own. Another way is tested first, and nothing is changed while something is broken.',
    )
    .argument('<connection>', 'its name or id')
    .option('--name <name>', 'what to call it', parseConnectionName)
    .option('--description <text>', 'what it is for')
    .addOption(
      new Option('--label <label>', 'in place of its labels; may be given several times').argParser(gatherLabels),
    )
    .addOption(new Option('--no-labels', 'take its labels away').conflicts('label'))
    .option('--public-url <url>', 'where hooks are to come; portcullis hooks sync moves them there')
    .addOption(proxyOption())
    .option('--no-proxy', 'straight, without a proxy')
    .addOption(caCertificateOption())
    .option('--no-ca-certificate', "the system's authorities alone")
    .option('--force', 'take the other way although something else is broken, a PAT that has ended, say')
    .option('--json', 'print JSON')
    .addHelpText('after', changeHelp)
    .action(async (given: string, options: ChangeOptions) => {
      const { json, label, labels, proxy, caCertificate, force = false, ...named } = options;
      const wanted = { ...named, ...(label ? { labels: label } : labels === false ? { labels: [] } : {}) };
      const network = await networkOf(options);
      const [isNamed, isOtherWay] = [wanted, network].map((part) => Object.keys(part).length > 0);
      if (!isNamed && !isOtherWay) throw new CliError('Say what to change; add --help to see how.', ERROR);
      const call = await orError(managementClient);
      const { path } = await orError(() => findConnection(call, given));
      // First: it is what may be refused.
      const changedWay = isOtherWay ? await changeNetwork(call, path, { ...network, force }, json ?? false) : undefined;
      const body = isNamed ? (await orError(() => call('PATCH', path, { body: wanted }))).body : changedWay;
      const [changed] = listSchema.parse([body]);
      if (!changed) return;
      process.stdout.write(
        json
          ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...changed }, null, 2)}\n`
          : changedText(changed, options.publicUrl !== undefined),
      );
    });
}

function changedText({ name, description, labels }: ListedConnections[number], isMoved: boolean): string {
  const more = [
    ...(description === '' ? [] : [description]),
    ...(labels.length === 0 ? [] : [`Labels: ${labels.join(', ')}.`]),
    ...(isMoved
      ? [`Service hooks come to the former address until portcullis hooks sync ${quoted(name)} moves them.`]
      : []),
  ];
  return `${[`${name} is changed.`, ...more].map((line) => wrapped(line)).join('\n')}\n`;
}
