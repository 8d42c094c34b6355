import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnreadableModelError, UnsupportedFormatError } from '../../src/errors.ts';
import { modelFiles } from '../../src/files/model-files.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-files-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function put(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('modelFiles', () => {
  it('names the command that converts other formats', async () => {
    for (const [name, command] of [
      ['a.h5', (path: string) => `python -c 'import keras; m = keras.models.load_model("${path}");`],
      ['b.keras', () => `m.export("b.onnx", format="onnx")'   (pip install keras tensorflow tf2onnx)`],
      ['c.pt', (path: string) => `python export_onnx.py ARCHITECTURE c.onnx --weights ${path}`],
      ['d.tflite', (path: string) => `python -m tf2onnx.convert --tflite ${path} --output d.onnx`],
    ] as const) {
      const path = await put(name, '');
      const refused = modelFiles(path);
      await expect(refused).rejects.toThrow(UnsupportedFormatError);
      await expect(refused).rejects.toThrow(command(path));
    }
    const saved = join(folder, 'saved');
    await mkdir(saved);
    await put('saved/saved_model.pb', '');
    await expect(modelFiles(saved)).rejects.toThrow(
      `python -m tf2onnx.convert --saved-model ${saved} --output saved.onnx`,
    );
  });

  it('refuses what is not there, an empty folder and an unknown file', async () => {
    await expect(modelFiles(join(folder, 'nowhere.onnx'))).rejects.toThrow('no such checkpoint');
    await mkdir(join(folder, 'empty'));
    await expect(modelFiles(join(folder, 'empty'))).rejects.toThrow('a folder without a model.json');
    await expect(modelFiles(await put('notes.txt', 'x'))).rejects.toThrow("found 'notes.txt'");
  });

  it('refuses a model.json that describes no model, or weights outside its folder', async () => {
    await expect(modelFiles(await put('broken.json', '{'))).rejects.toThrow('is not JSON');
    await expect(modelFiles(await put('other.json', '{"a": 1}'))).rejects.toThrow(UnreadableModelError);
    const weights = (path: string) =>
      JSON.stringify({ modelTopology: {}, weightsManifest: [{ paths: [path], weights: [] }] });
    await expect(modelFiles(await put('up.json', weights('../secret')))).rejects.toThrow('outside');
    await expect(modelFiles(await put('gone.json', weights('gone.bin')))).rejects.toThrow(
      'gone.bin is missing',
    );
  });

  it('follows no weight file of a model.json out of its folder, nor waits for what is no file', async () => {
    await mkdir(join(folder, 'tfjs'));
    await put('elsewhere.bin', 'abcd');
    await put('tfjs/here.bin', 'abcd');
    await symlink('../elsewhere.bin', join(folder, 'tfjs', 'link.bin'));
    await symlink('here.bin', join(folder, 'tfjs', 'inner.bin'));
    await mkdir(join(folder, 'tfjs', 'folder.bin'));
    const model = async (path: string) =>
      await put(
        'tfjs/model.json',
        JSON.stringify({ modelTopology: {}, weightsManifest: [{ paths: [path], weights: [] }] }),
      );
    expect((await modelFiles(await model('./inner.bin'))).files.map(({ name }) => name)).toEqual([
      'model.json',
      'inner.bin',
    ]);
    await expect(modelFiles(await model('link.bin'))).rejects.toThrow("outside the model's folder");
    await expect(modelFiles(await model('folder.bin'))).rejects.toThrow('found a folder');
  });
});
