// `npm run dev`: builds what a change touches, again and again. nx's own watch needs its daemon, which is not everywhere.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const nx = join(root, 'node_modules', '.bin', 'nx');
let building = false;
let changed = true;
let soon;

function build() {
  if (building) return;
  building = true;
  changed = false;
  const child = spawn(process.execPath, [nx, 'run-many', '-t', 'build', '--output-style=static'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
  });
  child.on('exit', (code) => {
    building = false;
    console.log(
      code === 0 ? 'dev: built; waiting for a change' : 'dev: does not build; waiting for a change',
    );
    if (changed) build();
  });
}

/** Sources alone: what a build writes does not start the next. */
function sources() {
  const homes = ['packages', 'apps'].flatMap((room) =>
    readdirSync(join(root, room)).map((name) => join(room, name)),
  );
  const folders = [...homes, 'workflows'].flatMap((home) => [join(home, 'src'), join(home, 'assembly')]);
  return [...folders, 'infra'].map((folder) => join(root, folder)).filter((folder) => existsSync(folder));
}

for (const folder of sources()) {
  watch(folder, { recursive: true }, (_, file) => {
    if (file?.includes('.generated.')) return;
    changed = true;
    clearTimeout(soon);
    // An editor writes a file in several steps.
    soon = setTimeout(build, 200);
  });
}
build();
