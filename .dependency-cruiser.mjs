// `depcruise`: what ESLint's rule does not see of circles, which is imports of types, and dynamic ones.
export default {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'Two files that need each other are one file, or share a third.',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: ['node_modules', 'dist'] },
    exclude: { path: ['/dist(-types)?/', '\\.generated\\.'] },
  },
};
