import { writeFile } from 'node:fs/promises';

import { Command } from 'commander';

import { LOGO_PNG, LOGO_SVG } from '../core/logo';

import { CliError } from './cli-error';

const ERROR = 2;

const help = `
Authors see the name and the picture of the account that Portcullis posts as. Sign in to Azure
DevOps as that account, open User settings, Profile, Edit, and upload the file.

Exit status: 0 written, 2 not.`;

/** `portcullis logo`: a picture for the account that comments. */
export function logoCommand(): Command {
  return new Command('logo')
    .summary('write a picture for the account that comments')
    .description('Writes the picture of Portcullis, for the profile of the account that it posts as.')
    .argument('[file]', 'where to; .svg for the drawing, anything else for 256 x 256 pixels as PNG', 'portcullis.png')
    .addHelpText('after', help)
    .action(async (file: string) => {
      try {
        // What is there may be somebody's own.
        await writeFile(file, /\.svg$/i.test(file) ? LOGO_SVG : LOGO_PNG, { flag: 'wx' });
      } catch (error) {
        const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
        throw new CliError(`${file} ${isThere ? 'exists already: name another' : 'cannot be written'}.`, ERROR);
      }
      process.stdout.write(`${file} is written: upload it as the picture of the account's profile.\n`);
    });
}
