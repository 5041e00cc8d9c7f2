import { Failure } from '../core/failures';
import { resolveSettings } from '../settings';
import { checkAccess } from './check-access';

test('a scope that groups take is told of every gate that names one, though it is asked for once', async () => {
  const resolved = resolveSettings([
    {
      scope: 'repository',
      document: {
        gates: {
          freeze: { exemptGroups: ['[Shop]\\On Call'] },
          reviewers: { groups: [{ group: '[Shop]\\Maintainers' }] },
          paths: { protected: [{ paths: ['infra/**'], group: '[Shop]\\Platform' }] },
        },
      },
    },
  ]);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  const asked: string[] = [];
  const { problems } = await checkAccess(resolved.settings.gates, {
    probe: () => Promise.resolve(),
    group: (name) => {
      asked.push(name);
      return Promise.reject(new Failure({ kind: 'permissionMissing', message: 'Give it Identity (Read).' }));
    },
  });
  expect(asked).toHaveLength(1);
  const message = 'Give it Identity (Read). Without it this gate cannot judge: add it, or turn the gate off.';
  expect(problems).toEqual(['freeze', 'paths', 'reviewers'].map((name) => ({ path: `gates.${name}`, message })));
});
