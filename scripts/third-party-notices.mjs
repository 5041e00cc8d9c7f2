import { readFile } from 'node:fs/promises';

import { licenceTexts } from './bundled-packages.mjs';

/** Licences under which others' code may be part of what we hand out; any other is looked at by a person first. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

/**
 * The page that goes with every copy of a bundle: whose code it holds, and their licences word by word.
 *
 * Throws a sentence that names a package whose licence is not among those that we pass on.
 */
export async function thirdPartyNotices(packages) {
  const refused = packages.filter(({ manifest }) => !isAllowed(manifest.license));
  if (refused.length > 0) {
    const names = refused.map(
      ({ manifest }) => `${manifest.name} ${manifest.version} (${JSON.stringify(manifest.license)})`,
    );
    throw new Error(`The licence of ${names.join(', ')} is none that we pass on: look at it, then at ALLOWED.`);
  }
  const parts = await Promise.all(packages.map(notice));
  return ['Portcullis contains code of others. What it is, and under which licence, follows.', ...parts, ''].join(
    `\n\n${'-'.repeat(80)}\n\n`,
  );
}

function isAllowed(license) {
  return (
    typeof license === 'string' && license.split(/ (?:OR|AND) |[()]/).every((id) => id === '' || ALLOWED.includes(id))
  );
}

async function notice(bundled) {
  const { manifest } = bundled;
  const texts = await licenceTexts(bundled);
  const author = typeof manifest.author === 'string' ? manifest.author : manifest.author?.name;
  const head = [
    `${manifest.name} ${manifest.version}`,
    `Licence: ${manifest.license}`,
    ...(author === undefined || author === '' ? [] : [`Author: ${author.replace(/\s*<[^>]*>/g, '')}`]),
  ].join('\n');
  const said = texts.map(({ text }) => text.replaceAll('\r\n', '\n').trim());
  return [head, ...(said.length > 0 ? said : [await usualText(bundled)])].join('\n\n');
}

/** The licence wants its text passed on also where the package forgot it. */
async function usualText({ manifest }) {
  if (manifest.license !== 'MIT') throw new Error(`${manifest.name} comes without the text of its licence: add it.`);
  return (await readFile(new URL('mit-licence.txt', import.meta.url), 'utf8')).trim();
}
