import { parseArgs } from 'node:util';

export interface StartOptions {
  fresh: boolean;
  demo: boolean;
  unconnected: boolean;
  ports: { portcullis: number; azureDevOps: number };
}

/** What `npm start` was asked for: to run, or to say something and end. */
export type Asked = { kind: 'start'; options: StartOptions } | { kind: 'help' } | { kind: 'mistake'; sentence: string };

export const usage = `npm start -- [options]
  --fresh        forget everything first (.local)
  --no-demo      connect the simulated organization, but open no demo pull request
  --unconnected  connect nothing; what an earlier start connected stays so, unless --fresh forgets it
  -h, --help     print this

PORTCULLIS_PORT and AZURE_DEVOPS_PORT choose other ports than 7071 and 7080.`;

export function parseStart(args: readonly string[], variables: NodeJS.ProcessEnv): Asked {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        fresh: { type: 'boolean', default: false },
        demo: { type: 'boolean', default: true },
        unconnected: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowNegative: true,
    });
    const { help, ...asked } = values;
    if (help) return { kind: 'help' };
    const ports = {
      portcullis: portIn(variables, 'PORTCULLIS_PORT', 7071),
      azureDevOps: portIn(variables, 'AZURE_DEVOPS_PORT', 7080),
    };
    return { kind: 'start', options: { ...asked, ports } };
  } catch (error) {
    return { kind: 'mistake', sentence: error instanceof Error ? error.message : String(error) };
  }
}

function portIn(variables: NodeJS.ProcessEnv, name: string, standard: number): number {
  const given = variables[name];
  if (given === undefined || given === '') return standard;
  const number = Number(given);
  if (Number.isInteger(number) && number >= 0 && number < 65_536) return number;
  throw new Error(`${name} is ${given}; it takes a port number.`);
}
