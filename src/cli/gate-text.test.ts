import { gates } from '../gates/registry';

import { gateListText, gateText } from './gate-text';
import { WIDTH } from './terminal-text';

test('every gate stands in the list with its mode', () => {
  const list = gateListText(gates);
  for (const { name, summary } of gates) {
    expect(list).toMatch(new RegExp(`^${name} +(off|advise|block) +${summary}$`, 'm'));
  }
});

test.each(gates.map((gate) => [gate.name, gate] as const))('%s is told with every option and example', (_, gate) => {
  const text = gateText(gate);
  expect(text.startsWith(`${gate.name}\n  ${gate.summary}.\n`)).toBe(true);
  for (const [name, option] of Object.entries(gate.options.shape)) {
    expect(text).toContain(`\n  ${name}\n`);
    expect(option).toBeDefined();
  }
  for (const { says, then } of gate.examples)
    expect(text.replace(/\s+/g, ' ')).toContain(`→ ${then}: ${gate.name} ${says}`);
  // Examples are quoted as they are.
  const prose = text.slice(0, text.indexOf('\nExamples\n')).split('\n');
  expect(prose.filter((line) => line.length > WIDTH)).toEqual([]);
  expect(text).not.toContain('undefined');
});

test('defaults and the stricter way are told in words', () => {
  const title = gates.find(({ name }) => name === 'title');
  expect(title && gateText(title)).toContain(
    '  minimumLength\n    At least this many characters.\n    a whole number from 0 to 400; default 10; more is stricter\n',
  );
});
