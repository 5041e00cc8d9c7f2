/** The widest scope: what holds where nobody has said anything. The other keys have their defaults in schema.ts. */
export const deploymentDefaults = {
  gates: {
    title: { mode: 'block' },
    description: { mode: 'block' },
    'work-items': { mode: 'block' },
    size: { mode: 'advise' },
  },
};
