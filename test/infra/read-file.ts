import { readFileSync } from 'node:fs';
import type { Node } from 'web-tree-sitter';

import { parseBicep, placeOf } from './parse-bicep';
import type { Problem } from './problem';
import { parts, readDecorators, readExpression, readResource, textOf } from './read-expression';
import { readType } from './read-type';
import { BicepError, type BicepFile } from './syntax';

/** A file's declarations; nothing but its syntax errors when it has some. */
export async function readBicepFile(
  file: string,
  text = readFileSync(file, 'utf8'),
): Promise<{ content: BicepFile | undefined; problems: Problem[] }> {
  const { root, problems } = await parseBicep(text, file);
  if (problems.length > 0) return { content: undefined, problems };
  try {
    return { content: readDeclarations(root, file), problems };
  } catch (error) {
    if (error instanceof BicepError) return { content: undefined, problems: [{ ...error.at, text: error.message }] };
    throw error;
  }
}

function readDeclarations(root: Node, file: string): BicepFile {
  const content: BicepFile = {
    file,
    targetScope: 'resourceGroup',
    imports: [],
    parameters: [],
    variables: [],
    types: [],
    resources: [],
    modules: [],
    outputs: [],
  };
  let above: Node | undefined;
  for (const node of parts(root)) {
    readDeclaration(node, above, content);
    above = node;
  }
  return content;
}

function readDeclaration(node: Node, above: Node | undefined, content: BicepFile): void {
  const { file } = content;
  const at = placeOf(node, file);
  const children = parts(node);
  const [first, second, third] = children;
  const base = { at, name: first?.text ?? '', decorators: readDecorators(above, file) };
  const need = (child: Node | undefined): Node => {
    if (!child) throw new BicepError(at, `This ${node.type.replace('_', ' ')} is not whole.`);
    return child;
  };
  switch (node.type) {
    case 'decorators':
    case 'metadata_declaration':
    case 'using_statement':
      return;
    case 'target_scope_assignment':
      content.targetScope = textOf(need(first), file);
      return;
    case 'import_functionality': {
      const path = textOf(need(children.at(-1)), file);
      content.imports.push({ at, names: children.slice(0, -1).map(({ text }) => text), path });
      return;
    }
    case 'parameter_declaration':
      content.parameters.push({
        ...base,
        type: readType(need(second), file),
        fallback: third && readExpression(third, file),
      });
      return;
    case 'variable_declaration':
      content.variables.push({ ...base, value: readExpression(need(second), file) });
      return;
    case 'type_declaration':
      content.types.push({ ...base, type: readType(need(second), file) });
      return;
    case 'output_declaration':
      content.outputs.push({
        ...base,
        type: readType(need(second), file),
        value: readExpression(need(third), file),
      });
      return;
    case 'module_declaration':
      content.modules.push({
        ...base,
        path: textOf(need(second), file),
        body: readExpression(need(third), file),
      });
      return;
    case 'resource_declaration':
      content.resources.push(readResource(node, above, file));
      return;
    default:
      throw new BicepError(at, `A ${node.type.replaceAll('_', ' ')} is nothing that is read here.`);
  }
}
