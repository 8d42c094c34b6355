// How `nx release` reads and writes a package's version. Its own way comes with @nx/js, which brings a compiler.
import { join } from 'node:path';
import { VersionActions } from 'nx/release/index.js';

const COLLECTIONS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

export default class PackageVersions extends VersionActions {
  validManifestFilenames = ['package.json'];

  async readCurrentVersionFromSourceManifest(tree) {
    const manifestPath = join(this.projectGraphNode.data.root, 'package.json');
    return { manifestPath, currentVersion: read(tree, manifestPath).version };
  }

  async readCurrentVersionFromRegistry() {
    return null;
  }

  async readCurrentVersionOfDependency(tree, projectGraph, project) {
    const manifest = read(tree, join(this.projectGraphNode.data.root, 'package.json'));
    const { name } = read(tree, join(projectGraph.nodes[project].data.root, 'package.json'));
    const dependencyCollection = COLLECTIONS.find((collection) => manifest[collection]?.[name] !== undefined);
    if (dependencyCollection === undefined) return { currentVersion: null, dependencyCollection: null };
    return { currentVersion: manifest[dependencyCollection][name], dependencyCollection };
  }

  async updateProjectVersion(tree, version) {
    return this.manifestsToUpdate.map(({ manifestPath }) => {
      write(tree, manifestPath, { ...read(tree, manifestPath), version });
      return `${manifestPath}: ${version}`;
    });
  }

  async updateProjectDependencies(tree, projectGraph, versions) {
    const byName = Object.entries(versions).map(([project, version]) => [
      read(tree, join(projectGraph.nodes[project].data.root, 'package.json')).name,
      version.replace(/^[~^]/, ''),
    ]);
    return this.manifestsToUpdate.map(({ manifestPath }) => {
      const manifest = read(tree, manifestPath);
      for (const collection of COLLECTIONS)
        for (const [name, version] of byName)
          if (manifest[collection]?.[name] !== undefined) manifest[collection][name] = version;
      write(tree, manifestPath, manifest);
      return `${manifestPath}: ${byName.length} dependencies`;
    });
  }
}

function read(tree, path) {
  return JSON.parse(tree.read(path, 'utf8'));
}

function write(tree, path, value) {
  tree.write(path, `${JSON.stringify(value, null, 2)}\n`);
}
