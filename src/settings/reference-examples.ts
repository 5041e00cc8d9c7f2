import { deploymentDefaults } from './defaults';

/** Documents of the settings page, by where it shows them; a test validates each. */
export const settingsExamples = {
  overview: {
    phase: 'enforce',
    branches: { include: ['main', 'release/*'] },
    drafts: 'skip',
    gates: {
      title: { pattern: '(feat|fix|docs|chore)(\\(.+\\))?: .{5,72}' },
      size: { mode: 'block', maximumLines: 400, when: { targetBranch: ['main'] } },
    },
  },
  defaults: deploymentDefaults,
  bots: { bots: { identities: ['renovate@contoso.com'], exempt: ['title', 'description', 'work-items'] } },
  when: { gates: { 'work-items': { when: { targetBranch: ['main', 'release/*'], size: { minimumLines: 20 } } } } },
  components: {
    gates: { size: { mode: 'block', maximumLines: 600 } },
    components: {
      payments: { paths: ['services/payments/**'], gates: { size: { maximumLines: 200 } } },
      shop: { paths: ['services/shop/**', 'libraries/shop/**'] },
    },
  },
  lockingProject: { gates: { size: { mode: 'block', maximumLines: 400 } }, lock: ['gates.size', 'drafts'] },
  lockedRepository: {
    enabled: false,
    drafts: 'judge',
    gates: { size: { mode: 'advise', maximumLines: 300 } },
  },
};
