import { Command } from 'commander';

import { gates } from '../gates/registry';
import { suggestion } from '../settings/problem';

import { CliError } from './cli-error';
import { gateListText, gateText } from './gate-text';

const UNKNOWN = 2;

/** `portcullis explain`: what a gate is for, its options and examples; without a gate, all of them. */
export function explainCommand(): Command {
  return new Command('explain')
    .summary('tell what a gate is for, its options and examples')
    .description(
      'Tells what a gate is for, which options it takes, and shows examples. Without a gate, lists them all.',
    )
    .argument('[gate]', 'the gate\u2019s name, as it stands in statuses and settings')
    .action((name: string | undefined) => {
      if (name === undefined) {
        process.stdout.write(gateListText(gates));
        return;
      }
      const gate = gates.find((candidate) => candidate.name === name);
      if (!gate) {
        const names = gates.map((candidate) => candidate.name);
        const meant = suggestion(name, names);
        throw new CliError(
          `There is no gate ${name}${meant === '' ? '.' : `;${meant}`} Gates are ${names.join(', ')}.`,
          UNKNOWN,
        );
      }
      process.stdout.write(gateText(gate));
    });
}
