/** Labels that would be markup, script or a path, were they not text. */
export const HOSTILE = {
  layer: '<img src=x onerror="window.hacked=1">',
  category: '"><script>window.hacked=1</script>',
  checkpoint: "../../../etc/passwd?x=1#y%2e'",
} as const;

/** The same as names of folders and files. */
export const HOSTILE_IMAGES = {
  category: '<img src=x onerror="window.hacked=1">',
  image: `"><svg onload='window.hacked=1'> 100%.png`,
} as const;
