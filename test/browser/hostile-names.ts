/** Labels that would be markup, script or a path, were they not text. */
export const HOSTILE = {
  layer: '<img src=x onerror="window.hacked=1">',
  category: '"><script>window.hacked=1</script>',
  checkpoint: "../../../etc/passwd?x=1#y%2e'",
} as const;
