import { dirname, resolve } from 'node:path';

import type { Problem } from './problem';
import { readBicepFile } from './read-file';
import type { BicepFile } from './syntax';

export interface Template {
  main: BicepFile | undefined;
  /** By whole path, the main file included. */
  files: Map<string, BicepFile>;
  problems: Problem[];
}

/** A template with every module that it names, however deep. */
export async function loadTemplate(main: string): Promise<Template> {
  const files = new Map<string, BicepFile>();
  const problems: Problem[] = [];
  const load = async (file: string): Promise<void> => {
    const { content, problems: found } = await readBicepFile(file);
    problems.push(...found);
    if (!content) return;
    files.set(file, content);
    for (const other of [...content.imports, ...content.modules]) {
      const path = resolve(dirname(file), other.path);
      if (files.has(path)) continue;
      try {
        await load(path);
      } catch {
        problems.push({ ...other.at, text: `There is no file ${other.path}.` });
      }
    }
    problems.push(...importTypes(content, files));
  };
  await load(resolve(main));
  return { main: files.get(resolve(main)), files, problems };
}

/** Another file's types, as if they stood here; each needs @export() there. */
function importTypes(content: BicepFile, files: ReadonlyMap<string, BicepFile>): Problem[] {
  return content.imports.flatMap(({ at, names, path }) => {
    const other = files.get(resolve(dirname(content.file), path));
    return names.flatMap((name) => {
      const type = other?.types.find((each) => each.name === name);
      const isExported = type?.decorators.some((decorator) => decorator.name === 'export') === true;
      if (!type || !isExported) return [{ ...at, text: `${path} exports no type ${name}.` }];
      content.types.push({
        ...type,
        at,
        decorators: type.decorators.filter((each) => each.name !== 'export'),
        from: path,
      });
      return [];
    });
  });
}
